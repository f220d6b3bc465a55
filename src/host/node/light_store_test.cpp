#include "host/node/light_store.h"

#include <gtest/gtest.h>

#include "host/store/memory_store.h"
#include "host/store/rocks_store.h"
#include "test/med_light.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

constexpr NetworkId net{7};

class light_store : public testing::Test {
 protected:
  // So many above the genesis block, of nobody's work: the store looks at none.
  [[nodiscard]] std::vector<MblockHeader> chain(std::size_t blocks, const std::string& name) const {
    std::vector<MblockHeader> all{genesis};
    SeededRng rng(1);
    while (all.size() <= blocks) {
      MblockHeader next = all.back();
      next.height = next.height + 1;
      next.previous = mblock_hash(all.back());
      next.transactions = rng.bytes<32>();
      next.state = rng.bytes<32>();
      next.target = rng.bytes<32>();
      next.miner = {Role::miner, {name}, 1};
      next.sblock = rng.bytes<32>();
      all.push_back(next);
    }
    return all;
  }
  // As a client that learns of anchors one after the other.
  static void keep(store::Store& store, std::span<const MblockHeader> headers, const CommitProof& anchor) {
    med::LightClient::Output output;
    output.final.assign(headers.begin(), headers.end());
    output.anchor = anchor;
    ASSERT_TRUE(store.write(LightStore::batch_of(output)));
  }
  [[nodiscard]] CommitProof anchor(const MblockHeader& of) const { return hospitals.anchor(net, of, Height(10)); }
  void expect_refused(const std::string& why) {
    const auto opened = LightStore::open(store, net, genesis);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find(why), std::string::npos) << opened.error().message;
  }

  med::TestCommittee hospitals;
  MblockHeader genesis = med::MedMiner::easy().genesis;
  store::MemoryStore store{LightStore::columns.size()};
};

TEST_F(light_store, begins_with_the_genesis_block_and_goes_on_where_it_was) {
  {
    const auto fresh = LightStore::open(store, net, genesis);
    ASSERT_TRUE(fresh);
    EXPECT_EQ(fresh->recent(), std::vector{genesis});
    EXPECT_FALSE(fresh->anchor());
  }
  const auto all = chain(40, "m1");
  keep(store, std::span(all).subspan(1, 4), anchor(all[4]));
  EXPECT_EQ(LightStore::open(store, net, genesis)->recent(), std::vector(all.begin(), all.begin() + 5));
  keep(store, std::span(all).subspan(5), anchor(all[40]));
  const auto opened = LightStore::open(store, net, genesis);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->recent(), std::vector(all.end() - 11, all.end()));
  EXPECT_EQ(opened->anchor(), anchor(all[40]));
  EXPECT_EQ(opened->header_at(Height(7)), all[7]);
  EXPECT_FALSE(opened->header_at(Height(41)));
}

TEST_F(light_store, refuses_what_does_not_belong_together) {
  ASSERT_TRUE(LightStore::open(store, net, genesis));
  const auto all = chain(20, "m1");
  keep(store, std::span(all).subspan(1), anchor(all[19]));
  expect_refused("the store's certificate is not of its newest header");
  keep(store, {}, anchor(all[20]));
  ASSERT_TRUE(LightStore::open(store, net, genesis));
  EXPECT_FALSE(LightStore::open(store, {8}, genesis));

  store::Batch batch;
  batch.erase(LightStore::Columns::headers, encode(Height(15)));
  ASSERT_TRUE(store.write(batch));
  expect_refused("do not follow each other at height 14");
  batch = {};
  batch.put(LightStore::Columns::headers, encode(Height(15)), Bytes(5));
  ASSERT_TRUE(store.write(batch));
  expect_refused("header is no such record");
}

// Issue 6: fewer than 250 bytes a header, all that a disk has of it, with a miner's name of 12 letters.
TEST_F(light_store, takes_fewer_than_250_bytes_of_disk_a_header) {
  constexpr std::size_t blocks = 200'000;
  const TemporaryFolder folder;
  const auto all = chain(blocks, "m1.st-mary.h");
  {
    const auto disk = store::open_rocks_store(folder.path() / "light", LightStore::columns);
    ASSERT_TRUE(disk);
    ASSERT_TRUE(LightStore::open(**disk, net, genesis));
    for (std::size_t from = 1; from <= blocks; from += 1000) keep(**disk, std::span(all).subspan(from, 1000), anchor(all[from + 999]));
  }
  ASSERT_TRUE(store::open_rocks_store(folder.path() / "light", LightStore::columns));  // its log becomes tables
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (file.is_regular_file()) bytes += file.file_size();
  }
  const double each = static_cast<double>(bytes) / blocks;
  RecordProperty("bytes_a_header", std::to_string(each));
  std::cout << blocks << " headers: " << bytes << " bytes of disk, " << each << " each; encoded " << encode(all.back()).size() << '\n';
  EXPECT_LT(each, 250);
}

}  // namespace
}  // namespace caduceus
