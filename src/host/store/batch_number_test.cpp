#include "host/store/batch_number.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include "test/temporary_folder.h"

namespace caduceus::store {
namespace {

std::string merged(const std::string& a, const std::string& b) {
  const rocksdb::Slice existing(a);
  std::string result;
  EXPECT_TRUE(BatchRanges().Merge("", a.empty() ? nullptr : &existing, b, &result, nullptr));
  return result;
}

std::string ranges(const std::vector<std::uint64_t>& numbers) {
  std::string value;
  for (const auto n : numbers) value = merged(value, BatchRanges::of(n));
  return value;
}

TEST(batch_ranges, are_one_range_when_no_batch_is_missing) {
  EXPECT_EQ(BatchRanges::newest(ranges({1})), 1U);
  EXPECT_EQ(BatchRanges::newest(ranges({1, 2, 3})), 3U);
  EXPECT_EQ(ranges({1, 2, 3}).size(), 16U) << "however many";
  EXPECT_EQ(merged(ranges({1, 2, 3}), ranges({2, 3, 4})), ranges({1, 2, 3, 4})) << "replayed twice";
}

TEST(batch_ranges, say_what_is_missing) {
  EXPECT_EQ(BatchRanges::newest(ranges({2, 3})).error().message, "all batches before number 2 are missing");
  EXPECT_EQ(BatchRanges::newest(ranges({1, 2, 4})).error().message, "batches after number 2 are missing");
  EXPECT_EQ(BatchRanges::newest("").error().message, "its count of batches is none");
  EXPECT_EQ(BatchRanges::newest("x").error().message, "its count of batches is none");
}

// RocksDB merges in any grouping.
RC_GTEST_PROP(batch_ranges, do_not_depend_on_the_grouping, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 30);
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t n = 1; n <= size; ++n) {
    if (*rc::gen::inRange(0, 5) != 0) numbers.push_back(n);
  }
  std::vector<std::string> parts;
  for (const auto n : numbers) parts.push_back(BatchRanges::of(n));
  while (parts.size() > 1) {
    const auto at = *rc::gen::inRange<std::size_t>(0, parts.size() - 1);
    parts[at] = merged(parts[at], parts[at + 1]);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  const auto newest = BatchRanges::newest(parts.empty() ? "" : parts.front());
  const bool whole = !numbers.empty() && numbers.size() == numbers.back();
  RC_ASSERT(newest.has_value() == whole);
  if (whole) RC_ASSERT(*newest == numbers.back());
}

TEST(batch_mark, is_there_again) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "mark";
  EXPECT_FALSE(*BatchMark::open(path));
  {
    auto mark = BatchMark::create(path);
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->number(), 0U);
    EXPECT_FALSE(BatchMark::open(path)) << "it is open";
    EXPECT_TRUE(mark->raise(16));
    EXPECT_TRUE(mark->raise(1'000'000));
  }
  EXPECT_EQ((*BatchMark::open(path))->number(), 1'000'000U);
}

TEST(batch_mark, a_change_shows) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "mark";
  ASSERT_TRUE(BatchMark::create(path)->raise(5));
  for (int place = 0; place < 16; ++place) {
    std::filesystem::copy_file(path, folder.path() / "changed", std::filesystem::copy_options::overwrite_existing);
    std::fstream file(folder.path() / "changed", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(place);
    file.put('\x7e');
    file.close();
    EXPECT_EQ(BatchMark::open(folder.path() / "changed").error().message, (folder.path() / "changed").string() + " is damaged");
  }
  std::filesystem::resize_file(path, 15);
  EXPECT_FALSE(BatchMark::open(path));
  std::filesystem::resize_file(path, 17);
  EXPECT_FALSE(BatchMark::open(path));
}

}  // namespace
}  // namespace caduceus::store
