// How what stands on MED is signed, put together and verified (PROTOCOL.md §3 R4–R6, §5, §9): doctors' groups and a hospital's signature become a
// bundle with one aggregate; a miner adds up bundles and calls to a body; everybody verifies the body as one.
#pragma once

#include "core/chain/med_body.h"
#include "core/crypto/slot_ledger.h"

namespace caduceus::med {

// A doctor's group as it goes to the hospital.
struct SignedGroup {
  RecordGroup group;
  EncodedSum signature;
  static auto fields(auto& self) { return std::tie(self.group, self.signature); }
};

// (T/σ, σ_agg): a bundle as it goes to the miners. The aggregate is encoded as in a body.
struct SignedBundle {
  static constexpr std::size_t most_bytes = 4U << 20U;

  Bundle bundle;
  Blob<4, most_bytes> aggregate;
  static auto fields(auto& self) { return std::tie(self.bundle, self.aggregate); }
  friend bool operator==(const SignedBundle&, const SignedBundle&) = default;
};

struct SignedCall {
  Call call;
  EncodedSum signature;
  static auto fields(auto& self) { return std::tie(self.call, self.signature); }
  friend bool operator==(const SignedCall&, const SignedCall&) = default;
};

// By a doctor, of records for this hospital, under a slot of its ledger.
[[nodiscard]] SignedGroup sign_group(const Identity& hospital, Identity doctor, std::vector<RecordLine> records, ReservedSlot slot,
                                     const AggregateKey& key, Rng& rng);

// By the hospital: groups whose signatures hold (SignatureVerifier::invalid_groups(), R6), shuffled, under a slot of its own. Those that have
// no sum with the ones before them are left out, for a later bundle: doctors who cancel each other (ρ and −ρ), a doctor's second one under
// a slot. The first is never left out. Reject::point_… of a signature that does not decode.
[[nodiscard]] Checked<SignedBundle> make_bundle(const NetworkId& net, const Identity& hospital, std::vector<SignedGroup> groups,
                                                Time closed, ReservedSlot slot, const AggregateKey& key, Rng& rng);

// By a patient's account: its own fresh nonce is put into the call.
[[nodiscard]] SignedCall sign_call(const NetworkId& net, Call call, const AggregateKey& account, Rng& rng);

// A body of what was verified: the aggregates added up. What cancels what stands before it is left out, for a later block. Reject as the
// decoding of signatures.
[[nodiscard]] Checked<MedBody> make_body(const NetworkId& net, std::span<const SignedBundle* const> bundles,
                                         std::span<const SignedCall* const> calls, std::vector<ReuseEvidence> evidence);

// Something whose signatures hold: a SignatureVerifier makes it.
template <class T>
class Signed {
 public:
  [[nodiscard]] const T& value() const { return value_; }
  [[nodiscard]] T take() && { return std::move(value_); }

 private:
  friend class SignatureVerifier;
  friend class Mempool;  // what it puts together of such
  explicit Signed(T value) : value_(std::move(value)) {}
  T value_;
};

// One owner: each thread that verifies has its own.
class SignatureVerifier {
 public:
  SignatureVerifier(const NetworkId& net, const SystemParameters& parameters, std::size_t cached_identities)
      : net_(net), parameters_(parameters), identities_(cached_identities) {}

  // The places of groups for this hospital that are not signed by their doctors.
  [[nodiscard]] std::vector<std::size_t> invalid_groups(const Identity& hospital, std::span<const SignedGroup> groups, Rng& rng);

  // All of these: Reject::aggregate_w_order, aggregate_w_set, aggregate_w_reused, aggregate_invalid, point_….
  [[nodiscard]] Checked<Signed<SignedBundle>> verify(SignedBundle bundle, Rng& rng);
  [[nodiscard]] Checked<Signed<SignedCall>> verify(SignedCall call, Rng& rng);
  [[nodiscard]] Checked<Signed<ReuseEvidence>> verify(ReuseEvidence evidence, Rng& rng);
  // Every signature of a body, as one batch, and its evidence; and that it is the one under this root. Reject::mblock_transactions: it is not,
  // and the header is not at fault; mblock_size.
  [[nodiscard]] Checked<Signed<MedBody>> verify(const Bytes32& transactions, MedBody body, Rng& rng);

 private:
  [[nodiscard]] Checked<void> check(const ReuseEvidence& evidence, Rng& rng);

  NetworkId net_;
  SystemParameters parameters_;
  HashedIdentities identities_;
};

}  // namespace caduceus::med
