#include "core/roles/access_log.h"

#include <gtest/gtest.h>

#include "test/sharing.h"

namespace caduceus::roles {
namespace {

struct AccessLogTest : testing::Test {
  Sharing world;
  MemoryTables tables;
  Identity ann = world.patient.signing.identity;
  Identity eve{Role::patient, {"eve"}, 1};

  AccessRequest request() { return world.ask(world.grant(world.policy()), {{1, 2}}).request(); }
  LogEntry add(const Identity& patient) {
    WriteSet step(tables);
    LogEntry entry = AccessLog(step).add(patient, request(), Sharing::now);
    tables.apply(step);
    return entry;
  }
};

TEST_F(AccessLogTest, is_one_chain_for_all_and_one_for_each_patient) {
  for (const Identity& patient : {ann, eve, ann, ann, eve}) add(patient);
  WriteSet step(tables);
  const AccessLog log(step);
  EXPECT_EQ(log.head().number, 5U);
  LogHead all;
  for (std::uint64_t n = 1; n <= 5; ++n) {
    const auto entry = log.entry(n);
    ASSERT_TRUE(entry && follows(all, *entry));
    all = {n, entry_hash(*entry)};
  }
  EXPECT_EQ(all, log.head());
  LogHead own;
  for (const LogEntry& entry : log.entries_of(ann, 0, 10)) {
    ASSERT_TRUE(follows_of_patient(own, entry));
    EXPECT_EQ(entry.patient, ann);
    own = {entry.of_patient, entry_hash(entry)};
  }
  EXPECT_EQ(own, log.head_of(ann));
  EXPECT_EQ(own.number, 3U);
  EXPECT_EQ(log.entries_of(ann, 1, 1).size(), 1U);
  EXPECT_EQ(log.entries_of(eve, 2, 10).size(), 0U);
}

TEST_F(AccessLogTest, an_entry_that_is_left_out_or_changed_shows) {
  const LogEntry first = add(ann);
  const LogEntry second = add(ann);
  const LogEntry third = add(ann);
  EXPECT_EQ(follows_of_patient({1, entry_hash(first)}, third).error(), Reject::access_log);
  LogEntry changed = second;
  changed.time = changed.time + 1;
  EXPECT_EQ(follows({2, entry_hash(changed)}, third).error(), Reject::access_log);
  EXPECT_TRUE(follows({2, entry_hash(second)}, third));
}

TEST_F(AccessLogTest, the_hospital_stands_for_an_entry) {
  const SignedLogEntry entry = sign_entry(world.ppub, world.hospital.signing, add(ann), world.rng);
  EXPECT_TRUE(verify(world.ppub, world.hospital.signing.verification_key(), entry));
  EXPECT_EQ(verify(world.ppub, world.employer.signing.verification_key(), entry).error(), Reject::access_log);
  SignedLogEntry changed = entry;
  changed.entry.number += 1;
  EXPECT_EQ(verify(world.ppub, world.hospital.signing.verification_key(), changed).error(), Reject::signature_invalid);
}

}  // namespace
}  // namespace caduceus::roles
