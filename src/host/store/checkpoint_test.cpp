#include <gtest/gtest.h>

#include <thread>

#include "host/store/memory_store.h"
#include "host/store/rocks_store.h"
#include "test/temporary_folder.h"

namespace caduceus::store {
namespace {

constexpr std::array<std::string_view, 2> columns{"one", "other"};
constexpr Column one{0}, other{1};

struct checkpoint : testing::Test {
  [[nodiscard]] std::unique_ptr<Store> open(const std::string& name) const {
    auto opened = open_rocks_store(folder.path() / name, columns);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? *std::move(opened) : nullptr;
  }
  // n in both columns, in one batch.
  static void write(Store& store, std::uint64_t n) {
    Batch batch;
    const auto key = big_endian(n);
    batch.put(one, key, Bytes(100, 1));
    batch.put(other, key, Bytes(100, 2));
    ASSERT_TRUE(store.write(batch));
  }
  static std::uint64_t count(const Store& store, Column column) {
    std::uint64_t next = 0;
    EXPECT_TRUE(store.for_each_from(column, {}, [&](ByteView key, ByteView) {
      EXPECT_TRUE(std::ranges::equal(key, big_endian(next)));
      ++next;
      return true;
    }));
    return next;
  }

  TemporaryFolder folder;
};

TEST_F(checkpoint, has_what_was_written_and_is_a_store_of_its_own) {
  const auto store = open("store");
  for (std::uint64_t n = 0; n < 40; ++n) write(*store, n);
  ASSERT_TRUE(store->checkpoint(folder.path() / "copy"));
  write(*store, 40);
  const auto copy = open("copy");
  EXPECT_EQ(count(*copy, one), 40);
  write(*copy, 40);
  write(*copy, 41);
  EXPECT_EQ(count(*copy, other), 42);
  EXPECT_EQ(count(*store, other), 41);
}

TEST_F(checkpoint, of_a_store_that_is_written_to_has_every_batch_up_to_one_whole) {
  const auto store = open("store");
  std::atomic<std::uint64_t> written = 0;
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      write(*store, written);
      ++written;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const std::uint64_t before = written, name = static_cast<std::uint64_t>(i);
    ASSERT_TRUE(store->checkpoint(folder.path() / std::to_string(name)));
    const auto copy = open(std::to_string(name));
    EXPECT_GE(count(*copy, one), before);
    EXPECT_EQ(count(*copy, one), count(*copy, other));
  }
}

TEST_F(checkpoint, is_not_made_over_another_nor_out_of_memory) {
  const auto store = open("store");
  std::filesystem::create_directory(folder.path() / "copy");
  EXPECT_FALSE(store->checkpoint(folder.path() / "copy"));
  EXPECT_TRUE(store->write(Batch{}));  // no failure of the store
  EXPECT_FALSE(MemoryStore(2).checkpoint(folder.path() / "other"));
}

}  // namespace
}  // namespace caduceus::store
