#include "test/fuzz/sup_chain.h"

#include "core/sup/snapshot.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {
namespace {

std::vector<G2> voter_keys() {
  std::vector<G2> keys;
  for (const BlsKey& voter : world().voters) keys.push_back(voter.public_key);
  return keys;
}

SignaturePart part_of(std::size_t voter, const Bytes& statement) { return sign_part(world().voters[voter], statement).encode(); }

// The voters that make a quorum, and the sum of what they say.
template <class Certificate>
void sign_by_quorum(const BlsCommittee& committee, const Bytes& statement, Certificate& certificate) {
  certificate.signers = SignerSet(committee.size());
  std::vector<SignaturePart> parts;
  for (std::size_t voter = 1; voter < committee.size(); ++voter) {
    certificate.signers.insert(voter);
    parts.push_back(part_of(voter, statement));
  }
  const auto sum = committee.sum(parts);
  CHECK(sum.has_value());
  certificate.sum = *sum;
}

Equivocation equivocation(const NetworkId& net, View view, std::size_t leader) {
  Equivocation evidence{view, {1}, {}, {2}, {}};
  evidence.first_signature = part_of(leader, proposal_statement(net, view, evidence.first));
  evidence.second_signature = part_of(leader, proposal_statement(net, view, evidence.second));
  return evidence;
}

}  // namespace

SupChain::SupChain() : committee(voter_keys()), verifier(net, committee, rules, [](ByteView) { return Checked<void>(); }) {
  rules.leader = [](View view) { return static_cast<sup::Place>(view.value() % 4); };
  std::vector<SupTransaction> accounts = people.registrations();
  const SupTransaction patient = accounts.back(), doctor = accounts[5];
  accounts.pop_back();
  accounts.erase(accounts.begin() + 5);
  CHECK(steps.block(accounts).has_value());

  const auto request = people.emergency(people.doctor(0), steps.time, EmergencyKind::read);
  const auto dispute = people.dispute(people.patient(0), hash_of(request.terms), steps.time);
  body.transactions.items = {request,
                             people.emergency(people.doctor(1), steps.time),
                             people.revocation(people.doctor(2), RevocationAction::add, steps.time + 1000, steps.time),
                             dispute,
                             people.answer(people.hospital(0), hash_of(dispute.terms), steps.time),
                             doctor,
                             patient};
  body.evidence.items = {equivocation(net, View(3), 3)};
  MblockHeader mblock;
  mblock.height = Height(1);
  mblock.previous = steps.state->anchor().block;
  mblock.miner = {Role::miner, {"m"}, 1};
  body.observed.items = {mblock};

  block.body.value = encode_body(body);
  block.header = {Height(1), View(1), genesis_certificate(net, 4), {}, steps.time, body_hash(block.body.value), steps.state->roots};
  const BlockHash hash = block_hash(block.header);
  qc = {View(1), hash, {}, {}};
  sign_by_quorum(committee, vote_statement(net, View(1), hash), qc);
  tc = {View(2), {}, {{View(1), View(1), View(1)}}, {}, qc};
  sign_by_quorum(committee, timeout_statement(net, View(2), View(1)), tc);

  SupBlock second;
  second.header = {Height(2), View(3), qc, tc, steps.time, body_hash({}), steps.state->roots};
  const Bytes proposed = proposal_statement(net, View(3), block_hash(second.header));
  const sup::Vote vote{View(3), hash, 0, part_of(0, vote_statement(net, View(3), hash))};
  const sup::Timeout timeout{View(3), 0, View(1), part_of(0, timeout_statement(net, View(3), View(1))), qc, tc, vote};
  messages = {sup::Proposal{second, part_of(3, proposed)},
              vote,
              timeout,
              sup::FetchRequest{hash, Height(0)},
              sup::FetchResponse{hash, {{block}}},
              sup::SnapshotOffer{{block.header, {{second.header}}, qc}},
              sup::SnapshotRequest{hash, {{1, 2}}},
              sup::SnapshotPart{hash, {}, sup::snapshot_part(*steps.state, {})->content, {}}};
  safety = {vote, timeout, sup::Proposed{View(3), hash, part_of(3, proposed)}, qc, qc, tc};
}

const SupChain& sup_chain() {
  static const SupChain instance;
  return instance;
}

}  // namespace caduceus::fuzz
