#include "core/sup/sup_ledger.h"

#include <gmock/gmock.h>

#include "core/chain/bls_committee.h"
#include "core/sup/block_tree.h"
#include "test/attacks/refusal.h"
#include "test/sup_world.h"

namespace caduceus::sup {
namespace {

constexpr Time start{10'000'000};

class MemoryArchive final : public StateArchive {
 public:
  void keep(const SupHeader& committed, const std::shared_ptr<const SupState>& state) override { states[committed.height] = state; }
  [[nodiscard]] std::shared_ptr<const SupState> load(const SupHeader& committed) override { return states.at(committed.height); }
  std::map<Height, std::shared_ptr<const SupState>> states;
};

// A ledger whose blocks are committed at once.
class sup_ledger : public testing::Test {
 protected:
  sup_ledger() {
    rules.leader = [](View view) { return static_cast<Place>(view.value() % 2); };
    parent = ledger.genesis();
  }

  Checked<void> submit(SupTransaction transaction) {
    auto verified = verifier.verify_each({std::move(transaction)}, world.rng);
    CHECK(verified[0].has_value());
    return ledger.submit(*std::move(verified[0]), time);
  }
  [[nodiscard]] BlockPlace place() const { return {{}, height + 1, time}; }
  // What the leader makes is what voters accept, with the same roots.
  SupBody commit() {
    SupBlock block;
    block.body.value = ledger.assemble(parent, place());
    return commit(block.body.value);
  }
  SupBody commit(const Bytes& body) {
    EXPECT_THAT(check(body), accepted());
    const auto state = ledger.execute(parent, place(), body);
    CHECK(state.has_value());
    SupBlock block;
    block.header.height = height + 1;
    block.header.time = time;
    block.header.roots = (*state)->roots;
    block.body.value = body;
    ledger.committed(block, *state);
    parent = *state;
    ++height;
    return *decode_body(body);
  }
  void open_accounts() {
    SupBody body;
    body.transactions.items = world.registrations();
    commit(encode_body(body));
  }
  Equivocation equivocation(View view, Place by) {
    Equivocation evidence{view, world.rng.bytes<32>(), {}, world.rng.bytes<32>(), {}};
    if (evidence.second < evidence.first) std::swap(evidence.first, evidence.second);
    evidence.first_signature = keys[by].sign(proposal_statement(net, view, evidence.first));
    evidence.second_signature = keys[by].sign(proposal_statement(net, view, evidence.second));
    return evidence;
  }
  MblockHeader mine(const MblockHash& parent_hash, Height at) {
    MblockHeader header;
    header.height = at;
    header.previous = parent_hash;
    header.target.fill(1);
    header.nonce = ++mined;
    header.miner = {Role::miner, {"m"}, 1};
    return header;
  }

