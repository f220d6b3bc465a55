#include "test/fuzz/med_light_world.h"

namespace caduceus::fuzz {

MedLightWorld::MedLightWorld() {
  node.state = PatriciaTrie().put(key, Bytes(40, 7)).put(Bytes{9}, Bytes(40, 8));
  miner.state = node.state.root();
  node.chain = {miner.genesis};
  for (const MblockHeader& header : miner.chain(miner.genesis, 4)) node.chain.push_back(header);
  MedBody body;
  RecordGroup group{{Role::doctor, {"d"}, 1}, {Epoch(1), 0}, {}};
  group.records.items = {{{1}, Time(1)}, {{2}, Time(2)}};
  body.bundles.items = {{{Role::hospital, {"h"}, 1}, Time(5), {Epoch(1), 0}, {{group}}}};
  record = prove_record(body, 0, 1);
  node.records = {{hash_of(record.terms), record}};
  MblockHeader last = miner.draft(node.chain.back());
  last.transactions = transaction_tree(body).root();
  node.chain.push_back(med::MedMiner::work_on(last));
  node.anchors = {hospitals.anchor(miner.genesis.previous, node.chain[3], Height(8))};
}

med::LightClient::Trust MedLightWorld::trust() const {
  return {miner.genesis.previous, hospitals.committee(), 3, miner.parameters, miner.genesis};
}

std::vector<med::Question> MedLightWorld::questions() const {
  return {med::AskHeaders{{{mblock_hash(miner.genesis)}}}, med::AskAnchor{Height(20'000)}, med::AskState{mblock_hash(node.chain[3]), {key}},
          med::AskRecord{mblock_hash(node.chain[5]), hash_of(record.terms)}};
}

const MedLightWorld& med_light_world() {
  static const MedLightWorld instance;
  return instance;
}

}  // namespace caduceus::fuzz
