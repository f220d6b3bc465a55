#include "core/base/identity.h"

#include <gtest/gtest.h>

namespace caduceus {
namespace {

Identity named(std::string name) { return {Role::patient, {std::move(name)}, 1}; }

TEST(identity, names_are_short_and_plain) {
  EXPECT_TRUE(decode<Identity>(encode(named("0a-z.9"))));
  EXPECT_TRUE(decode<Identity>(encode(named(std::string(64, 'a')))));
  EXPECT_EQ(decode<Identity>(encode(named(std::string(65, 'a')))).error(), Reject::too_long);
  EXPECT_EQ(decode<Identity>(encode(named(""))).error(), Reject::too_short);
  for (const char* bad : {"A", "a b", "a_b", "a/b", "\xc3\xa9", "a\n"}) {
    EXPECT_EQ(decode<Identity>(encode(named(bad))).error(), Reject::identity_name) << bad;
  }
}

TEST(identity, version_zero_and_unknown_roles_are_refused) {
  EXPECT_EQ(decode<Identity>(encode(Identity{Role::doctor, {"d"}, 0})).error(), Reject::identity_version);
  EXPECT_EQ(decode<Identity>(encode(Identity{Role{0}, {"d"}, 1})).error(), Reject::unknown_value);
  EXPECT_EQ(decode<Identity>(encode(Identity{Role{6}, {"d"}, 1})).error(), Reject::unknown_value);
}

TEST(identity, reads_well) { EXPECT_EQ(to_string(Identity{Role::patient_med, {"ab"}, 2}), "pn-med:ab#2"); }

}  // namespace
}  // namespace caduceus
