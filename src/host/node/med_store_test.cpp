// What is written of a node's outputs, what a start finds of them, and that nothing of it can change unnoticed.
#include <gtest/gtest.h>

#include <set>

#include "core/med/pow.h"
#include "host/node/halt.h"
#include "host/node/med_check.h"
#include "host/store/memory_store.h"
#include "test/med_light.h"
#include "test/med_world.h"

namespace caduceus {
namespace {

// A node with its disk.
struct Host {
  Host(const NetworkId& network, const MedParameters& its_parameters, const MblockHeader& block_0)
      : net(network), parameters(its_parameters), genesis(block_0), time(block_0.time) {
    start();
  }
  // As a process that was killed does.
  void start() {
    node.reset();
    auto opened = MedStore::open(disk, net, genesis);
    ASSERT_TRUE(opened) << opened.error().message;
    store = *std::move(opened);
    node.emplace(net, parameters, genesis, store->recover(), *store, Tick(0), time);
  }
  void flush() {
    const med::Output output = node->take_output();
    ASSERT_TRUE(disk.write(store->batch_of(output)));
    for (auto& [block, state] : store->written(output)) node->stored(block, std::move(state));
  }
  med::Candidate find(const std::string& miner) {
    time = time + 1000;
    med::Candidate found = node->candidate({Role::miner, {miner}, 1}, time);
    found.header.nonce = *med::search(found.header, 0, 1U << 20U);
    return found;
  }
  void take(const med::Candidate& found) {
    ASSERT_TRUE(node->mined(found, time));
    flush();
  }
  MblockHash mine() {
    const med::Candidate found = find("m1");
    take(found);
    return mblock_hash(found.header);
  }
  [[nodiscard]] const med::HeldHeader& best() const { return node->chain().best(); }
  // Entries of the column, by their keys.
  [[nodiscard]] std::set<Bytes> keys(unsigned column) const {
    std::set<Bytes> all;
    EXPECT_TRUE(
        disk.for_each_from(store::Column(column), {}, [&](ByteView key, ByteView) { return all.emplace(key.begin(), key.end()).second; }));
    return all;
  }

  NetworkId net;
  MedParameters parameters;
  MblockHeader genesis;
  Time time;
  store::MemoryStore disk{MedStore::columns.size()};
  std::unique_ptr<MedStore> store;
  std::optional<med::Node> node;
};

class med_store : public testing::Test {
 protected:
  static constexpr unsigned state_column = 5, sblocks_column = 8;

  Host make() { return {world.keys().net, parameters, med_genesis(world.keys().net, parameters, Time(1'700'000'000'000))}; }
  med::SignedBundle submit(Host& at, std::uint16_t number) {
    med::SignedBundle bundle = world.round(0, at.time, number);
    auto verified = verifier.verify(bundle, world.rng);
    EXPECT_TRUE(verified);
    EXPECT_TRUE(at.node->submit(*std::move(verified)));
    return bundle;
  }