  SupWorld world{1};
  NetworkId net = world.keys().net;
  std::vector<BlsKey> bls{[&] {
    std::vector<BlsKey> made;
    made.push_back(BlsKey::random(world.rng));
    made.push_back(BlsKey::random(world.rng));
    return made;
  }()};
  BlsCommittee committee{std::vector<G2>{bls[0].public_key, bls[1].public_key}};
  std::array<BlsCommitteeKey, 2> keys{BlsCommitteeKey(std::move(bls[0])), BlsCommitteeKey(std::move(bls[1]))};
  Rules rules;
  MemoryArchive archive;
  TransactionVerifier verifier{world.keys(), 64};
  SupBodyCheck check{world.keys().net, committee, rules, verifier, world.rng};
  SupLedger ledger{{net, committee, rules, {0xa0}, {}}, archive};
  StateRef parent;
  Height height;
  Time time = start;
  std::uint64_t mined = 0;
};

TEST_F(sup_ledger, what_is_submitted_is_assembled_and_committed_once) {
  const std::vector<SupTransaction> all = world.registrations();
  for (const SupTransaction& one : all) ASSERT_THAT(submit(one), accepted());
  EXPECT_THAT(submit(all[0]), refused_as(Reject::pool_known));
  EXPECT_EQ(ledger.pooled(), Pooled::partial);
  EXPECT_EQ(commit().transactions.items, all);
  EXPECT_EQ(ledger.pooled(), Pooled::nothing);
  EXPECT_EQ(ledger.state().roots, parent->roots);
  // A client's retry learns when it was.
  EXPECT_THAT(submit(all[0]), refused_as(Reject::transaction_known));
  EXPECT_EQ(ledger.state().committed(hash_of(all[0])), (Committed{Height(1), start}));
  EXPECT_TRUE(ledger.assemble(parent, place()).empty());
}

TEST_F(sup_ledger, what_is_not_valid_is_not_taken) {
  EXPECT_THAT(submit(world.emergency(world.doctor(0), time)), refused_as(Reject::account_unknown));
  open_accounts();
  EXPECT_THAT(submit(world.emergency(world.doctor(0), time + emergency_window + 1)), refused_as(Reject::transaction_time));
  EXPECT_EQ(ledger.pooled(), Pooled::nothing);
}

TEST_F(sup_ledger, what_an_uncommitted_ancestor_carries_is_not_carried_again) {
  open_accounts();
  const SupTransaction first = world.emergency(world.doctor(0), time), second = world.emergency(world.doctor(1), time);
  ASSERT_THAT(submit(first), accepted());
  const auto uncommitted = ledger.execute(parent, place(), ledger.assemble(parent, place()));
  ASSERT_TRUE(uncommitted);
  const BlockPlace above{{}, height + 2, time};
  EXPECT_TRUE(ledger.assemble(*uncommitted, above).empty());
  ASSERT_THAT(submit(second), accepted());
  EXPECT_THAT(decode_body(ledger.assemble(*uncommitted, above))->transactions.items, testing::ElementsAre(second));
  // That ancestor was abandoned after all.
  EXPECT_THAT(commit().transactions.items, testing::ElementsAre(first, second));
}

TEST_F(sup_ledger, what_became_invalid_is_dropped) {
  open_accounts();
  const SupTransaction request = world.emergency(world.doctor(0), time);
  ASSERT_THAT(submit(request), accepted());
  SupBody elsewhere;  // by another leader
  elsewhere.transactions.items.emplace_back(world.revocation(world.doctor(0), RevocationAction::add, time + 1000, time));
  commit(encode_body(elsewhere));
  EXPECT_TRUE(ledger.pool().contains(hash_of(request)));
  EXPECT_TRUE(ledger.assemble(parent, place()).empty());
  EXPECT_EQ(ledger.pooled(), Pooled::nothing);
}

TEST_F(sup_ledger, what_is_too_late_for_any_block_goes_with_the_next_commit) {
  open_accounts();
  ASSERT_THAT(submit(world.emergency(world.doctor(0), time)), accepted());
  time = time + emergency_window + 1;
  commit(Bytes());
  EXPECT_EQ(ledger.pooled(), Pooled::nothing);
}

TEST_F(sup_ledger, a_body_has_no_more_bytes_than_a_block_holds) {
  open_accounts();
  std::size_t bytes = 0, count = 0;
  for (; bytes <= most_body_bytes; ++count) {
    EmergencyTerms terms = world.emergency_terms(world.doctor(count % 4), time, EmergencyKind::read);
    while (terms.marks.items.size() < most_records_at_once) terms.marks.items.push_back(world.rng.bytes<32>());
    const SupTransaction large = world.sign(terms, world.doctor(count % 4), world.hospital(count % 2));
    bytes += encode(large).size();
    ASSERT_THAT(submit(large), accepted());
  }
  EXPECT_EQ(ledger.pooled(), Pooled::full);
  const Bytes body = ledger.assemble(parent, place());
  EXPECT_LE(body.size(), most_body_bytes);
  EXPECT_EQ(decode_body(body)->transactions.items.size(), count - 1);
  commit();
  EXPECT_EQ(commit().transactions.items.size(), 1U);
}

TEST_F(sup_ledger, bodies_with_a_bad_signature_do_not_pass_the_check) {
  SupBody body;
  body.transactions.items = world.registrations();
  EXPECT_THAT(check(encode_body(body)), accepted());
  EXPECT_THAT(check(Bytes()), accepted());
  EXPECT_THAT(check(Bytes{1}), refused_as(Reject::truncated));
  std::get<PatientRegistration>(body.transactions.items.back()).nonces[0][0] ^= 1;
  EXPECT_THAT(check(encode_body(body)), refused_as(Reject::aggregate_invalid));
  body = {};
  body.evidence.items.push_back(equivocation(View(4), 0));
  EXPECT_THAT(check(encode_body(body)), accepted());
  body.evidence.items.push_back(equivocation(View(4), 1));  // who does not lead that view
  EXPECT_THAT(check(encode_body(body)), refused_as(Reject::multi_signature_invalid));
}

TEST_F(sup_ledger, bodies_that_break_a_rule_are_not_executed) {
  SupBody body;
  body.transactions.items.emplace_back(world.emergency(world.doctor(0), time));
  EXPECT_THAT(ledger.execute(parent, place(), encode_body(body)), refused_as(Reject::account_unknown));
  EXPECT_THAT(ledger.execute(parent, place(), encode(SupBody())), refused_as(Reject::not_canonical));
  body = {};
  body.observed.items.push_back(mine({9}, Height(1)));
  EXPECT_THAT(ledger.execute(parent, place(), encode_body(body)), refused_as(Reject::observed_parent));
}

TEST_F(sup_ledger, equivocations_are_put_into_a_block_once) {
  const Equivocation first = equivocation(View(5), 1);
  ledger.equivocation(first);
  ledger.equivocation(equivocation(View(7), 1));
  ledger.equivocation(equivocation(View(8), 1));  // forged: another leads
  EXPECT_EQ(ledger.pooled(), Pooled::partial);
  EXPECT_THAT(commit().evidence.items, testing::ElementsAre(first));
  EXPECT_EQ(ledger.state().evidence(1), first);
  ledger.equivocation(equivocation(View(9), 1));
  EXPECT_EQ(ledger.pooled(), Pooled::nothing);
  SupBody again;
  again.evidence.items.push_back(equivocation(View(9), 1));
  EXPECT_THAT(ledger.execute(parent, place(), encode_body(again)), refused_as(Reject::evidence_known));
}

TEST_F(sup_ledger, mblocks_are_observed_then_anchored) {
  const MblockHeader a = mine({0xa0}, Height(1)), b = mine(mblock_hash(a), Height(2));
  ledger.tick(Tick(1000));
  ledger.step({a, Tick(1000)});
  ledger.step({b, Tick(1000)});
  EXPECT_FALSE(ledger.has_news());
  EXPECT_EQ(ledger.next_tick(), Tick(3500));
  EXPECT_TRUE(commit().observed.items.empty()) << "held for less than Δ";
  ledger.tick(Tick(3000));
  EXPECT_FALSE(ledger.has_news()) << "a sibling may come";
  ledger.tick(Tick(3500));
  EXPECT_TRUE(ledger.has_news());
  EXPECT_EQ(ledger.pooled(), Pooled::nothing) << "others may not know of it";
  EXPECT_THAT(commit().observed.items, testing::ElementsAre(a, b));
  EXPECT_FALSE(ledger.has_news());
  EXPECT_EQ(ledger.next_tick(), std::nullopt);
  commit();
  EXPECT_EQ(ledger.state().anchor().block, mblock_hash(b));
  ledger.step({a, Tick(3000)});
  EXPECT_EQ(ledger.next_tick(), std::nullopt) << "below the anchor";
}

TEST_F(sup_ledger, votes_for_blocks_that_are_held_only) {
  const MblockHeader a = mine({0xa0}, Height(1)), b = mine(mblock_hash(a), Height(2));
  SupBody body;
  EXPECT_TRUE(ledger.may_vote(parent, place(), encode_body(body)));
  body.observed.items = {a, b};
  ledger.step({a, Tick(0)});
  EXPECT_FALSE(ledger.may_vote(parent, place(), encode_body(body)));
  EXPECT_THAT(ledger.take_missing(), testing::ElementsAre(b));
  EXPECT_THAT(ledger.take_missing(), testing::IsEmpty());
  ledger.step({b, Tick(0)});
  EXPECT_TRUE(ledger.may_vote(parent, place(), encode_body(body))) << "its body came later";
}

TEST_F(sup_ledger, mblocks_are_observed_that_name_an_sblock_of_before) {
  commit();
  commit();
  Tick now(0);
  MblockHeader header = mine({0xa0}, Height(1));
  const auto observed = [&](std::uint64_t sblock, Byte hash, Time at) {
    header.sblock_height = Height(sblock);
    header.sblock = {hash};
    header.time = at;
    ledger.step({header, now});
    ledger.tick(now = now + 2000);
    return commit().observed.items;
  };
  EXPECT_THAT(observed(1, 1, time), testing::IsEmpty());
  EXPECT_THAT(observed(1, 0, Time(time.value() - 1)), testing::IsEmpty());
  EXPECT_THAT(observed(100, 1, time), testing::IsEmpty());
  const auto good = observed(1, 0, time);
  EXPECT_THAT(good, testing::ElementsAre(header));
}

TEST_F(sup_ledger, a_restart_goes_on_from_the_archive) {
  open_accounts();
  SupLedger again({net, committee, rules, {0xa0}, {}}, archive);
  SupHeader header;
  header.height = height;
  EXPECT_EQ(again.load(header)->roots, parent->roots);
  EXPECT_TRUE(again.state().account(world.doctor(0).identity()));
}

TEST_F(sup_ledger, a_replica_that_joins_by_snapshot_drops_what_is_committed) {
  MemoryArchive elsewhere;
  SupLedger late({net, committee, rules, {0xa0}, {}}, elsewhere);
  const SupTransaction known = world.registration(world.patient(0));
  auto verified = verifier.verify_each({known}, world.rng);
  ASSERT_THAT(late.submit(**verified.begin(), time), accepted());
  ASSERT_THAT(submit(known), accepted());
  commit();

  const auto restorer = late.restore();
  Bytes cursor;
  do {
    const auto part = ledger.part(parent, cursor);
    ASSERT_TRUE(part);
    ASSERT_THAT(restorer->add(part->content.value), accepted());
    cursor = part->next.value;
  } while (!cursor.empty());
  const auto joined = restorer->finish(parent->roots);
  ASSERT_TRUE(joined);
  SupHeader header;
  header.height = height;
  header.time = time;
  header.roots = parent->roots;
  late.joined(header, *joined);
  EXPECT_EQ(late.pooled(), Pooled::nothing);
  EXPECT_EQ(late.state().roots, parent->roots);
  EXPECT_EQ(elsewhere.load(header)->roots, parent->roots);
}

}  // namespace
}  // namespace caduceus::sup
