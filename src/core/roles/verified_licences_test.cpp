#include "core/roles/verified_licences.h"

#include <gtest/gtest.h>

#include "test/sharing.h"

namespace caduceus::roles {
namespace {

TEST(verified_licences, are_known_by_every_byte_and_by_the_issuers_key) {
  Sharing s;
  const VerificationKey issuer = s.employer.signing.verification_key(), other = s.hospital.signing.verification_key();
  VerifiedLicences verified;
  EXPECT_FALSE(verified.contains(issuer, s.licence));
  verified.add(issuer, s.licence, Sharing::now);
  verified.add(issuer, s.licence, Sharing::now);
  EXPECT_TRUE(verified.contains(issuer, s.licence));
  EXPECT_EQ(verified.size(), 1U);
  EXPECT_FALSE(verified.contains(other, s.licence));
  SignedLicence changed = s.licence;
  ++changed.licence.device;
  EXPECT_FALSE(verified.contains(issuer, changed));
  changed = s.licence;
  changed.signature.public_point = other.public_point;
  EXPECT_FALSE(verified.contains(issuer, changed));
}

TEST(verified_licences, are_no_more_than_so_many) {
  Sharing s;
  const VerificationKey issuer = s.employer.signing.verification_key();
  const Time soon(Sharing::now.value() + 1'000), late(Sharing::now.value() + 9'000);
  VerifiedLicences verified;
  SignedLicence licence = s.licence;
  const auto add = [&](std::uint64_t number, Time expires, Time now) {
    licence.licence.expires = expires;
    licence.licence.issued = Time(number);
    verified.add(issuer, licence, now);
  };
  for (std::uint64_t i = 0; i < VerifiedLicences::most; ++i) add(i, i < 10 ? late : soon, Sharing::now);
  EXPECT_EQ(verified.size(), VerifiedLicences::most);
  add(VerifiedLicences::most, late, soon);
  EXPECT_EQ(verified.size(), 11U) << "those that have expired went";
  for (std::uint64_t i = 0; i < VerifiedLicences::most; ++i) add(10'000 + i, late, soon);
  EXPECT_LE(verified.size(), VerifiedLicences::most);
  EXPECT_TRUE(verified.contains(issuer, licence)) << "the newest";
}

}  // namespace
}  // namespace caduceus::roles
