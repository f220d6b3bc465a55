#include "test/store/blob_store_world.h"

namespace caduceus::store {
namespace {

constexpr BlobId one{0x3f, 1}, other{0x3f, 2}, third{0x40};

TEST_P(blob_store, gives_back_what_was_put_also_after_opening_again) {
  // Around the parts in which an object store takes them, and the pieces in which it gives them back.
  const std::vector<std::size_t> sizes{0, 1, 10'000, 123'457, 256 << 10, (256 << 10) + 1, 5 << 20, (5 << 20) + 1, 10 << 20, 12'345'678};
  for (std::size_t i = 0; i < sizes.size(); ++i) ASSERT_TRUE(put(*blobs, {static_cast<Byte>(i)}, content(sizes[i])));
  open();
  for (std::size_t i = 0; i < sizes.size(); ++i) EXPECT_EQ(get(*blobs, {static_cast<Byte>(i)}), content(sizes[i])) << sizes[i];
  EXPECT_EQ(ids_of(*blobs).size(), sizes.size());
  EXPECT_FALSE(get(*blobs, third));
}

TEST_P(blob_store, a_blob_is_there_when_it_is_whole) {
  for (const std::size_t size : {1'000U, 11U << 20U}) {
    auto writer = blobs->create(one).value();
    ASSERT_TRUE(writer->append(content(size)));
    EXPECT_FALSE(get(*blobs, one));
    EXPECT_EQ(ids_of(*blobs), BlobIds());
    writer.reset();
    EXPECT_EQ(ids_of(*blobs), BlobIds()) << "given up";
    ASSERT_TRUE(put(*blobs, one, content(size)));
    EXPECT_EQ(get(*blobs, one), content(size));
    ASSERT_TRUE(blobs->erase(one));
  }
}

TEST_P(blob_store, a_blob_is_put_once) {
  ASSERT_TRUE(put(*blobs, one, content(10)));
  EXPECT_FALSE(put(*blobs, one, content(20)));
  EXPECT_FALSE(put(*blobs, one, content(6 << 20)));
  EXPECT_EQ(get(*blobs, one), content(10));
}

TEST_P(blob_store, erases_one_and_no_other) {
  ASSERT_TRUE(put(*blobs, one, content(10)));
  ASSERT_TRUE(put(*blobs, other, content(20)));
  ASSERT_TRUE(blobs->erase(one));
  EXPECT_FALSE(get(*blobs, one));
  EXPECT_EQ(get(*blobs, other), content(20));
  EXPECT_TRUE(blobs->erase(one)) << "it is gone already";
  EXPECT_TRUE(blobs->erase(third)) << "it never was there";
  ASSERT_TRUE(put(*blobs, one, content(30)));
  EXPECT_EQ(get(*blobs, one), content(30));
}

TEST_P(blob_store, lists_its_blobs_in_order_as_far_as_is_asked_for) {
  std::vector<BlobId> all;
  for (Byte i = 0; i < 12; ++i) all.push_back({static_cast<Byte>(i * 77), static_cast<Byte>(i * 35)});
  for (const BlobId& id : all) ASSERT_TRUE(put(*blobs, id, content(1)));
  std::vector<BlobId> listed;
  EXPECT_TRUE(blobs->for_each([&](const BlobId& id) { return listed.push_back(id), true; }));
  std::ranges::sort(all);
  EXPECT_EQ(listed, all);
  int visited = 0;
  EXPECT_TRUE(blobs->for_each([&](const BlobId&) { return ++visited < 1; }));
  EXPECT_EQ(visited, 1);
}

}  // namespace
}  // namespace caduceus::store
