#include "core/roles/tables.h"

#include <gtest/gtest.h>

namespace caduceus::roles {
namespace {

constexpr Table<std::uint32_t, std::uint64_t> numbers{7};
constexpr Table<std::uint32_t, std::uint64_t> others{8};

std::vector<std::pair<std::uint32_t, std::uint64_t>> all(const WriteSet& step, ByteView prefix = {}) {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> found;
  step.for_each_under(numbers, prefix, [&](std::uint32_t key, std::uint64_t value) {
    found.emplace_back(key, value);
    return true;
  });
  return found;
}

TEST(tables, a_step_sees_its_own_writes_and_the_tables_do_not) {
  MemoryTables tables;
  WriteSet step(tables);
  step.put(numbers, 1U, std::uint64_t{10});
  EXPECT_EQ(step.get(numbers, 1U), 10U);
  EXPECT_EQ(WriteSet(tables).get(numbers, 1U), std::nullopt);
  tables.apply(step);
  EXPECT_EQ(WriteSet(tables).get(numbers, 1U), 10U);
  EXPECT_EQ(WriteSet(tables).get(others, 1U), std::nullopt);
}

TEST(tables, what_is_visited_is_in_order_with_own_writes_among_it) {
  MemoryTables tables;
  WriteSet first(tables);
  for (const std::uint32_t key : {2U, 4U, 6U, 0x100U}) first.put(numbers, key, std::uint64_t{key});
  first.put(others, 1U, std::uint64_t{99});
  tables.apply(first);

  WriteSet step(tables);
  step.put(numbers, 1U, std::uint64_t{1});
  step.put(numbers, 4U, std::uint64_t{44});
  step.put(numbers, 5U, std::uint64_t{5});
  step.put(numbers, 7U, std::uint64_t{7});
  step.erase(numbers, 6U);
  using Entries = std::vector<std::pair<std::uint32_t, std::uint64_t>>;
  EXPECT_EQ(all(step), (Entries{{1, 1}, {2, 2}, {4, 44}, {5, 5}, {7, 7}, {0x100, 0x100}}));
  EXPECT_EQ(all(step, Bytes{0, 0, 0}), (Entries{{1, 1}, {2, 2}, {4, 44}, {5, 5}, {7, 7}}));
  EXPECT_EQ(all(step, Bytes{0, 0, 1}), (Entries{{0x100, 0x100}}));
}

TEST(tables, a_visit_ends_where_it_wants) {
  MemoryTables tables;
  WriteSet step(tables);
  for (std::uint32_t key = 0; key < 5; ++key) step.put(numbers, key, std::uint64_t{key});
  tables.apply(step);
  WriteSet next(tables);
  next.put(numbers, 9U, std::uint64_t{9});
  unsigned seen = 0;
  next.for_each_under(numbers, {}, [&](std::uint32_t key, std::uint64_t /*value*/) { return ++seen, key < 2; });
  EXPECT_EQ(seen, 3U);
}

}  // namespace
}  // namespace caduceus::roles
