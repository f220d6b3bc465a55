// Licences whose signature a hospital has verified: for as long as they are in force, it need not be verified again. Which are in force, and not
// revoked, is asked each time.
#pragma once

#include <map>

#include "core/crypto/licence.h"

namespace caduceus::roles {

class VerifiedLicences {
 public:
  static constexpr std::size_t most = 4096;  // of some 100 bytes

  [[nodiscard]] bool contains(const VerificationKey& issuer, const SignedLicence& licence) const;
  // One that was verified by this key. When there is no room those that have expired go, and if that is not enough, all.
  void add(const VerificationKey& issuer, const SignedLicence& licence, Time now);
  [[nodiscard]] std::size_t size() const { return expiry_.size(); }

 private:
  std::map<Bytes32, Time> expiry_;  // by the hash of key and licence
};

}  // namespace caduceus::roles