  MedWorld world{9};
  MedParameters parameters{1000, 86'400'000, MedWorld::epoch_length, {0x7f, 0xff}};  // two hashes a block
  med::SignatureVerifier verifier{world.keys().net, world.keys().parameters, 64};
  Host host = make();
};

TEST_F(med_store, a_killed_node_goes_on_where_it_was) {
  const med::SignedBundle bundle = submit(host, 1);
  const MblockHash block = host.mine();
  for (std::uint16_t number = 2; number < 6; ++number) {
    submit(host, number);
    host.mine();
  }
  const med::HeldHeader before = host.best();
  ASSERT_EQ(before.height(), Height(5));
  host.start();
  EXPECT_EQ(host.best().hash, before.hash);
  EXPECT_EQ(host.node->chain().state(before.hash).root(), before.header.state);
  EXPECT_TRUE(host.node->chain().state(before.hash).is_used(bundle.bundle.hospital, bundle.bundle.slot));

  const auto body = host.store->body(block);
  ASSERT_TRUE(body);
  const TransactionHash htxm = record_hashes(bundle.bundle).back();
  EXPECT_EQ(host.store->blocks_with(htxm), std::vector{block});
  const auto place = host.store->place_of(block, htxm);
  ASSERT_TRUE(place);
  EXPECT_TRUE(verify(transaction_tree(*body).root(), htxm, prove_record(*body, place->bundle, place->record)));
  EXPECT_TRUE(host.store->blocks_with({1}).empty());
  EXPECT_FALSE(host.store->place_of({1}, htxm));
  host.mine();
  EXPECT_EQ(host.best().header.previous, before.hash);
}

TEST_F(med_store, of_two_equal_branches_the_first_stays_the_first) {
  const med::Candidate first = host.find("m9"), second = host.find("m1");
  host.take(first);
  host.take(second);
  ASSERT_EQ(host.best().hash, mblock_hash(first.header));
  host.start();
  EXPECT_EQ(host.best().hash, mblock_hash(first.header));
  Host other = make();
  other.take(second);
  other.take(first);
  other.start();
  EXPECT_EQ(other.best().hash, mblock_hash(second.header));
}

// Else nobody could be told of those blocks any more, once all that heard of the Sblock were off at some time.
TEST_F(med_store, a_killed_node_still_shows_the_sblocks_that_its_open_blocks_name) {
  const med::TestCommittee hospitals;
  const MedTerms terms{host.net, host.parameters, host.genesis, world.keys().parameters, {std::shared_ptr<void>(), &hospitals.committee()}};
  const auto shown = [&](std::uint64_t height) {
    const med::Peer peer(1);
    host.node->connected(peer);
    (void)host.node->take_output();
    host.node->receive(peer, med::GetSblock{Height(height)}, host.time);
    const med::Output output = host.node->take_output();
    host.node->disconnected(peer);
    return output.sends.empty() ? std::nullopt : std::optional(std::get<CommitProof>(output.sends.front().message));
  };
  const auto check = [&] {
    store::MemoryStore work(MedStore::columns.size());
    return check_med(host.disk, work, terms, std::nullopt, 1, [](Height) {});
  };
  const CommitProof seventh = hospitals.anchor(host.net, host.genesis, Height(7)),
                    ninth = hospitals.anchor(host.net, host.genesis, Height(9));
  host.node->follow(seventh);
  host.mine();
  host.mine();  // names it, too
  host.node->follow(ninth);
  const MblockHash third = host.mine();
  host.start();
  EXPECT_EQ(shown(7), seventh);
  EXPECT_EQ(shown(9), ninth);
  EXPECT_EQ(shown(8), std::nullopt);
  EXPECT_EQ(host.keys(sblocks_column).size(), 2);
  ASSERT_TRUE(check()) << check().error().message;

  // One that none of its blocks names, and one that nobody signed.
  for (const auto& [height, proof] : {std::pair{8, hospitals.anchor(host.net, host.genesis, Height(8))},
                                      {9, med::TestCommittee(2).anchor(host.net, host.genesis, Height(9))}}) {
    const Bytes key = encode(std::uint64_t(height));
    const auto before = *host.disk.get(store::Column(sblocks_column), key);
    store::Batch wrong, right;
    wrong.put(store::Column(sblocks_column), key, encode(proof));
    ASSERT_TRUE(host.disk.write(wrong));
    const auto found = check();
    ASSERT_FALSE(found) << height;
    EXPECT_NE(found.error().message.find("sblocks"), std::string::npos) << found.error().message;
    if (before) {
      right.put(store::Column(sblocks_column), key, *before);
    } else {
      right.erase(store::Column(sblocks_column), key);
    }
    ASSERT_TRUE(host.disk.write(right));
  }

  host.node->set_anchor(third, Height(3));
  host.flush();
  EXPECT_EQ(host.keys(sblocks_column).size(), 1) << "what is final is told of without";
  EXPECT_TRUE(check());
}

TEST_F(med_store, what_only_a_lost_branch_names_goes_with_it) {
  const med::TestCommittee hospitals;
  const MedTerms terms{host.net, host.parameters, host.genesis, world.keys().parameters, {std::shared_ptr<void>(), &hospitals.committee()}};
  host.node->follow(hospitals.anchor(host.net, host.genesis, Height(7)));
  const med::Candidate wins = host.find("m1");
  host.node->follow(hospitals.anchor(host.net, host.genesis, Height(9)));
  const med::Candidate lost = host.find("m2");
  host.take(wins);
  host.take(lost);
  host.start();
  EXPECT_EQ(host.keys(sblocks_column), (std::set<Bytes>{encode(Height(7)), encode(Height(9))}));
  host.node->set_anchor(mblock_hash(wins.header), Height(1));
  host.flush();
  EXPECT_EQ(host.keys(sblocks_column), (std::set<Bytes>{encode(Height(7))}));
  store::MemoryStore work(MedStore::columns.size());
  const auto good = check_med(host.disk, work, terms, std::nullopt, 1, [](Height) {});
  EXPECT_TRUE(good) << good.error().message;
}

// Memory holds what was not written yet: a node that lost its state cannot go on.
TEST_F(med_store, states_are_read_from_the_store) {
  submit(host, 1);
  host.mine();
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  submit(host, 2);
  store::Batch batch;
  batch.erase_range(store::Column{state_column}, Bytes(), Bytes(40, 0xff));
  ASSERT_TRUE(host.disk.write(batch));
  EXPECT_EXIT(host.mine(), testing::ExitedWithCode(halted_status), "HALTED: .*lost a node of the state");
}

TEST_F(med_store, what_an_anchor_leaves_is_gone_and_nothing_else) {
  submit(host, 1);
  const med::Candidate rival = host.find("m9");  // with the bundle, too
  const MblockHash first = host.mine();
  host.take(rival);
  std::vector<MblockHash> chain{first};
  for (std::uint16_t number = 2; number < 20; ++number) {
    submit(host, number);
    chain.push_back(host.mine());
  }
  const MblockHash lost = mblock_hash(rival.header);
  ASSERT_TRUE(host.store->body(lost));
  EXPECT_EQ(host.store->height_of(first), std::nullopt);

  const auto check = [&](std::size_t anchored) {
    EXPECT_EQ(host.best().hash, chain.back());
    EXPECT_EQ(host.node->chain().anchor().hash, chain[anchored - 1]);
    EXPECT_EQ(host.store->body(lost), std::nullopt);
    for (std::size_t i = 0; i < chain.size(); ++i) {
      EXPECT_TRUE(host.store->body(chain[i]));
      const Height height(i + 1);
      EXPECT_EQ(host.store->height_of(chain[i]), i < anchored ? std::optional(height) : std::nullopt);
      EXPECT_EQ(host.store->header_at(height).has_value(), i < anchored);
    }
    std::set<Bytes> nodes;
    for (std::size_t i = anchored - 1; i < chain.size(); ++i) {
      for_each_node_only_in(host.node->chain().state(chain[i]).trie(), {},
                            [&](const TrieNodeKey& key, ByteView) { nodes.insert(encode(key)); });
    }
    EXPECT_EQ(host.keys(state_column), nodes);
  };
  for (const std::size_t anchored : {1U, 2U, 15U, 19U}) {
    host.node->set_anchor(chain[anchored - 1], Height(anchored));
    host.flush();
    check(anchored);
    host.start();
    check(anchored);
    EXPECT_EQ(host.store->blocks_with(record_hashes(host.store->body(first)->bundles.items[0])[0]), std::vector{first});
  }
  chain.push_back(host.mine());
  check(19);
}

TEST_F(med_store, is_of_one_network_and_refuses_what_is_no_record) {
  host.mine();
  const auto other = MedStore::open(host.disk, NetworkId{8}, host.genesis);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("another network"), std::string::npos);
  for (const unsigned column : {1U, 4U}) {
    store::Batch batch;
    for (const Bytes& key : host.keys(column)) batch.put(store::Column(column), key, Bytes{1, 2});
    ASSERT_TRUE(host.disk.write(batch));
    EXPECT_FALSE(MedStore::open(host.disk, host.net, host.genesis));
  }
}

// A changed byte in any key or value, and an entry that is gone or too many, is found, and its column named.
TEST_F(med_store, checks_every_key_and_value) {
  submit(host, 1);
  std::vector<MblockHash> chain{host.mine()};
  for (std::uint16_t number = 2; number < 6; ++number) {
    submit(host, number);
    chain.push_back(host.mine());
  }
  host.node->set_anchor(chain[2], Height(3));
  host.flush();
  host.take(host.find("m2"));
  const MedTerms terms{host.net, host.parameters, host.genesis, world.keys().parameters, nullptr};
  Height seen;
  const auto check = [&] {
    store::MemoryStore work(MedStore::columns.size());
    return check_med(host.disk, work, terms, sup::Anchor{chain[2], Height(3)}, 2, [&](Height newest) { seen = newest; });
  };
  const auto good = check();
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->final, Height(3));
  EXPECT_EQ(good->blocks, 6);
  EXPECT_EQ(good->newest, Height(6));
  EXPECT_EQ(seen, Height(6));
  EXPECT_TRUE(good->has_anchor);
  EXPECT_EQ(good->records, host.keys(6).size());

