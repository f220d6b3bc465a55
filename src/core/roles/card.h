// How one finds and knows another. A hospital or a doctor is known by its account on SUP; a patient by the card that she carries and hands
// over (card, QR code, wristband), since nothing public names her (PROTOCOL.md §1, §2).
#pragma once

#include "core/crypto/certificateless_signature.h"
#include "core/crypto/sealing_key.h"

namespace caduceus::roles {

// Whom a letter can be written to: his key, where it is sealed to, and the hospital that keeps his mail.
struct Party {
  VerificationKey key;
  G1 sealing;      // E
  Identity relay;  // a hospital's is itself, a doctor's the one it belongs to

  static auto fields(auto& self) { return std::tie(self.key, self.sealing, self.relay); }
};

struct Card {
  VerificationKey patient;   // ID_C, L_C
  SealingPublicKey sealing;  // E with its proof
  Identity relay;            // which hospital keeps her mail
  Signature signature;       // hers, "card", over what stands before it

  static auto fields(auto& self) { return std::tie(self.patient, self.sealing, self.relay, self.signature); }
  [[nodiscard]] Party party() const { return {patient, sealing.key, relay}; }
};

// `sealing` is the signer's own (CHECK).
[[nodiscard]] Card make_card(const G1& ppub, const SigningKey& patient, const SealingKey& sealing, const Identity& relay, Rng& rng);
// That one person made it, who was enrolled as this patient. Whether L_C is the registered one (R3), her account on SUP says:
// patient_key_hash(). Reject::card_parties, signature_…, possession_of_sealing_key.
[[nodiscard]] Checked<void> verify(const G1& ppub, const Card& card);

}  // namespace caduceus::roles
