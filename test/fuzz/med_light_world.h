// A chain on MED, the same in every run, whose third block is anchored, and what a light client may ask of it.
#pragma once

#include "test/med_light.h"

namespace caduceus::fuzz {

struct MedLightWorld {
  MedLightWorld();

  med::TestCommittee hospitals;
  med::MedMiner miner = med::MedMiner::easy();
  med::TestNode node;
  Bytes key{1, 2};  // under which something stands in the state after each block
  RecordProof record;  // in the last block

  [[nodiscard]] med::LightClient::Trust trust() const;
  [[nodiscard]] std::vector<med::Question> questions() const;  // one of each kind
};

const MedLightWorld& med_light_world();

}  // namespace caduceus::fuzz