  const auto put = [&](unsigned column, ByteView key, ByteView value) {
    store::Batch batch;
    batch.put(store::Column(column), key, value);
    ASSERT_TRUE(host.disk.write(batch));
  };
  const auto take_out = [&](unsigned column, ByteView key) {
    store::Batch batch;
    batch.erase(store::Column(column), key);
    ASSERT_TRUE(host.disk.write(batch));
  };
  std::size_t tried = 0;
  for (unsigned column = 0; column < MedStore::columns.size(); ++column) {
    for (const Bytes& key : host.keys(column)) {
      const Bytes value = **host.disk.get(store::Column(column), key);
      Bytes changed = value;
      changed[world.rng.below(changed.size())] ^= static_cast<Byte>(1U << world.rng.below(8));
      put(column, key, changed);
      EXPECT_FALSE(check()) << MedStore::columns[column] << " value of " << to_hex(key);
      put(column, key, value);

      Bytes other = key;
      other[world.rng.below(other.size())] ^= static_cast<Byte>(1U << world.rng.below(8));
      take_out(column, key);
      EXPECT_FALSE(check()) << MedStore::columns[column] << " without " << to_hex(key);
      put(column, other, value);
      EXPECT_FALSE(check()) << MedStore::columns[column] << " key of " << to_hex(key);
      take_out(column, other);
      put(column, key, value);
      ++tried;
    }
    put(column, Bytes(77, 1), Bytes{1});
    const auto found = check();
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find(MedStore::columns[column]), std::string::npos) << found.error().message;
    take_out(column, Bytes(77, 1));
  }
  EXPECT_GT(tried, 40);
  EXPECT_TRUE(check());
}

