// What is written of outputs, and what a start finds of them.
#include "host/node/sup_store.h"

#include <gtest/gtest.h>

#include "host/node/halt.h"
#include "host/store/memory_store.h"

namespace caduceus {
namespace {

class sup_store : public testing::Test {
 protected:
  void open(std::uint64_t kept = ~std::uint64_t{0}) {
    auto opened = SupStore::open(disk, net, kept);
    ASSERT_TRUE(opened) << opened.error().message;
    store = *std::move(opened);
  }
  [[nodiscard]] SupBlock block(std::uint64_t height, std::uint64_t view, const BlockHash& parent = {}) const {
    SupBlock made;
    made.header.height = Height(height);
    made.header.view = View(view);
    made.header.justify = genesis_certificate(net, 4);
    made.header.justify.block = parent;
    made.header.body = body_hash({});
    made.header.roots = state->roots;
    return made;
  }
  [[nodiscard]] static CommitProof proof_of(const SupBlock& made) { return {made.header, {{made.header}}, genesis_certificate(net, 4)}; }
  void write(const sup::Output& output) { ASSERT_TRUE(disk.write(store->batch_of(output))); }
  // The block of this height is held, then committed, with the state after it.
  SupBlock commit(std::uint64_t height) {
    const SupBlock made = block(height, height);
    sup::Output output;
    output.held = {made};
    output.committed = {made};
    output.proof = proof_of(made);
    store->keep(made.header, state);
    write(output);
    store->written(made.header.height);
    return made;
  }
  // The state is another one after this block.
  void change(std::uint64_t height) {
    const PatriciaTrie trie = state->state().put(encode(height % 7), encode(height));
    SupRoots roots = state->roots;
    roots.state = trie.root();
    state = std::make_shared<const sup::SupState>(roots, trie, state->revocations());
  }
  [[nodiscard]] std::size_t entries(unsigned column, ByteView from = {}) const {
    std::size_t count = 0;
    EXPECT_TRUE(disk.for_each_from(store::Column(column), from, [&](ByteView, ByteView) { return ++count > 0; }));
    return count;
  }
  [[nodiscard]] std::size_t versions() const { return entries(0, as_bytes(SupStore::version_key)); }

