#include "core/roles/verified_licences.h"

#include "core/crypto/hash.h"

namespace caduceus::roles {
namespace {

Bytes32 id_of(const VerificationKey& issuer, const SignedLicence& licence) { return hash({encode(issuer), encode(licence)}); }

}  // namespace

bool VerifiedLicences::contains(const VerificationKey& issuer, const SignedLicence& licence) const {
  return expiry_.contains(id_of(issuer, licence));
}

void VerifiedLicences::add(const VerificationKey& issuer, const SignedLicence& licence, Time now) {
  if (expiry_.size() >= most) std::erase_if(expiry_, [&](const auto& entry) { return entry.second <= now; });
  if (expiry_.size() >= most) expiry_.clear();
  expiry_.emplace(id_of(issuer, licence), licence.licence.expires);
}

}  // namespace caduceus::roles
