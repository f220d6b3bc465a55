// Sealing to a hospital's or doctor's own key E = ε·P1 (PROTOCOL.md §2, §6): who seals is anonymous, so what is sealed is signed.
#pragma once

#include <tuple>

#include "core/base/encoded.h"
#include "core/base/identity.h"
#include "core/base/secret.h"
#include "core/crypto/group.h"

namespace caduceus {

using EncodedG1 = Encoded<G1, G1::encoded_size>;

struct SealingKey {
  Identity identity;
  Secret<Scalar> secret;  // ε
  G1 public_key;          // E

  static SealingKey random(const Identity& identity, Rng& rng);
  static auto fields(auto& self) { return std::tie(self.identity, self.secret, self.public_key); }
};

// What the owner publishes: E with a proof that it knows ε, for tx_reg.
struct SealingPublicKey {
  Identity identity;
  G1 key;
  Scalar challenge;
  Scalar response;

  static auto fields(auto& self) { return std::tie(self.identity, self.key, self.challenge, self.response); }
};

SealingPublicKey publish(const SealingKey& key, Rng& rng);
// Reject::possession_of_sealing_key, point_is_identity.
[[nodiscard]] Checked<void> verify(const SealingPublicKey& key);

// (u·P1, AEAD_k), k = Hsk(use, u·E, u·P1, ID of the recipient). Only who opens it looks at the point: relays hand on thousands.
struct SealedTo {
  static constexpr std::size_t limit = 1U << 20;  // bytes: an envelope's (§10)

  EncodedG1 ephemeral;
  Blob<28, limit> sealed;

  static auto fields(auto& self) { return std::tie(self.ephemeral, self.sealed); }
};

// `use` says what the message is, and keeps one use's envelope from being opened as another's.
[[nodiscard]] SealedTo seal_to(const Identity& recipient, const G1& public_key, std::string_view use, ByteView message, Rng& rng);
// Reject::sealed_invalid, point_is_identity; as a G1's decoding.
[[nodiscard]] Checked<SecretBytes> open_sealed(const SealingKey& key, std::string_view use, const SealedTo& sealed);

}  // namespace caduceus
