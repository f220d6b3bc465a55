// What a hospital keeps is right as it is, and a byte that changed in any of it is found.
#include "host/node/sup_check.h"

#include "test/node/sup_hospitals.h"

namespace caduceus {
namespace {

class sup_check : public SupHospitals {
 protected:
  // Accounts, a revocation, and requests, in some blocks; h3 is down for a time, so there are time-outs.
  void make_blocks() {
    SupWorld& world = consortium_.world;
    for (std::size_t i = 0; i < 4; ++i) submit(world.registration(world.hospital(i)));
    for (std::size_t i = 0; i < 4; ++i) submit(world.registration(world.doctor(i)));
    submit(world.revocation(world.doctor(3), RevocationAction::add, NodeClock::wall() + 1'000'000'000, NodeClock::wall()));
    stop(3);
    for (std::size_t i = 0; i < 3; ++i) submit(world.emergency(world.doctor(i), NodeClock::wall()));
  }
  void submit(const SupTransaction& transaction) {
    const sup::Reply reply = ask(0, sup::Submit{transaction});
    ASSERT_TRUE(std::holds_alternative<sup::Committed>(reply)) << reason(reply);
  }
  void make_blocks(Height least) {
    make_blocks();
    start(3);
    for (std::size_t i = 0; Height(height(0)) < least; ++i)
      submit(consortium_.world.emergency(consortium_.world.doctor(i % 3), NodeClock::wall()));
    end();
  }
  void end() {
    for (sup::Place place = 0; place < n; ++place) stop(place);
  }
  Result<SupChecked> check(sup::Place place, store::Store& work) {
    return check_sup(*stores_[place], work, consortium_.genesis, place, 2, [&](Height next) { seen_ = next; });
  }
  Result<SupChecked> check(sup::Place place = 0) {
    store::MemoryStore work(SupReplay::columns.size());
    return check(place, work);
  }

  [[nodiscard]] std::vector<Bytes> keys(unsigned column) const {
    std::vector<Bytes> all;
    EXPECT_TRUE(stores_[0]->for_each_from(store::Column(column), {}, [&](ByteView key, ByteView) {
      all.emplace_back(key.begin(), key.end());
      return true;
    }));
    return all;
  }
  [[nodiscard]] Bytes value(unsigned column, const Bytes& key) const { return **stores_[0]->get(store::Column(column), key); }
  void put(unsigned column, const Bytes& key, const Bytes& value) {
    store::Batch batch;
    batch.put(store::Column(column), key, value);
    ASSERT_TRUE(stores_[0]->write(batch));
  }
  void take_out(unsigned column, const Bytes& key) {
    store::Batch batch;
    batch.erase(store::Column(column), key);
    ASSERT_TRUE(stores_[0]->write(batch));
  }
  // The failure names the column.
  void expect_found(unsigned column, const std::string& what) {
    const auto found = check();
    ASSERT_FALSE(found) << SupStore::columns[column] << ": " << what;
    EXPECT_NE(found.error().message.find(SupStore::columns[column]), std::string::npos) << what << ": " << found.error().message;
  }
  // Of what stands under a key, one bit in so many bytes is changed; and the key itself; and it is taken out.
  void spoil(unsigned column, const Bytes& key, std::size_t step) {
    const Bytes good = value(column, key);
    SeededRng& rng = consortium_.world.rng;
    for (std::size_t at = rng.below(step); at < good.size(); at += step) {
      Bytes changed = good;
      changed[at] ^= static_cast<Byte>(1U << rng.below(8));
      put(column, key, changed);
      expect_found(column, "byte " + std::to_string(at) + " under " + to_hex(key));
    }
    put(column, key, good);
    Bytes other = key;
    do {
      other[rng.below(other.size())] ^= static_cast<Byte>(1U << rng.below(8));
    } while (stores_[0]->get(store::Column(column), other)->has_value());
    take_out(column, key);
    put(column, other, good);
    expect_found(column, to_hex(other) + " in place of " + to_hex(key));
    take_out(column, other);
    put(column, key, good);
  }

  Height seen_;
};

TEST_F(sup_check, finds_each_changed_byte_and_lost_key) {
  make_blocks();
  end();
  const auto good = check();
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_GT(good->newest, Height(8));
  EXPECT_EQ(good->executed, good->newest.value());
  EXPECT_EQ(good->transactions, 12);
  EXPECT_EQ(good->versions, std::min<std::size_t>(SupStore::most_versions, good->newest.value()));
  EXPECT_EQ(good->nodes, keys(2).size() + keys(3).size());
  EXPECT_EQ(seen_, good->newest + 1);
  for (sup::Place place = 1; place < n; ++place) {
    const auto others = check(place);
    EXPECT_TRUE(others) << others.error().message;
  }
  std::swap(stores_[0], stores_[1]);  // another hospital's
  expect_found(0, "another's safety record");
  std::swap(stores_[0], stores_[1]);

  const auto safety = decode<sup::SafetyState>(value(0, Bytes{'s', 'a', 'f', 'e', 't', 'y'}));
  ASSERT_TRUE(safety && safety->last_vote && safety->last_timeout && safety->last_proposal && safety->tc);
  std::set<BlockHash> needed;  // what the high QC stands on
  for (BlockHash at = safety->high_qc.block; !needed.contains(at);) {
    needed.insert(at);
    for (const Bytes& key : keys(1)) {
      const auto block = decode<SupBlock>(value(1, key));
      if (block_hash(block->header) == at) at = block->header.parent();
    }
  }
  for (unsigned column = 0; column < SupStore::columns.size(); ++column) {
    for (const Bytes& key : keys(column)) {
      const bool is_safety = column == 0 && key.size() == SupStore::safety_key.size();
      spoil(column, key, is_safety ? 16 : value(column, key).size());
      const bool is_held_for_nothing = column == 1 && !needed.contains(decode<SupStore::BlockName>(key)->hash);
      if (is_held_for_nothing) continue;  // consensus would fetch it again
      const Bytes kept = value(column, key);
      take_out(column, key);
      expect_found(column, "without " + to_hex(key));
      put(column, key, kept);
    }
    put(column, Bytes(90, 1), Bytes{1});
    expect_found(column, "a key too many");
    take_out(column, Bytes(90, 1));
  }
  EXPECT_TRUE(check());
}

// Of before the oldest state that is kept, blocks are checked and not executed.
TEST_F(sup_check, of_a_pruned_store_executes_what_it_can) {
  make_blocks(Height(22));
  const auto whole = check();
  ASSERT_TRUE(whole) << whole.error().message;
  const std::uint64_t newest = whole->newest.value();
  const std::vector<Bytes> blocks = keys(1);
  for (std::uint64_t first = 2; first <= newest; first += 3) {
    for (const Bytes& key : blocks) {
      if (decode<SupStore::BlockName>(key)->height < Height(first)) take_out(1, key);
    }
    expect_found(1, "no block 1");
    put(0, Bytes{'f', 'i', 'r', 's', 't'}, encode(Height(first)));
    const auto pruned = check();
    ASSERT_TRUE(pruned) << pruned.error().message;
    EXPECT_EQ(pruned->first, Height(first));
    const std::uint64_t base = std::max(newest + 1 - whole->versions, first - 1);
    EXPECT_EQ(pruned->executed, newest - base);
    EXPECT_EQ(pruned->nodes, whole->nodes);
    const Bytes key = keys(2)[consortium_.world.rng.below(keys(2).size())];
    spoil(2, key, value(2, key).size());
  }
}

// A snapshot that is being sent: the states between it and the newest are gone.
TEST_F(sup_check, of_a_store_that_kept_a_state_for_who_reads_it) {
  make_blocks();
  const sup::StateRef read = hospitals_[0]->server->node().replica().committed().state;
  start(3);
  const std::uint64_t enough = height(0) + SupStore::most_versions + 4;
  for (std::size_t i = 0; height(0) < enough; ++i) submit(consortium_.world.emergency(consortium_.world.doctor(i % 3), NodeClock::wall()));
  end();
  const auto checked = check();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->versions, SupStore::most_versions + 1);
  EXPECT_EQ(checked->executed, checked->newest.value());
}

TEST_F(sup_check, of_a_replica_that_came_by_a_snapshot) {
  make_blocks();
  end();
  const auto held = SupStore::open(*stores_[0], consortium_.genesis.network(), 1000);
  ASSERT_TRUE(held);
  const sup::Recovered recovered = (*held)->recover({});
  auto joined = std::make_unique<store::MemoryStore>(SupStore::columns.size());
  const auto store = SupStore::open(*joined, consortium_.genesis.network(), 1000);
  ASSERT_TRUE(store);
  sup::Output output;
  output.safety = recovered.safety;
  const SupHeader& newest = recovered.committed->block;
  output.joined = newest;
  output.proof = recovered.committed;
  (*store)->keep(newest, (*held)->load(newest));
  ASSERT_TRUE(joined->write((*store)->batch_of(output)));
  std::swap(stores_[0], joined);
  const auto without = check();
  ASSERT_TRUE(without) << without.error().message;
  EXPECT_EQ(without->first, newest.height + 1);
  EXPECT_EQ(without->executed, 0);
  for (const unsigned column : {0U, 2U}) {
    for (const Bytes& key : keys(column)) spoil(column, key, column == 0 ? 16 : value(column, key).size());
  }

  sup::Output above;
  above.held = recovered.uncommitted;
  ASSERT_TRUE(stores_[0]->write((*store)->batch_of(above)));
  const auto with = check();
  ASSERT_TRUE(with) << with.error().message;
  EXPECT_EQ(with->held, recovered.uncommitted.size());
  for (const Bytes& key : keys(2)) spoil(2, key, value(2, key).size());
  std::swap(stores_[0], joined);
}

TEST_F(sup_check, goes_on_where_it_was_unless_the_chain_is_another) {
  make_blocks(Height(22));
  const auto whole = check();
  ASSERT_TRUE(whole) << whole.error().message;
  const auto replay_to = [&](store::Store& work, std::uint64_t most) {
    const auto replay = SupReplay::open(work, consortium_.genesis, 1);
    ASSERT_TRUE(replay);
    for (const Bytes& key : keys(1)) {
      const auto block = decode<SupBlock>(value(1, key));
      if (block->header.height > Height(most)) break;
      const auto added = (*replay)->add({*block}, [] { return Result<void>(); });
      ASSERT_TRUE(added) << added.error().message;
      ASSERT_TRUE((*replay)->save());
    }
  };
  store::MemoryStore work(SupReplay::columns.size());
  replay_to(work, 4);
  std::vector<Bytes> blocks = keys(1);
  const Bytes second = value(1, blocks[1]);
  put(1, blocks[1], Bytes{1});  // it was looked at already
  const auto rest = check(0, work);
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(rest->executed, whole->executed);
  EXPECT_EQ(rest->transactions, whole->transactions);
  expect_found(1, "all anew");

  // Another block stands where it was.
  store::MemoryStore other(SupReplay::columns.size());
  put(1, blocks[1], second);
  replay_to(other, 4);
  const Bytes fourth = value(1, blocks[3]);
  take_out(1, blocks[3]);
  EXPECT_FALSE(check(0, other));
  EXPECT_EQ(seen_, whole->newest + 1);  // as the last one that went through left it
  put(1, blocks[3], fourth);
  EXPECT_TRUE(check(0, other));
}

}  // namespace
}  // namespace caduceus
