#include "test/published/gentry_ramzan.h"

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus::published {
namespace {

G1 hash_identity(const std::string& identity) { return rfc9380_g1(as_bytes(identity), "PUBLISHED-H1"); }

}  // namespace

MasterKey MasterKey::random(Rng& rng) {
  const Scalar s = Scalar::random(rng);
  return {s, s * G2::generator()};
}

SignerKey extract_signer_key(const MasterKey& master, const std::string& identity) {
  return {identity, master.secret * hash_identity(identity + "0"), master.secret * hash_identity(identity + "1")};
}

G1 extract_agreement_key(const MasterKey& master, const std::string& identity) { return master.secret * hash_identity(identity); }

G1 string_point(const std::string& w) { return rfc9380_g1(as_bytes(w), "PUBLISHED-H-W"); }

Scalar challenge(const SignedMessage& message) {
  // With lengths: what stands here to be attacked is not how fields are run together.
  const auto parts = sequence({as_bytes(message.message), as_bytes(message.signer), as_bytes(message.w)});
  return rfc9380_scalar(parts.expose(), "PUBLISHED-H");
}

Signature sign(const SignerKey& key, const SignedMessage& message, Rng& rng) {
  CHECK(message.signer == key.identity);
  const Scalar rho = Scalar::random(rng);
  return {rho * string_point(message.w) + key.k0 + challenge(message) * key.k1, rho * G2::generator()};
}

AggregateSignature aggregate(std::span<const SignedMessage> messages, std::span<const Signature> signatures) {
  CHECK(messages.size() == signatures.size());
  AggregateSignature sums;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    sums.s += signatures[i].s;
    sums.t[messages[i].w] += signatures[i].t;
  }
  return sums;
}

bool verify(const G2& public_point, std::span<const SignedMessage> messages, const AggregateSignature& aggregate) {
  G1 identities;
  for (const auto& message : messages) {
    identities += hash_identity(message.signer + "0") + challenge(message) * hash_identity(message.signer + "1");
  }
  std::vector<PairingFactor> factors{{identities, public_point}, {G1() - aggregate.s, G2::generator()}};
  for (const auto& [w, t] : aggregate.t) factors.push_back({string_point(w), t});
  return pairing_product(factors).is_one();
}

bool verify(const G2& public_point, const SignedMessage& message, const Signature& signature) {
  return verify(public_point, {&message, 1}, {signature.s, {{message.w, signature.t}}});
}

}  // namespace caduceus::published
