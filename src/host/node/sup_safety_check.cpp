#include "host/node/sup_safety_check.h"

#include <array>

#include "core/sup/verifier.h"

namespace caduceus {
namespace {

tl::unexpected<Failure> wrong(const std::string& what) { return failure("meta: safety: " + what); }
tl::unexpected<Failure> wrong(const std::string& what, Reject reason) {
  return wrong(what + ": " + std::string(explain(reason)) + " (" + std::string(name(reason)) + ")");
}

// What this hospital said last.
Result<void> check_said(const sup::Genesis& genesis, sup::Place self, const sup::SafetyState& safety) {
  const NetworkId net = genesis.network();
  const BlsCommittee committee = genesis.committee();
  const sup::Rules rules = genesis.rules();
  const sup::Verifier verifier(net, committee, rules, [](ByteView) { return Checked<void>(); });
  if (const auto& vote = safety.last_vote) {
    if (vote->voter != self) return wrong("the last vote is another hospital's");
    if (const auto good = verifier.verify(self, *vote); !good) return wrong("the last vote", good.error());
  }
  if (const auto& timeout = safety.last_timeout) {
    if (const auto good = verifier.verify(self, *timeout); !good) return wrong("the last time-out", good.error());
  }
  if (const auto& proposal = safety.last_proposal) {
    if (!rules.may_propose(rules, proposal->view, self)) return wrong("the last proposal is of another hospital's view");
    const Bytes statement = proposal_statement(net, proposal->view, proposal->block);
    const auto good = committee.verify(std::array{committee.part_of(self, statement, proposal->signature)});
    if (!good) return wrong("the last proposal", good.error());
  }
  return {};
}

Result<void> check_certificates(const sup::Genesis& genesis, const sup::SafetyState& safety) {
  const NetworkId net = genesis.network();
  const BlsCommittee committee = genesis.committee();
  if (const auto good = verify(net, committee, safety.lock); !good) return wrong("the lock", good.error());
  if (const auto good = verify(net, committee, safety.high_qc); !good) return wrong("the high QC", good.error());
  if (safety.lock.view > safety.high_qc.view) return wrong("the lock is above the high QC");
  if (!safety.tc) return {};
  std::vector<Claim> claims;
  auto good = add_claims(net, committee, *safety.tc, claims);
  if (good) good = committee.verify(claims);
  if (!good) return wrong("the newest TC", good.error());
  return {};
}

}  // namespace

Result<void> check_safety(const sup::Genesis& genesis, sup::Place self, const std::optional<sup::SafetyState>& safety,
                          const std::optional<SupHeader>& newest, bool has_just_joined, const HeldHeaders& held) {
  if (!safety) return held.empty() ? Result<void>() : wrong("it is missing, and blocks are held");
  TRY_VOID(check_said(genesis, self, *safety));
  TRY_VOID(check_certificates(genesis, *safety));

  const BlockHash root = newest ? block_hash(*newest) : genesis.network();
  BlockHash at = safety->high_qc.block;
  for (auto found = held.find(at); at != root && found != held.end(); found = held.find(at)) at = found->second.parent();
  if (at == root || has_just_joined) return {};
  return wrong("the block of the high QC, or one below it, is missing: blocks has none of hash " + to_hex(at));
}

}  // namespace caduceus