TEST_F(med_store, a_check_goes_on_where_it_was_unless_the_chain_is_another) {
  std::vector<MblockHash> chain;
  for (std::uint16_t number = 1; number < 9; ++number) {
    submit(host, number);
    chain.push_back(host.mine());
  }
  host.node->set_anchor(chain[5], Height(6));
  host.flush();
  const MedTerms terms{host.net, host.parameters, host.genesis, world.keys().parameters, nullptr};
  const auto replay_to = [&](store::Store& work, std::size_t count, std::size_t final) {
    const auto replay = MedReplay::open(work, terms, 1);
    ASSERT_TRUE(replay);
    for (std::size_t i = 0; i < count; ++i) {
      const auto header = decode<MblockHeader>(**host.disk.get(MedStore::Columns::headers, chain[i]));
      const auto added = (*replay)->add({{*header, *host.store->body(chain[i])}});
      ASSERT_TRUE(added) << added.error().message;
    }
    ASSERT_TRUE((*replay)->settle(chain[final - 1]));
    EXPECT_EQ((*replay)->at(Height(final)), chain[final - 1]);
    EXPECT_EQ((*replay)->at(Height(count)), chain[count - 1]);
    EXPECT_EQ((*replay)->at(Height(count + 1)), std::nullopt);
  };
  const auto check = [&](store::Store& work, const sup::Anchor& anchor) {
    return check_med(host.disk, work, terms, anchor, 2, [](Height) {});
  };
  const sup::Anchor anchored{chain[5], Height(6)};
  for (const auto& [count, final] : {std::pair{2, 1}, {4, 4}, {8, 3}, {8, 6}}) {
    store::MemoryStore work(MedStore::columns.size());
    replay_to(work, static_cast<std::size_t>(count), static_cast<std::size_t>(final));
    const auto rest = check(work, anchored);
    ASSERT_TRUE(rest) << count << ": " << rest.error().message;
    EXPECT_EQ(rest->blocks, 8);
    EXPECT_TRUE(rest->has_anchor);
  }
  store::MemoryStore other(MedStore::columns.size());
  {
    Host elsewhere = make();
    elsewhere.take(elsewhere.find("m9"));
    const auto replay = MedReplay::open(other, terms, 1);
    ASSERT_TRUE(replay);
    const MblockHash block = elsewhere.best().hash;
    ASSERT_TRUE((*replay)->add({{elsewhere.best().header, *elsewhere.store->body(block)}}));
    ASSERT_TRUE((*replay)->settle(block));
  }
  const auto anew = check(other, {chain[7], Height(9)});
  ASSERT_TRUE(anew) << anew.error().message;
  EXPECT_FALSE(anew->has_anchor);  // not so high yet
  const auto elsewhere = check(other, {chain[4], Height(6)});
  ASSERT_FALSE(elsewhere);
  EXPECT_NE(elsewhere.error().message.find("SUP anchored"), std::string::npos);
}

}  // namespace
}  // namespace caduceus
