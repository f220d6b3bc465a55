// What patients, doctors and hospitals write to each other: signed by who writes, sealed to who reads, relayed by a hospital (mailbox.h) that can do
// neither. Every letter may come twice, late, or never; each reader takes it so.
//
//   doctor → patient    Hello, Confirm (§4, the doctor begins)     GrantQuestion
//   patient → doctor    Reply, Ack                                 SealedGrant, GrantDenied
//   hospital → patient  RecordNotice (§5)     SignedLogEntry (§6, §7)     ErasureReceipt     DisputeReply
#pragma once

#include <variant>

#include "core/chain/med_transaction.h"
#include "core/roles/access_log.h"
#include "core/roles/card.h"
#include "core/roles/mailbox.h"

namespace caduceus::roles {

// A doctor asks for consent. The words are for the patient to read; which records, she says.
struct GrantQuestion {
  ByteArray<16> id{};
  Identity hospital;  // where the records lie
  Text<1, 64> purpose;
  Text<0, 1024> words;  // what is wanted, and why
  std::uint32_t uses = 1;
  Time until;  // for how long

  static auto fields(auto& self) { return std::tie(self.id, self.hospital, self.purpose, self.words, self.uses, self.until); }
};

// What a patient consents to, and what the doctor needs to find his way in it.
struct GrantContent {
  ByteArray<16> question{};  // that it answers; zeros: none
  Grant grant;
  List<Text<0, 256>, most_records_at_once> titles;  // of the records, in their order

  static auto fields(auto& self) { return std::tie(self.question, self.grant, self.titles); }
};
// AEAD under the key agreed with the doctor (to_initiator), bound to both identities: a later leak of the doctor's sealing key opens none.
struct SealedGrant {
  Blob<28, 256 * 1024> sealed;
  static auto fields(auto& self) { return std::tie(self.sealed); }
};
[[nodiscard]] SealedGrant seal_grant(const Identity& patient, const Identity& doctor, const AgreedKeys& keys, const GrantContent& content,
                                     Rng& rng);
// Reject::sealed_invalid, grant_not_for_us, and as decode().
[[nodiscard]] Checked<GrantContent> open_grant(const Identity& patient, const Identity& doctor, const AgreedKeys& keys,
                                               const SealedGrant& sealed);

struct GrantDenied {
  ByteArray<16> question{};
  Text<0, 1024> words;
  static auto fields(auto& self) { return std::tie(self.question, self.words); }
};

// A record of the patient's, as its hospital took it from the doctor. Of a long one the bytes are left out: AskOwn (record_request.h) has them.
struct RecordNotice {
  static constexpr std::size_t most_inline = 768 * 1024;

  RecordPlace place;
  std::uint32_t batch_size = 1;  // n
  RecordTerms terms;  // htxM = hash_of(terms)
  Bytes32 salt{};
  Text<0, 256> title;
  Text<1, 128> media_type;
  std::uint64_t size = 0;  // of the EMR, bytes
  std::optional<Blob<0, most_inline>> emr;

  static auto fields(auto& self) {
    return std::tie(self.place, self.batch_size, self.terms, self.salt, self.title, self.media_type, self.size, self.emr);
  }
};

// The hospital's word that a record's key and salt are destroyed (R9).
struct ErasureReceipt {
  Identity hospital;
  TransactionHash htxm{};
  Time time;
  Text<0, 256> reason;
  Signature signature;  // the hospital's, "erasure", over what stands before it

  static auto fields(auto& self) { return std::tie(self.hospital, self.htxm, self.time, self.reason, self.signature); }
};
[[nodiscard]] ErasureReceipt sign_erasure(const G1& ppub, const SigningKey& hospital, const TransactionHash& htxm, Time now,
                                          std::string_view reason, Rng& rng);
// Reject::letter_parties (another hospital's), signature_….
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& hospital, const ErasureReceipt& receipt);

// What a tx_answer's hash is of: the words of the hospital that backed a disputed request.
struct DisputeReply {
  TransactionHash dispute{};
  Text<0, 4096> words;
  static auto fields(auto& self) { return std::tie(self.dispute, self.words); }
};

using LetterContent = std::variant<Hello, Reply, Confirm, Ack, GrantQuestion, SealedGrant, GrantDenied, RecordNotice, SignedLogEntry,
                                   ErasureReceipt, DisputeReply>;

struct Letter {
  Identity from;
  Identity to;
  Time sent;
  LetterContent content;
  Signature signature;  // the writer's, "letter", over what stands before it

  static auto fields(auto& self) { return std::tie(self.from, self.to, self.sent, self.content, self.signature); }
};

// At most SealedTo::limit bytes in all (CHECK): every content's limits keep it below.
[[nodiscard]] Envelope write_letter(const G1& ppub, const SigningKey& from, const Party& to, LetterContent content, Time now, Rng& rng);
// Who it is from it claims, until verify(). Reject::sealed_invalid, point_is_identity, letter_parties (to somebody else), and as decode().
[[nodiscard]] Checked<Letter> open_letter(const SealingKey& self, const Envelope& envelope);
// `from` is the registered key of whom it names. Reject::letter_parties, signature_….
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& from, const Letter& letter);

}  // namespace caduceus::roles
