#include "test/store/faulty_disk.h"

#include <gtest/gtest.h>

namespace caduceus::store {
namespace {

constexpr Column votes{0}, blocks{1};

Batch of(std::string_view value) {
  Batch batch;
  batch.put(votes, as_bytes("newest"), as_bytes(value));
  batch.put(blocks, as_bytes("newest"), Bytes(700, static_cast<Byte>(value[0])));
  return batch;
}

// Of the newest batch, which is whole.
std::string newest(const Store& store) {
  const auto vote = store.get(votes, as_bytes("newest")), block = store.get(blocks, as_bytes("newest"));
  const std::string value(as_text(vote->value()));
  EXPECT_EQ(block->value(), Bytes(700, static_cast<Byte>(value[0])));
  return value;
}

TEST(faulty_disk, a_power_cut_leaves_a_batch_whole_or_not_at_all) {
  int whole = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    FaultyDisk disk(2, seed);
    auto store = disk.open();
    disk.cut_power_at_write(3);
    ASSERT_TRUE(store->write(of("1")));
    ASSERT_TRUE(store->write(of("2")));
    EXPECT_EQ(store->write(of("3")).error().message, "the power was cut");
    EXPECT_EQ(store->write(of("4")).error().message, "nothing is written any more, because: the power was cut");
    EXPECT_FALSE(store->get(votes, as_bytes("newest")));
    EXPECT_FALSE(store->for_each_from(votes, {}, [](ByteView, ByteView) { return true; }));
    EXPECT_FALSE(store->for_each_back_from(votes, {}, [](ByteView, ByteView) { return true; }));
    store = disk.open();
    const auto found = newest(*store);
    EXPECT_TRUE(found == "2" || found == "3") << found;
    whole += found == "3" ? 1 : 0;
    ASSERT_TRUE(store->write(of("5")));
    EXPECT_EQ(newest(*disk.open()), "5");
  }
  EXPECT_GT(whole, 10) << "a write that failed may be there";
  EXPECT_LT(whole, 190);
}

TEST(faulty_disk, a_refused_write_leaves_no_trace) {
  FaultyDisk disk(2, 1);
  auto store = disk.open();
  ASSERT_TRUE(store->write(of("1")));
  disk.refuse_at_write(1, "No space left on device");
  EXPECT_EQ(store->write(of("2")).error().message, "No space left on device");
  EXPECT_EQ(store->write(of("3")).error().message, "nothing is written any more, because: No space left on device");
  EXPECT_EQ(newest(*store), "1") << "reads go on";
  store = disk.open();
  EXPECT_EQ(newest(*store), "1");
  EXPECT_TRUE(store->write(of("4")));
}

}  // namespace
}  // namespace caduceus::store
