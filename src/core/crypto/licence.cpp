#include "core/crypto/licence.h"

namespace caduceus {

Checked<void> Licence::check() const {
  if (hospital.role != Role::hospital || doctor.role != Role::doctor) return reject(Reject::licence_parties);
  if (device >= devices_per_signer) return reject(Reject::licence_device);
  if (expires <= issued) return reject(Reject::licence_period);
  return {};
}

Checked<void> check_licence(const VerificationKey& hospital, const Licence& licence, Time now) {
  TRY_VOID(licence.check());
  if (licence.hospital != hospital.identity) return reject(Reject::licence_issuer);
  if (now < licence.issued) return reject(Reject::licence_not_yet_valid);
  if (now >= licence.expires) return reject(Reject::licence_expired);
  return {};
}

Checked<SignedLicence> issue_licence(const G1& ppub, const SigningKey& hospital, const Licence& licence, Rng& rng) {
  TRY_VOID(licence.check());
  if (licence.hospital != hospital.identity) return reject(Reject::licence_issuer);
  return SignedLicence{licence, sign(ppub, hospital, "licence", encode(licence), rng)};
}

Checked<void> verify_licence(const G1& ppub, const VerificationKey& hospital, const SignedLicence& signed_licence, Time now) {
  TRY_VOID(check_licence(hospital, signed_licence.licence, now));
  return verify(ppub, hospital, "licence", encode(signed_licence.licence), signed_licence.signature);
}

}  // namespace caduceus
