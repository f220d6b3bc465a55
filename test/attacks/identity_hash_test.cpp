// R2: with ID‖0 and ID‖1 under one tag, "v0" and "v1" enrol for the two halves of v's signing key (test/published shows it work).
#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "test/attacks/consortium.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

struct identity_hash : testing::Test {
  Consortium consortium;
  IdentityKeys v = consortium.enrol(doctor("v"));
  IdentityKeys v0 = consortium.enrol(doctor("v0"));
  IdentityKeys v1 = consortium.enrol(doctor("v1"));

  // What a forger could take for v's K0 and K1: all that v0 and v1 were given, and v's own key of the other scheme.
  std::vector<std::pair<G1, G1>> stolen_keys() {
    return {
        {v0.agreement.g1.expose(), v1.agreement.g1.expose()},
        {v0.aggregate.k0.expose(), v1.aggregate.k0.expose()},
        {v0.aggregate.k0.expose(), v1.aggregate.k1.expose()},
        {v.agreement.g1.expose(), v.agreement.g1.expose()},
    };
  }
};

TEST_F(identity_hash, what_v0_and_v1_are_given_does_not_sign_for_v) {
  const SignedMessage chosen = Consortium::message_of(doctor("v"), "take arsenic", w_of("w"));
  for (const auto& [k0, k1] : stolen_keys()) {
    const AggregateKey stolen{doctor("v"), Secret<G1>(k0), Secret<G1>(k1)};
    EXPECT_THAT(consortium.verify(chosen, consortium.sign_text(stolen, "take arsenic", chosen.w)), refused_as(Reject::aggregate_invalid));
  }
  EXPECT_THAT(consortium.verify(chosen, consortium.sign_text(v.aggregate, "take arsenic", chosen.w)), accepted());
}

TEST_F(identity_hash, v_does_not_take_them_for_its_own) {
  const PendingRegistration pending = begin_registration(consortium.parameters.signing, doctor("v"), consortium.rng);
  for (const auto& [k0, k1] : stolen_keys()) {
    auto issued = issue_keys(consortium.secrets, consortium.parameters, pending.request, consortium.rng);
    ASSERT_THAT(issued, accepted());
    issued->aggregate_k0 = Secret<G1>(k0);
    issued->aggregate_k1 = Secret<G1>(k1);
    EXPECT_THAT(accept_keys(consortium.parameters, pending, *issued), refused_as(Reject::issued_aggregate_key));
  }
}

// Every use has a tag of its own, so that no two of an identity's points are the same, under the same bytes.
TEST_F(identity_hash, one_identity_has_another_point_for_each_use) {
  const Bytes id = encode(doctor("v"));
  std::vector<G1> points;
  for (const PointHash use : {PointHash::key_agreement, PointHash::signature0, PointHash::signature1, PointHash::one_time_string,
                              PointHash::bls_message, PointHash::bls_possession}) {
    points.push_back(hash_to_g1(use, {id}));
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(points[i], points[j]) << i << " " << j;
  }
}

// Lengths stand before what is hashed: no two identities run together into the same bytes.
TEST_F(identity_hash, a_name_does_not_run_over_into_what_follows) {
  EXPECT_NE(hash_to_g1(PointHash::signature0, {as_bytes("v"), as_bytes("0")}),
            hash_to_g1(PointHash::signature0, {as_bytes("v0"), as_bytes("")}));
  EXPECT_NE(hash_to_g1(PointHash::signature0, {as_bytes("v0")}), hash_to_g1(PointHash::signature0, {as_bytes("v"), as_bytes("0")}));
  Identity version_48 = doctor("v");
  version_48.version = '0';
  EXPECT_NE(encode(version_48), encode(doctor("v0")));
}

}  // namespace
}  // namespace caduceus
