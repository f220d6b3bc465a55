#include "test/sim/sup_node.h"

#include <algorithm>

namespace caduceus::sim {

void SupDisk::write(const sup::Output& output) {
  if (output.safety) safety = *output.safety;
  if (output.abstention) abstention = output.abstention;
  if (output.is_back) abstention.reset();
  for (const SupBlock& block : output.held) held.emplace(block_hash(block.header), block);
  if (output.joined) {
    committed.clear();
    first_kept = output.joined->height + 1;
  }
  for (const SupBlock& block : output.committed) {
    committed.push_back(block);
    if (committed.size() <= kept) continue;
    committed.pop_front();
    ++first_kept;
  }
  if (!output.proof) return;
  newest = output.proof;
  std::erase_if(held, [&](const auto& entry) { return entry.second.header.height <= newest->block.height; });
}

std::optional<SupBlock> SupDisk::at(Height height) const {
  if (height < first_kept || height.value() - first_kept.value() >= committed.size()) return std::nullopt;
  return committed[height.value() - first_kept.value()];
}

sup::Recovered SupDisk::recover() const {
  sup::Recovered recovered{safety, newest, {}, abstention};
  for (const auto& [hash, block] : held) recovered.uncommitted.push_back(block);
  std::ranges::sort(recovered.uncommitted, {}, [](const SupBlock& block) { return block.header.height; });
  return recovered;
}

SupNode::SupNode(SupCluster& cluster, std::size_t number, sup::Place place, Kind kind)
    : cluster_(cluster),
      number_(number),
      place_(place),
      kind_(kind),
      skew_(cluster.kernel_.between(0, 1500)),
      votes_(*cluster.committee_),
      is_spoiler_(kind == Kind::lying && cluster.kernel_.happens(2)) {
  if (cluster.setup_.faults.prune) disk_.kept = 4;
  disk_.safety = sup::initial_safety(genesis_certificate(cluster.net_, cluster.setup_.replicas));
}

void SupNode::start() {
  if (kind_ == Kind::down || is_running()) return;
  ++life_;
  votes_ = sup::UnverifiedVotes(*cluster_.committee_);
  ledger_ = make_ledger();
  sup::Membership me{cluster_.net_, *cluster_.committee_, key(), place_, cluster_.rules_, cluster_.timing_, Time(1'000'000)};
  replica_ = std::make_unique<sup::Replica>(std::move(me), ledger_->ledger(), disk_, disk_.recover(), cluster_.kernel_.now(), wall());
  cluster_.checker_.restarts(number_, disk_.height());
  flush();
}

std::unique_ptr<SimLedger> SupNode::make_ledger() {
  if (!cluster_.setup_.real_ledger) return std::make_unique<CountingLedger>();
  return std::make_unique<RealLedger>(sup::SupTerms{cluster_.net_, *cluster_.committee_, cluster_.rules_, {}, {}}, states_,
                                      [this] { return wall(); });
}

void SupNode::crash() {
  replica_.reset();
  ledger_.reset();
  if (has(Plant::forget_vote_on_crash)) disk_.safety.last_vote.reset();
  if (has(Plant::forget_block_on_crash)) disk_.held.clear();
  if (is_honest() && cluster_.may_lose_disk() && cluster_.kernel_.happens(4)) lose_disk();
}

void SupNode::lose_disk() {
  constexpr std::uint64_t margin = 4000;  // ms, of a cluster whose clocks are 1.5 s apart and whose blocks are 2 s ahead at most
  const std::size_t kept = disk_.kept;
  disk_ = SupDisk{};
  disk_.kept = kept;
  disk_.safety = sup::initial_safety(genesis_certificate(cluster_.net_, cluster_.setup_.replicas));
  if (!has(Plant::restore_without_wait)) disk_.abstention = sup::abstain_from(wall(), margin);
}

void SupNode::receive(const sup::Verified<sup::Message>& message) {
  if (!is_running()) return;
  if (has(Plant::ignore_late_votes)) {
    const auto is_late = [&](const auto* with_vote) { return with_vote != nullptr && with_vote->view < replica_->view(); };
    if (is_late(std::get_if<sup::Vote>(&message.value())) || is_late(std::get_if<sup::Timeout>(&message.value()))) return;
  }
  replica_->tick(cluster_.kernel_.now(), wall());
  const auto* vote = std::get_if<sup::Vote>(&message.value());
  if (vote != nullptr && vote->voter == message.sender()) {
    votes_.add(*vote);
  } else {
    replica_->step(message);
  }
  flush();
}

// As the product does, which does not know that all of them are valid.
void SupNode::certify() {
  for (auto votes = votes_.take(replica_->votes()); !votes.empty(); votes = votes_.take(replica_->votes())) {
    const auto qc = cluster_.verifier_->certify(place_, votes);
    CHECK(qc);
    replica_->step(*qc);
  }
}

void SupNode::pool(std::uint64_t transaction) {
  if (!is_running()) return;
  ledger_->pool(transaction);
  replica_->tick(cluster_.kernel_.now(), wall());
  flush();
}

void SupNode::tick() {
  replica_->tick(cluster_.kernel_.now(), wall());
  flush();
}

void SupNode::flush() {
  certify();
  const sup::Output output = replica_->take_output();
  const SupFaults& faults = cluster_.setup_.faults;
  if (output.diverged && is_honest()) cluster_.checker_.halts(*output.diverged);
  if (!output.is_empty()) {
    if (faults.torn && !cluster_.is_healed_ && cluster_.kernel_.happens(400)) {
      if (cluster_.kernel_.happens(2)) {
        disk_.write(output);
        report(output);
      }
      crash();
      return;
    }
    disk_.write(output);
    for (const sup::Send& send : output.send) say(send);
    report(output);
  }
  if (is_spoiler_ && replica_->view() > spoilt_) spoil();
  schedule();
}

void SupNode::report(const sup::Output& output) {
  if (!is_honest()) return;
  if (output.joined) cluster_.checker_.joins(number_, *output.joined);
  for (const SupBlock& block : output.committed) {
    cluster_.checker_.commits(number_, block, cluster_.rules_.leader(block.header.view));
    if (!cluster_.setup_.real_ledger) continue;
    const auto body = decode_body(block.body.value);
    CHECK(body.has_value());
    for (const SupTransaction& one : body->transactions.items) cluster_.checker_.carries(block.header.height, hash_of(one));
  }
}

void SupNode::spoil() {
  spoilt_ = replica_->view();
  time_out(spoilt_, View(0), genesis_certificate(cluster_.net_, cluster_.setup_.replicas));
}

void SupNode::time_out(View view, View high_view, const QuorumCertificate& high_qc) {
  const SignaturePart part = key().sign(timeout_statement(cluster_.net_, view, high_view));
  cluster_.broadcast(*this, sup::Timeout{view, place_, high_view, part, high_qc, {}, {}});
}

void SupNode::schedule() {
  const Tick next = std::max(replica_->next_tick(), cluster_.kernel_.now() + 1);
  if (next_tick_ > cluster_.kernel_.now() && next_tick_ <= next) return;
  next_tick_ = next;
  cluster_.kernel_.at(next, [this, life = life_] {
    if (!is_running() || life != life_ || cluster_.kernel_.now() != next_tick_) return;
    tick();
  });
}

void SupNode::say(const sup::Send& send) {
  if (const auto* proposal = std::get_if<sup::Proposal>(&send.message)) {
    cluster_.checker_.proposed(block_hash(proposal->block.header), place_);
  }
  if (kind_ == Kind::lying) {
    say_lying(send);
    return;
  }
  sup::Message message = send.message;
  if (auto* timeout = std::get_if<sup::Timeout>(&message)) {
    if (has(Plant::timeout_without_vote)) timeout->vote.reset();
    const bool is_repeat = std::exchange(repeated_, timeout->view) == timeout->view;
    if (has(Plant::no_timeout_repeat) && is_repeat) return;
    if (has(Plant::repeat_without_tc) && is_repeat) timeout->tc.reset();
  }
  if (is_honest()) cluster_.checker_.says(number_, message);
  if (send.to) {
    cluster_.send(*this, *send.to, message);
  } else {
    cluster_.broadcast(*this, message);
  }
}

// A liar passes on what its replica says, or holds it back, or says something else as well.
void SupNode::say_lying(const sup::Send& send) {
  Kernel& kernel = cluster_.kernel_;
  // Votes held back (R16); a spoiler lets out nothing that could help.
  if (is_spoiler_ ? send.message.index() < 3 : std::holds_alternative<sup::Vote>(send.message) && kernel.happens(2)) return;
  // A QC that it alone knows, kept for later.
  if (const auto* timeout = std::get_if<sup::Timeout>(&send.message); timeout != nullptr && kernel.happens(2)) {
    time_out(timeout->view, replica_->safety().lock.view, replica_->safety().lock);
    return;
  }
  if (std::holds_alternative<sup::Proposal>(send.message) && kernel.happens(3)) return;
  if (const auto* proposal = std::get_if<sup::Proposal>(&send.message); proposal != nullptr && kernel.happens(2)) {
    // Another block of the same view for half of the others.
    const sup::Proposal other =
        forge(proposal->block.header.view, ledger_->body_of(kernel.happens(4) ? SimLedger::invalid : kernel.rng().next()));
    for (sup::Place to = 0; to < cluster_.setup_.replicas; ++to) {
      if (kernel.happens(2)) cluster_.send(*this, to, kernel.happens(2) ? sup::Message(other) : send.message);
    }
    return;
  }
  if (const auto* part = std::get_if<sup::SnapshotPart>(&send.message); part != nullptr && kernel.happens(2)) {
    // Of a state that nobody has; and, perhaps, one part more, for as long as it is asked for.
    sup::SnapshotPart wrong = *part;
    if (!wrong.content.value.empty()) wrong.content.value.back() ^= 1;
    if (kernel.happens(2)) wrong.next.value = {1};
    cluster_.send(*this, send.to.value(), wrong);
    return;
  }
  if (send.to) {
    cluster_.send(*this, *send.to, send.message);
  } else {
    cluster_.broadcast(*this, send.message);
  }
}

sup::Proposal SupNode::forge(View view, Bytes body) {
  const sup::SafetyState& safety = replica_->safety();
  sup::Proposal proposal;
  SupHeader& header = proposal.block.header;
  const auto parent = disk_.held.find(safety.high_qc.block);
  header.height = (parent != disk_.held.end() ? parent->second.header.height : replica_->committed().height()) + 1;
  header.view = view;
  header.justify = safety.high_qc;
  if (header.justify.view + 1 != view) header.tc = safety.tc;
  header.time = wall();
  proposal.block.body.value = std::move(body);
  header.body = body_hash(proposal.block.body.value);
  const sup::StateRef below = parent != disk_.held.end() ? ledger_->state_of(parent->second.header) : replica_->committed().state;
  const sup::BlockPlace place{header.parent(), header.height, header.time};
  if (const auto state = ledger_->ledger().execute(below, place, proposal.block.body.value)) header.roots = (*state)->roots;
  proposal.signature = key().sign(proposal_statement(cluster_.net_, view, block_hash(header)));
  cluster_.checker_.proposed(block_hash(header), place_);
  return proposal;
}

void SupNode::lie() {
  if (kind_ != Kind::lying || !is_running()) return;
  Kernel& kernel = cluster_.kernel_;
  const View view = replica_->view();
  const QuorumCertificate& high_qc = replica_->safety().high_qc;
  if (is_spoiler_) {
    spoil();
    return;
  }
  switch (kernel.rng().below(8)) {
    case 0: cluster_.broadcast(*this, forge(view, ledger_->body_of(kernel.rng().next()))); break;  // out of turn
    case 1: time_out(view, high_qc.view, high_qc); break;                              // hurried (R16)
    case 2: time_out(view + kernel.between(1, 1000), high_qc.view, high_qc); break;    // of a view nobody is in
    case 3: time_out(view, high_qc.view + kernel.between(1, 5), high_qc); break;       // a high view it has no QC of
    case 4: {
      const BlockHash block = kernel.rng().bytes<32>();
      cluster_.broadcast(*this, sup::Vote{view, block, place_, key().sign(vote_statement(cluster_.net_, view, block))});
      break;
    }
    case 5: {  // a QC for another block than its signers voted for, in a proposal and in a time-out
      sup::Proposal proposal = forge(view, ledger_->body_of(kernel.rng().next()));
      proposal.block.header.justify.block = disk_.held.empty() ? kernel.rng().bytes<32>() : disk_.held.begin()->first;
      proposal.signature = key().sign(proposal_statement(cluster_.net_, view, block_hash(proposal.block.header)));
      cluster_.checker_.proposed(block_hash(proposal.block.header), place_);
      cluster_.broadcast(*this, proposal);
      time_out(view, high_qc.view, proposal.block.header.justify);
      break;
    }
    case 6: forge_large(view); break;
    default: break;
  }
}

// More transactions than a block may carry, in its turn or not; now and then more bytes.
void SupNode::forge_large(View view) {
  const View next = cluster_.rules_.leader(view) == place_ ? view : view + 1;
  cluster_.broadcast(*this, forge(next, cluster_.kernel_.happens(20) ? Bytes(most_body_bytes + 1) : ledger_->body_too_long()));
}

}  // namespace caduceus::sim
