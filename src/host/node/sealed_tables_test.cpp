#include "host/node/sealed_tables.h"

#include <gtest/gtest.h>

#include "host/node/halt.h"
#include "host/store/memory_store.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

constexpr roles::Table<std::uint32_t, std::uint64_t> numbers{7};
constexpr roles::Table<std::uint32_t, std::uint64_t> others{8};
constexpr store::Column column{0};

class sealed_tables : public testing::Test {
 protected:
  void put(std::initializer_list<std::pair<std::uint32_t, std::uint64_t>> entries) {
    roles::WriteSet step(tables);
    for (const auto& [key, value] : entries) step.put(numbers, key, value);
    batches.push_back(tables.commit(step));
  }
  void write_all() {
    for (const store::Batch& batch : batches) ASSERT_TRUE(disk.write(batch));
    batches.clear();
    tables.written(tables.committed());
  }
  [[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint64_t>> all() const {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> found;
    roles::WriteSet(tables).for_each_under(numbers, {}, [&](std::uint32_t key, std::uint64_t value) {
      found.emplace_back(key, value);
      return true;
    });
    return found;
  }
  using Entries = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

  SeededRng rng{1};
  store::MemoryStore disk{1};
  SealedTables tables{disk, column, SecretKey(Bytes32{5}), rng};
  std::vector<store::Batch> batches;
};

TEST_F(sealed_tables, what_was_committed_is_seen_before_and_after_it_is_written) {
  put({{1, 10}, {3, 30}});
  EXPECT_EQ(all(), (Entries{{1, 10}, {3, 30}}));
  write_all();
  EXPECT_EQ(all(), (Entries{{1, 10}, {3, 30}}));
  put({{2, 20}, {3, 33}, {4, 40}});
  roles::WriteSet step(tables);
  step.erase(numbers, 1U);
  step.put(others, 1U, std::uint64_t{99});
  batches.push_back(tables.commit(step));
  EXPECT_EQ(all(), (Entries{{2, 20}, {3, 33}, {4, 40}}));
  EXPECT_EQ(roles::WriteSet(tables).get(numbers, 1U), std::nullopt);
  EXPECT_EQ(roles::WriteSet(tables).get(numbers, 3U), 33U);
  write_all();
  EXPECT_EQ(all(), (Entries{{2, 20}, {3, 33}, {4, 40}}));
  EXPECT_EQ(roles::WriteSet(tables).get(others, 1U), 99U);
}

TEST_F(sealed_tables, a_later_step_stays_when_an_earlier_one_is_written) {
  put({{1, 10}});
  put({{1, 11}});
  ASSERT_TRUE(disk.write(batches.front()));
  tables.written(1);
  EXPECT_EQ(all(), (Entries{{1, 11}}));
}

TEST_F(sealed_tables, nothing_of_a_value_is_on_disk) {
  put({{1, 0x1122334455667788}});
  write_all();
  const Bytes plain = encode(std::uint64_t{0x1122334455667788});
  ASSERT_TRUE(disk.for_each_from(column, {}, [&](ByteView, ByteView value) {
    EXPECT_TRUE(std::ranges::search(value, plain).empty());
    return true;
  }));
}

TEST_F(sealed_tables, a_value_in_anothers_place_or_under_another_key_halts) {
  put({{1, 10}, {2, 20}});
  write_all();
  const SealedTables of_another(disk, column, SecretKey(Bytes32{6}), rng);
  EXPECT_EXIT((void)roles::WriteSet(of_another).get(numbers, 1U), testing::ExitedWithCode(halted_status), "table 7");
  store::Batch swap;
  const Bytes first{7, 0, 0, 0, 1};
  const Bytes second{7, 0, 0, 0, 2};
  swap.put(column, first, **disk.get(column, second));
  ASSERT_TRUE(disk.write(swap));
  EXPECT_EXIT((void)roles::WriteSet(tables).get(numbers, 1U), testing::ExitedWithCode(halted_status), "table 7");
}

TEST_F(sealed_tables, a_folder_has_one_owner_at_a_time_and_keeps_what_was_written) {
  const TemporaryFolder folder;
  {
    auto owner = TableFolder::open(folder.path() / "tables", SecretKey(Bytes32{1}), rng);
    ASSERT_TRUE(owner) << owner.error().message;
    roles::WriteSet step((*owner)->tables());
    step.put(numbers, 1U, std::uint64_t{10});
    ASSERT_TRUE((*owner)->tables().write(step));
    const auto another = TableFolder::open(folder.path() / "tables", SecretKey(Bytes32{1}), rng, std::chrono::milliseconds(1));
    ASSERT_FALSE(another);
    EXPECT_NE(another.error().message.find("another caduceus"), std::string::npos);
  }
  auto again = TableFolder::open(folder.path() / "tables", SecretKey(Bytes32{1}), rng);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(roles::WriteSet((*again)->tables()).get(numbers, 1U), 10U);
}

}  // namespace
}  // namespace caduceus
