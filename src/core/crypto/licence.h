// A doctor's licence ρ (PROTOCOL.md §2): a hospital's word that this doctor works for it, on this device, until then.
#pragma once

#include "core/crypto/certificateless_signature.h"

namespace caduceus {

// Slots are 16·k + device (R5), so that a signer's devices never meet under one w.
constexpr std::uint8_t devices_per_signer = 16;

struct Licence {
  Identity hospital;
  Identity doctor;
  std::uint8_t device = 0;  // 0–15
  Time issued;
  Time expires;

  static auto fields(auto& self) { return std::tie(self.hospital, self.doctor, self.device, self.issued, self.expires); }
  // Reject::licence_parties, licence_device, licence_period.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const Licence&, const Licence&) = default;
};

struct SignedLicence {
  Licence licence;
  Signature signature;  // the hospital's, purpose "licence", over the encoded licence

  static auto fields(auto& self) { return std::tie(self.licence, self.signature); }
};

// Whether it is this hospital's, and in force. Whose word it is, its signature says. As Licence::check, and Reject::licence_issuer,
// licence_not_yet_valid, licence_expired.
[[nodiscard]] Checked<void> check_licence(const VerificationKey& hospital, const Licence& licence, Time now);

// Signs a licence of the key's own hospital. As Licence::check, and Reject::licence_issuer.
[[nodiscard]] Checked<SignedLicence> issue_licence(const G1& ppub, const SigningKey& hospital, const Licence& licence, Rng& rng);

// Whether the hospital gave this licence and it is in force. As check_licence, and Reject::signature_other_key, signature_invalid. Whether it
// was revoked, the revocation trie knows (§8).
[[nodiscard]] Checked<void> verify_licence(const G1& ppub, const VerificationKey& hospital, const SignedLicence& signed_licence, Time now);

}  // namespace caduceus
