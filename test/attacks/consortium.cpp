#include "test/attacks/consortium.h"

#include "core/base/check.h"
#include "core/crypto/aggregate_equation.h"
#include "core/crypto/hash.h"

namespace caduceus {

Identity hospital(std::string_view name) { return {Role::hospital, {std::string(name)}, 1}; }
Identity doctor(std::string_view name) { return {Role::doctor, {std::string(name)}, 1}; }

OneTimeString w_of(std::string_view bytes) { return {{bytes.begin(), bytes.end()}}; }

void SignedMessages::add(SignedMessage message, const IndividualSignature& signature) {
  messages.push_back(std::move(message));
  signatures.push_back(signature);
}

Consortium::Consortium(std::uint64_t seed) : rng(seed), secrets(MasterSecrets::random(rng)), parameters(SystemParameters::of(secrets)) {}

IdentityKeys Consortium::enrol(const Identity& identity) {
  const PendingRegistration pending = begin_registration(parameters.signing, identity, rng);
  auto issued = issue_keys(secrets, parameters, pending.request, rng);
  CHECK(issued.has_value());
  auto keys = accept_keys(parameters, pending, *issued);
  CHECK(keys.has_value());
  return *std::move(keys);
}

SignedMessage Consortium::message_of(const Identity& signer, std::string_view text, const OneTimeString& w) {
  return {signer, hash({as_bytes(text)}), w};
}

Scalar Consortium::challenge_of(const SignedMessage& message) {
  return aggregate_challenge(message.message, encode(message.signer), message.w);
}

IndividualSignature Consortium::sign_text(const AggregateKey& key, std::string_view text, const OneTimeString& w) {
  return sign(key, message_of(key.identity, text, w).message, UnusedString::assume_unused(w), rng);
}

void Consortium::say(SignedMessages& all, const AggregateKey& key, std::string_view text, const OneTimeString& w) {
  all.add(message_of(key.identity, text, w), sign_text(key, text, w));
}

Checked<void> Consortium::verify(const SignedMessages& all, const AggregateSignature& aggregate) {
  return caduceus::verify(parameters, all.messages, aggregate, identities_, rng);
}

Checked<void> Consortium::verify(const SignedMessage& message, const IndividualSignature& signature) {
  return caduceus::verify(parameters, {&message, 1}, {{{message.w, signature.s, signature.t}}}, identities_, rng);
}

std::vector<std::size_t> Consortium::find_invalid(const SignedMessages& all) {
  return caduceus::find_invalid(parameters, all.messages, all.signatures, identities_, rng);
}

}  // namespace caduceus