  static constexpr NetworkId net{7};
  std::shared_ptr<const sup::SupState> state = sup::SupState::genesis({1});
  store::MemoryStore disk{SupStore::columns.size()};
  std::unique_ptr<SupStore> store;
};

TEST_F(sup_store, keeps_all_blocks_unless_it_is_told_otherwise) {
  open();
  for (std::uint64_t height = 1; height <= 600; ++height) commit(height);
  for (const std::uint64_t height : {1U, 300U, 600U}) EXPECT_EQ(store->at(Height(height)), block(height, height));
  EXPECT_EQ(store->at(Height(601)), std::nullopt);
  EXPECT_EQ(store->first(), Height(1));
  open();
  EXPECT_EQ(store->at(Height(1)), block(1, 1));
  EXPECT_EQ(store->recover({}).committed, proof_of(block(600, 600)));
}

TEST_F(sup_store, keeps_the_newest_blocks_of_those_that_it_prunes) {
  open(10);
  for (std::uint64_t height = 1; height <= 600; ++height) {
    commit(height);
    const std::uint64_t first = store->first().value();
    EXPECT_TRUE(first == 1 || first + 9 <= height);
    EXPECT_EQ(store->at(Height(height)), block(height, height));
  }
  EXPECT_GT(store->first(), Height(500));
  EXPECT_EQ(store->at(Height(1)), std::nullopt);
  const Height first = store->first();
  open(10);
  EXPECT_EQ(store->first(), first);
  EXPECT_TRUE(store->at(first));
  EXPECT_EQ(entries(1), 600 - first.value() + 1);
}

TEST_F(sup_store, finds_safety_and_what_was_held_and_forgets_what_lost) {
  open();
  const SupBlock first = block(1, 1), rival = block(1, 2), second = block(2, 3, block_hash(first.header));
  sup::Output output;
  output.safety = sup::initial_safety(genesis_certificate(net, 4));
  output.safety->lock.view = View(5);
  output.held = {first, rival, second};
  write(output);
  open();
  sup::Recovered found = store->recover({});
  EXPECT_EQ(found.safety, *output.safety);
  EXPECT_EQ(found.committed, std::nullopt);
  EXPECT_EQ(found.uncommitted.size(), 3);

  sup::Output committed;
  committed.committed = {first};
  committed.proof = proof_of(first);
  store->keep(first.header, state);
  write(committed);
  open();
  found = store->recover({});
  EXPECT_EQ(found.committed, proof_of(first));
  EXPECT_EQ(found.uncommitted, std::vector{second});
  EXPECT_EQ(entries(1), 2);
}

// A state lies in the store until nobody reads it; then its nodes go, and only these. Those that came after it do not wait for that.
TEST_F(sup_store, keeps_the_newest_states_and_those_that_are_read) {
  open();
  std::shared_ptr<const sup::SupState> read;
  for (std::uint64_t height = 1; height <= 60; ++height) {
    change(height);
    commit(height);
    if (height == 5) read = state;
  }
  EXPECT_EQ(versions(), SupStore::most_versions + 1);
  EXPECT_TRUE(check_trie(disk, SupStore::Columns::state, read->roots.state));
  read.reset();
  commit(61);
  EXPECT_EQ(versions(), SupStore::most_versions);
  open();
  const auto newest = store->load(block(61, 61).header);
  EXPECT_EQ(newest->state().root(), state->state().root());
  for (std::uint64_t key = 0; key < 7; ++key) EXPECT_EQ(newest->state().get(encode(key)), state->state().get(encode(key)));
  EXPECT_LT(entries(2), 120);
}

TEST_F(sup_store, drops_a_few_states_at_a_time) {
  open();
  std::vector<std::shared_ptr<const sup::SupState>> read;
  for (std::uint64_t height = 1; height <= 60; ++height) {
    change(height);
    commit(height);
    read.push_back(state);
  }
  EXPECT_EQ(versions(), 60);
  read.clear();
  for (std::uint64_t height = 61; versions() > SupStore::most_versions; ++height) {
    const std::size_t before = versions();
    change(height);
    commit(height);
    ASSERT_LT(versions(), before);
    ASSERT_LE(before - versions(), SupStore::most_dropped);
  }
  EXPECT_TRUE(check_trie(disk, SupStore::Columns::state, state->roots.state));
  EXPECT_LT(entries(2), 120);
}

TEST_F(sup_store, begins_above_a_state_that_came_whole) {
  open();
  commit(1);
  sup::Output output;
  output.joined = block(1000, 2000).header;
  output.proof = proof_of(block(1000, 2000));
  store->keep(*output.joined, state);
  write(output);
  EXPECT_EQ(store->first(), Height(1001));
  EXPECT_EQ(store->at(Height(1)), std::nullopt);
  commit(1001);
  open();
  EXPECT_EQ(store->first(), Height(1001));
  EXPECT_EQ(store->at(Height(1001)), block(1001, 1001));
  EXPECT_EQ(entries(1), 1);
}

TEST_F(sup_store, is_of_one_network) {
  open();
  commit(1);
  const auto other = SupStore::open(disk, NetworkId{8}, 1);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("another network"), std::string::npos);
}

TEST_F(sup_store, a_record_that_is_none_is_not_opened_and_a_lost_block_halts) {
  open();
  commit(1);
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  store::Batch batch;
  batch.erase_range(store::Column{1}, Bytes{0}, Bytes{0xff});
  ASSERT_TRUE(disk.write(batch));
  EXPECT_EXIT(static_cast<void>(store->at(Height(1))), testing::ExitedWithCode(halted_status), "HALTED: .*block of height 1");
  batch.clear();
  batch.put(store::Column{0}, as_bytes("newest"), Bytes{1, 2});
  ASSERT_TRUE(disk.write(batch));
  EXPECT_FALSE(SupStore::open(disk, net, 1));
}

}  // namespace
}  // namespace caduceus
