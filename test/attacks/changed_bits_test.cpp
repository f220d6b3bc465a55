// Every one-bit change of what goes over the wire is refused: by the decoder, or by the check of what it decoded to.
#include <gtest/gtest.h>

#include <set>

#include "core/crypto/multi_signature.h"
#include "test/attacks/consortium.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

// check(bytes) accepts these bytes, and refuses them with any one bit changed; the reasons that it gave.
std::set<Reject> reasons_of_changed_bits(const Bytes& good, const auto& check) {
  EXPECT_THAT(check(good), accepted());
  std::set<Reject> reasons;
  Bytes bytes = good;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const auto flip = [&] { bytes[bit / 8] ^= static_cast<Byte>(1U << bit % 8); };
    flip();
    if (const Checked<void> outcome = check(bytes)) {
      ADD_FAILURE() << "accepted with bit " << bit % 8 << " of byte " << bit / 8 << " changed";
    } else {
      reasons.insert(outcome.error());
    }
    flip();
  }
  return reasons;
}

TEST(changed_bits, of_a_signed_licence) {
  Consortium consortium;
  const G1& ppub = consortium.parameters.signing;
  const IdentityKeys keys = consortium.enrol(hospital("h1"));
  const Licence licence{.hospital = hospital("h1"), .doctor = doctor("lee"), .device = 1, .issued = Time(1'000), .expires = Time(9'500)};
  const auto check = [&](const Bytes& bytes) -> Checked<void> {
    TRY(const auto shown, decode<SignedLicence>(bytes));
    return verify_licence(ppub, keys.signing.verification_key(), shown, Time(5'000));
  };
  const auto reasons = reasons_of_changed_bits(encode(*issue_licence(ppub, keys.signing, licence, consortium.rng)), check);
  EXPECT_EQ(reasons, (std::set{// an identity: roles, lengths, names, versions
                               Reject::too_long, Reject::too_short, Reject::unknown_value, Reject::identity_name, Reject::identity_version,
                               // what the licence says
                               Reject::licence_device, Reject::licence_parties, Reject::licence_issuer, Reject::licence_not_yet_valid,
                               Reject::licence_expired, Reject::licence_period,
                               // the signature
                               Reject::point_encoding, Reject::point_not_on_curve, Reject::point_not_in_group, Reject::scalar_out_of_range,
                               Reject::signature_other_key, Reject::signature_invalid}));
}

TEST(changed_bits, of_an_aggregate) {
  Consortium consortium;
  SignedMessages all;
  for (const auto* w : {"w1", "w2"}) {
    for (const auto* name : {"u", "v"}) {
      consortium.say(all, extract_aggregate_key(consortium.secrets.aggregate, doctor(name)), "text", w_of(w));
    }
  }
  const auto check = [&](const Bytes& bytes) -> Checked<void> {
    TRY(const auto sums, decode_aggregate(bytes, all.messages));
    return consortium.verify(all, sums);
  };
  const auto reasons = reasons_of_changed_bits(encode_aggregate(*aggregate(all.messages, all.signatures)), check);
  EXPECT_EQ(reasons, (std::set{Reject::truncated, Reject::trailing_bytes, Reject::too_long, Reject::point_encoding,
                               Reject::point_not_on_curve, Reject::point_not_in_group,
                               // the one bit of a point that is another point of the group: its sign
                               Reject::aggregate_invalid}));
}

TEST(changed_bits, of_a_multi_signature) {
  SeededRng rng(1);
  std::vector<AffineG2> public_keys;
  MultiSignature votes{SignerSet(12), {}};
  for (std::size_t i = 0; i < 12; ++i) {
    const BlsKey key = BlsKey::random(rng);
    public_keys.emplace_back(key.public_key);
    if (i < 9) add_part(votes, i, sign_part(key, as_bytes("commit block 8")));
  }
  const auto check = [&](const Bytes& bytes) -> Checked<void> {
    TRY(const auto shown, decode<MultiSignature>(bytes));
    return verify(public_keys, as_bytes("commit block 8"), shown, 9);
  };
  const auto reasons = reasons_of_changed_bits(encode(votes), check);
  EXPECT_EQ(reasons,
            (std::set{Reject::signer_set_size, Reject::signer_set_padding, Reject::truncated, Reject::quorum_too_small,
                      Reject::multi_signature_invalid, Reject::point_encoding, Reject::point_not_on_curve, Reject::point_not_in_group}));
}

}  // namespace
}  // namespace caduceus
