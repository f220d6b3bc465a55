// A hospital's answer to a doctor (PROTOCOL.md §6, §7): its key for each record, and the record's body, which is the EMR with its salt, its
// place on chain, and the proof of it.
#pragma once

#include <optional>
#include <span>
#include <tuple>

#include "core/base/identity.h"
#include "core/crypto/encryption_factors.h"

namespace caduceus {

// §10: how far a request's time, and the hospital's newest committed Sblock, may lie from its clock; milliseconds.
constexpr std::uint64_t request_window = 120'000;

constexpr std::size_t most_records_at_once = 256;
using RecordPlaces = List<RecordPlace, most_records_at_once, 1>;
[[nodiscard]] bool is_strictly_ascending(std::span<const RecordPlace> places);

// What an answer's keys are bound to.
struct AnswerTerms {
  Identity doctor;
  Identity hospital;
  G1 t_b;  // b·P1
  G1 t_a;  // a·P1
  Bytes32 subject{};  // H(policy), or htxU
  Bytes32 request{};  // H(request)
};

// sk_j = Hsk(ID_B, ID_A, a·T_b, K_j, T_b, T_a, subject, j, H(request)); without a place for what is no record (the keyslot).
// Reject::gt_is_one, point_is_identity (R1).
[[nodiscard]] Checked<SecretKey> answer_key(const AnswerTerms& terms, const Secret<G1>& shared, const Secret<Gt>& k,
                                            const std::optional<RecordPlace>& place);

struct Answer {
  static constexpr std::size_t most_bytes = 1U << 26;  // of a body in memory; longer ones are streamed

  G1 t_a;
  List<Blob<0, most_bytes>, most_records_at_once, 1> bodies;  // ε_j, in the order of the request's records

  static auto fields(auto& self) { return std::tie(self.t_a, self.bodies); }
};

// What stands before the EMR in an answer.
struct RecordHead {
  Bytes32 salt{};
  Bytes32 htxm{};  // its tx_mr
  Blob<0, 65'536> proof;  // of the bundle

  static auto fields(auto& self) { return std::tie(self.salt, self.htxm, self.proof); }
};

struct RecordBody {
  RecordHead head;
  SecretBytes emr;
};

// hEMR = H(salt, EMR) (R9: without the salt, which can be destroyed, it says nothing of the record).
Bytes32 record_hash(const Bytes32& salt, ByteView emr);

// STREAM under sk_j, which seals this body only. The nonce is drawn from the key and the body: the same body gives the same bytes, another
// body never the same nonce.
[[nodiscard]] Bytes seal_body(const SecretKey& key, const RecordBody& body);
// Reject::sealed_invalid, stream_truncated, stream_after_last, truncated, too_long.
[[nodiscard]] Checked<RecordBody> open_body(const SecretKey& key, ByteView sealed);

// Any other answer under an answer's key: the keyslot.
[[nodiscard]] Bytes seal_once(const SecretKey& key, ByteView message);
[[nodiscard]] Checked<SecretBytes> open_once(const SecretKey& key, ByteView sealed);

}  // namespace caduceus
