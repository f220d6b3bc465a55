#include "test/patient_wallet.h"

namespace caduceus::roles::patient {
namespace {

struct IndexTest : PatientTest {
  NetworkId net{1};
  AggregateKey key = extract_aggregate_key(world.secrets.aggregate, {Role::patient_med, {std::string(64, 'a')}, 1});
  MedAccount account{net, key};
  Template scan;
  void SetUp() override {
    world.rng.fill(scan.value.expose());
    scan.usable.fill(0xff);
  }
  StoreKeyslot enrol() {
    const auto slot = step([&](WriteSet& one) { return enrol_biometrics(one, self, {&scan, 1}, {hospital_id, hospital_id}, world.rng); });
    change([](WriteSet& one) { slot_is_held(one); });
    return must(slot);
  }
  Checked<void> add(std::uint64_t next, std::size_t most = 16) {
    std::vector<RecordToIndex> records;
    for (HeldRecord& one : records_to_index(view())) records.push_back({std::move(one), {"Asthma", "Asthma", std::string(70, 'x')}});
    return step([&](WriteSet& one) { return add_calls(one, account, next, records, most, world.rng); });
  }
};

TEST_F(IndexTest, who_has_her_eye_finds_every_entry) {
  visit();
  take_all();
  const Keyslot slot = enrol().keyslot;
  EXPECT_TRUE(caduceus::verify(world.ppub, world.patient.signing.verification_key(), slot));
  ASSERT_TRUE(add(5));
  const auto submitted = calls_to_submit(view());
  ASSERT_EQ(submitted.size(), 4U);
  EXPECT_EQ(submitted.front().call.number, 5U);
  const auto first = must(decode<med::IndexOperation>(submitted[0].call.input.value));
  EXPECT_EQ(std::get<med::SetSlot>(first).slot, keyslot_hash(slot));
  EXPECT_EQ(std::get<med::SetSlot>(first).holders.items, std::vector{hospital_id});

  const std::vector<SecretKey> extracted = [&] {
    std::vector<SecretKey> one;
    one.push_back(must(reproduce(scan, slot.helpers.items.front())));
    return one;
  }();
  const VaultKey vault = must(open_keyslot(slot, extracted));
  for (std::uint32_t n = 0; n < 3; ++n) {
    const auto operation = must(decode<med::IndexOperation>(submitted[n + 1].call.input.value));
    const SealedEntry& sealed = std::get<med::PutEntry>(operation).entry;
    EXPECT_EQ(sealed.id, entry_id(vault, n));
    const IndexEntry entry = must(open_entry(vault, account.index_key(), sealed));
    EXPECT_EQ(entry.htxm, hash_of(notice({1, n + 1}).terms));
    EXPECT_EQ(entry.keywords.items, (std::vector<Text<1, 64>>{{"Asthma"}, {std::string(64, 'x')}}));
    EXPECT_EQ(entry.token.expose(), tokens_of(view())[n].token.expose());
  }
}

TEST_F(IndexTest, calls_wait_their_turn_and_are_done_when_a_final_block_has_them) {
  visit();
  take_all();
  EXPECT_EQ(add(0).error(), Reject::keyslot_unknown);
  enrol();
  ASSERT_TRUE(add(0, 2));
  EXPECT_EQ(calls_to_submit(view()).size(), 2U);
  EXPECT_EQ(records_to_index(view()).size(), 2U);
  change([](WriteSet& one) { calls_are_final(one, 1); });
  EXPECT_TRUE(vault_of(view())->is_on_med);
  ASSERT_TRUE(add(1, 16));
  EXPECT_EQ(calls_to_submit(view()).back().call.number, 3U);
  change([](WriteSet& one) { calls_are_final(one, 4); });
  EXPECT_TRUE(calls_to_submit(view()).empty());
  EXPECT_TRUE(view().get(indexed_records, hash_of(notice({1, 3}).terms))->is_on_med);
  const Keyslot again = enrol().keyslot;
  ASSERT_TRUE(add(4));
  ASSERT_EQ(calls_to_submit(view()).size(), 1U) << "a new slot for the same vault key";
  EXPECT_EQ(std::get<med::SetSlot>(must(decode<med::IndexOperation>(calls_to_submit(view()).front().call.input.value))).slot,
            keyslot_hash(again));
}

TEST_F(IndexTest, a_scan_of_too_few_bits_is_refused) {
  scan.usable.fill(0);
  EXPECT_EQ(step([&](WriteSet& one) { return enrol_biometrics(one, self, {&scan, 1}, {hospital_id}, world.rng); }).error(),
            Reject::template_unusable);
}

}  // namespace
}  // namespace caduceus::roles::patient
