#include "core/med/emr_index.h"

#include <gmock/gmock.h>

#include "core/med/transition.h"
#include "test/attacks/refusal.h"
#include "test/med_world.h"

namespace caduceus::med {
namespace {

struct emr_index_contract : testing::Test {
  MedWorld world{3, 2, 1, 2};
  State state;
  std::array<std::uint64_t, 2> next{};

  Checked<void> run(std::size_t patient, const IndexOperation& operation) {
    Transition after(state, {Height(1), Time(0), MedWorld::epoch_length});
    const Call call{world.patient(patient).account.identity, next[patient], {std::string(emr_index_name)}, {encode(operation)}, {}};
    TRY_VOID(after.apply(call));
    ++next[patient];
    state = after.state();
    return {};
  }
  [[nodiscard]] const std::string& key(std::size_t patient) const { return world.patient(patient).account.identity.name.value; }
  [[nodiscard]] std::optional<SealedEntry> entry(std::size_t patient, const EntryId& id) const {
    const auto value = state.stored(emr_index_name, index_entry_key(key(patient), id));
    return value ? std::optional(as_record<SealedEntry>(*value)) : std::nullopt;
  }
  [[nodiscard]] IndexRecord record(std::size_t patient) const {
    const auto value = state.stored(emr_index_name, index_record_key(key(patient)));
    return value ? as_record<IndexRecord>(*value) : IndexRecord{};
  }
};

TEST_F(emr_index_contract, puts_and_deletes) {
  const auto first = world.put(1, {1}), second = world.put(1, {2});
  ASSERT_TRUE(run(0, first));
  ASSERT_TRUE(run(0, second));
  EXPECT_EQ(encode(*entry(0, {1})), encode(first.entry));
  EXPECT_EQ(record(0).entries, 2);
  EXPECT_EQ(record(0).bytes, encode(first.entry).size() + encode(second.entry).size());
  ASSERT_TRUE(run(0, DeleteEntry{{1}}));
  EXPECT_FALSE(entry(0, {1}));
  EXPECT_EQ(record(0).entries, 1);
  EXPECT_EQ(record(0).bytes, encode(second.entry).size());
  EXPECT_THAT(run(0, DeleteEntry{{1}}), refused_as(Reject::index_entry_unknown));
}

TEST_F(emr_index_contract, version_follows_the_one_there) {
  EXPECT_THAT(run(0, world.put(2, {1})), refused_as(Reject::index_version));
  ASSERT_TRUE(run(0, world.put(1, {1})));
  EXPECT_THAT(run(0, world.put(1, {1})), refused_as(Reject::index_version));
  ASSERT_TRUE(run(0, world.put(2, {1})));
  EXPECT_EQ(entry(0, {1})->version, 2);
  EXPECT_EQ(record(0).entries, 1);
}

// Whatever a call says, it is written under its account.
TEST_F(emr_index_contract, another_patients_entries_stay) {
  const auto mine = world.put(1, {1});
  ASSERT_TRUE(run(0, mine));
  EXPECT_THAT(run(1, DeleteEntry{{1}}), refused_as(Reject::index_entry_unknown));
  EXPECT_THAT(run(1, world.put(2, {1})), refused_as(Reject::index_version));
  ASSERT_TRUE(run(1, world.put(1, {1})));
  EXPECT_EQ(encode(*entry(0, {1})), encode(mine.entry));
}

TEST_F(emr_index_contract, account_has_limits) {
  SealedEntry large{{}, 1, {Bytes(16'384, 7)}};
  for (std::uint16_t i = 0; record(0).bytes + encode(large).size() <= IndexLimits::bytes; ++i) {
    std::ranges::copy(big_endian(i), large.id.begin());
    ASSERT_TRUE(run(0, PutEntry{large}));
  }
  large.id = {0xff, 0xff};
  EXPECT_THAT(run(0, PutEntry{large}), refused_as(Reject::index_limit));
  ASSERT_TRUE(run(0, DeleteEntry{{0, 0}}));
  EXPECT_TRUE(run(0, PutEntry{large}));
}

TEST_F(emr_index_contract, names_where_the_keyslot_lies) {
  const SetSlot slot{{7}, {{world.hospital(0).identity(), world.hospital(1).identity()}}};
  ASSERT_TRUE(run(0, slot));
  EXPECT_EQ(record(0).slot, slot);
  const SetSlot descending{{7}, {{world.hospital(1).identity(), world.hospital(0).identity()}}};
  EXPECT_THAT(run(0, descending), refused_as(Reject::index_holders));
  const SetSlot doctor{{7}, {{world.doctor(0).identity()}}};
  EXPECT_THAT(run(0, doctor), refused_as(Reject::index_holders));
}

TEST_F(emr_index_contract, look_up_finds_all_of_an_account) {
  for (Byte i = 0; i < 20; ++i) ASSERT_TRUE(run(i % 2, world.put(1, {i})));
  std::set<EntryId> found;
  const Bytes first = index_record_key(key(0));
  state.for_each_stored(emr_index_name, first, [&](ByteView at, ByteView value) {
    if (at.size() > first.size()) found.insert(as_record<SealedEntry>(value).id);
    return true;
  });
  EXPECT_EQ(found.size(), 10);
  EXPECT_TRUE(std::ranges::all_of(found, [](const EntryId& id) { return id[0] % 2 == 0; }));
}

TEST_F(emr_index_contract, garbage_is_refused) {
  Transition after(state, {Height(1), Time(0), MedWorld::epoch_length});
  const Call call{world.patient(0).account.identity, 0, {std::string(emr_index_name)}, {{9}}, {}};
  EXPECT_THAT(after.apply(call), refused_as(Reject::unknown_value));
}

}  // namespace
}  // namespace caduceus::med
