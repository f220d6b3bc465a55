// One small consortium, the same in every run: what seeds are made from, and what decoded values are verified against.
#pragma once

#include <vector>

#include "core/base/check.h"
#include "core/crypto/aggregate_signature.h"
#include "core/crypto/licence.h"
#include "core/crypto/multi_signature.h"
#include "core/crypto/registration.h"

namespace caduceus::fuzz {

struct World {
  MasterSecrets master;
  SystemParameters parameters;

  PendingRegistration pending;  // the hospital's
  IssuedKeys issued;
  IdentityKeys hospital;
  IdentityKeys doctor;

  Signature signature;    // the hospital's on `message`, for `purpose`
  SignedLicence licence;  // the doctor's, in force at `now`

  std::vector<SignedMessage> messages;  // of both, under two w's
  std::vector<IndividualSignature> signatures;
  AggregateSignature aggregate;

  std::vector<BlsKey> voters;
  std::vector<AffineG2> voter_keys;
  MultiSignature votes;  // of all but one, on `message`

  static constexpr std::string_view purpose = "fuzz";
  static constexpr Time now{2'000'000};
  [[nodiscard]] ByteView message() const { return as_bytes("a message"); }
};

const World& world();

// Of a call that cannot fail here.
template <class T>
T must(Checked<T> result) {
  CHECK(result.has_value());
  return *std::move(result);
}

// Gives the bytes it was made with, and then zeros: what a sealed value was sealed with, so that sealing again gives the same.
class FixedRng final : public Rng {
 public:
  explicit FixedRng(ByteView bytes) : left_(bytes) {}
  void fill(ByteSpan out) override {
    for (Byte& b : out) {
      b = left_.empty() ? Byte{0} : left_.front();
      if (!left_.empty()) left_ = left_.subspan(1);
    }
  }

 private:
  ByteView left_;
};

// The key of everything that fuzzers seal and open, and its associated data.
inline SecretKey sealing_key() { return SecretKey(Bytes32{1, 2, 3}); }
inline ByteView sealing_context() { return as_bytes("fuzz"); }

}  // namespace caduceus::fuzz
