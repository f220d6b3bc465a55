// A chain on SUP of one block, the same in every run: its people, its committee, and what they say.
#pragma once

#include "core/chain/bls_committee.h"
#include "core/sup/body_check.h"
#include "core/sup/safety.h"
#include "core/sup/verifier.h"
#include "test/sup_steps.h"

namespace caduceus::fuzz {

struct SupChain {
  SupChain();

  SupWorld people{2023, 2, 2, 2};
  sup::Steps steps;  // all have accounts but the last doctor and the last patient
  SupBody body;      // valid in the next block, with something of each kind

  NetworkId net{people.keys().net};
  BlsCommittee committee;  // the voters of world()
  sup::Rules rules;
  sup::Verifier verifier;  // asks nothing of bodies

  SupBlock block;  // of view 1, with that body
  QuorumCertificate qc;
  TimeoutCertificate tc;  // of view 2
  std::vector<sup::Message> messages;  // one of each kind
  sup::SafetyState safety;
};

const SupChain& sup_chain();

}  // namespace caduceus::fuzz
