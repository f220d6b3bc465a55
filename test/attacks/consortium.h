// A consortium to attack: a PKG, its parameters, whoever enrols, and what they say and sign. Everything is drawn from one seed.
#pragma once

#include "core/crypto/aggregate_signature.h"
#include "core/crypto/licence.h"

namespace caduceus {

Identity hospital(std::string_view name);
Identity doctor(std::string_view name);

// A w of these bytes: what its bytes say is of no matter to the equations.
OneTimeString w_of(std::string_view bytes);

// Messages and their signatures, place by place, as aggregators and verifiers take them.
struct SignedMessages {
  std::vector<SignedMessage> messages;
  std::vector<IndividualSignature> signatures;

  void add(SignedMessage message, const IndividualSignature& signature);
};

class Consortium {
 public:
  explicit Consortium(std::uint64_t seed = 1);

  // Registers by the book.
  IdentityKeys enrol(const Identity& identity);

  // An honest signature of `text`. That w is unused is for the test to see to.
  IndividualSignature sign_text(const AggregateKey& key, std::string_view text, const OneTimeString& w);
  // The message that was signed by it, and its challenge c.
  static SignedMessage message_of(const Identity& signer, std::string_view text, const OneTimeString& w);
  static Scalar challenge_of(const SignedMessage& message);

  // `text`, honestly signed, added to those that are there.
  void say(SignedMessages& all, const AggregateKey& key, std::string_view text, const OneTimeString& w);

  [[nodiscard]] Checked<void> verify(const SignedMessages& all, const AggregateSignature& aggregate);
  // One message under its signature.
  [[nodiscard]] Checked<void> verify(const SignedMessage& message, const IndividualSignature& signature);
  [[nodiscard]] std::vector<std::size_t> find_invalid(const SignedMessages& all);

  SeededRng rng;
  MasterSecrets secrets;
  SystemParameters parameters;

 private:
  HashedIdentities identities_{4096};
};

}  // namespace caduceus
