// A short chain of MED, the same in every run, with a block that has something of everything in it, and what its nodes say of it.
#pragma once

#include "test/med_nodes.h"

namespace caduceus::fuzz {

struct MedChain {
  MedChain();

  MedWorld people{5, 2, 2, 2};
  med::MedMiner miner = med::MedMiner::easy();
  med::DrivenNode source{people, miner};  // has all of it
  med::SignatureVerifier verifier{people.keys().net, people.keys().parameters, 64};
  std::vector<MblockHeader> headers;  // above the genesis block
  med::SignedBundle bundle;           // in the second one
  med::SignedCall call;               // the same
  med::SignedBundle waiting;          // in none

  [[nodiscard]] const MblockHeader& full() const { return headers[1]; }
  [[nodiscard]] MedBody body() const { return *source.body(mblock_hash(full())); }
};

MedChain& med_chain();

}  // namespace caduceus::fuzz
