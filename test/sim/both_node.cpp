#include "test/sim/both_node.h"

#include <algorithm>

#include "core/med/pow.h"
#include "test/sim/both_cluster.h"

namespace caduceus::sim {

Bytes BothLedger::assemble(const sup::StateRef& parent, const sup::BlockPlace& place) {
  Kernel& kernel = cluster_.kernel_;
  if (!lies_ || kernel.happens(4)) return SupLedger::assemble(parent, place);
  sup::Transition after(sup::as_sup(parent), place, cluster_.anchoring_);
  SupBody body;
  const auto list = [&](const MblockHeader& header) {
    if (after.observe(header)) body.observed.items.push_back(header);
  };
  if (kernel.happens(2)) {
    // Its friend's blocks, before the others hold them.
    for (const MblockHeader& header : cluster_.nodes_.back()->withheld()) list(header);
  } else if (kernel.happens(2)) {
    MblockHeader header = cluster_.genesis_;  // which nobody worked for
    header.previous = sup::as_sup(parent).anchor().block;
    header.height = sup::as_sup(parent).anchor().height + 1;
    header.nonce = kernel.rng().next();
    list(header);
  }
  return encode_body(body);  // or censors all
}

bool BothLedger::may_vote(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) {
  const bool may = SupLedger::may_vote(parent, place, body);
  return may || lies_ || cluster_.setup_.plant == BothPlant::vote_blindly;
}

BothNode::BothNode(BothCluster& cluster, std::size_t number, bool lies, std::unique_ptr<SelfishMiner> attacker)
    : cluster_(cluster), number_(number), lies_(lies), attacker_(std::move(attacker)), disk_(cluster.genesis_, attacker_.get()) {}

void BothNode::start() {
  if (is_running()) return;
  ++life_;
  wakes_.reset();
  if (number_ < cluster_.setup_.hospitals && cluster_.has_sup()) start_sup();
  med::Node::Recovered recovered = disk_.recover();
  if (cluster_.setup_.plant == BothPlant::nameless) recovered.named.clear();
  med_ = std::make_unique<med::Node>(cluster_.net_, cluster_.parameters_, cluster_.genesis_, std::move(recovered), disk_,
                                     cluster_.kernel_.now(), cluster_.wall());
  if (sup_ && sup_->replica->proof()) med_->follow(*sup_->replica->proof());
  if (sup_ && cluster_.setup_.plant != BothPlant::forgetful) {
    std::vector<MblockHeader> held;
    for (const med::HeldHeader* one : med_->chain().headers().valid_bodies()) held.push_back(one->header);
    seen(held);
  }
  settle();
}

void BothNode::start_sup() {
  if (!sup_) {
    sup_ = std::make_unique<Sup>();
    sup_->disk.safety = sup::initial_safety(genesis_certificate(cluster_.net_, cluster_.setup_.hospitals));
  }
  // As small as the simulated flood.
  const bool is_greedy = cluster_.setup_.plant == BothPlant::greedy_pool;
  const sup::PoolLimits limits{.transactions = 5, .share = is_greedy ? 5U : 3U};
  sup::SupTerms terms{cluster_.net_,       *cluster_.committee_,    cluster_.rules_, mblock_hash(cluster_.genesis_),
                      cluster_.anchoring_, cluster_.timing_.observe};
  sup_->ledger = std::make_unique<BothLedger>(cluster_, std::move(terms), sup_->states, limits, lies_);
  const auto place = static_cast<sup::Place>(number_);
  sup::Membership me{cluster_.net_,   *cluster_.committee_, *cluster_.keys_[place], place,
                     cluster_.rules_, cluster_.timing_,     cluster_.genesis_.time};
  sup_->replica = std::make_unique<sup::Replica>(std::move(me), *sup_->ledger, sup_->disk, sup_->disk.recover(), cluster_.kernel_.now(),
                                                 cluster_.wall());
}

void BothNode::crash() {
  if (!is_running()) return;
  ++life_;
  med_.reset();
  if (sup_) {
    sup_->replica.reset();
    sup_->ledger.reset();
  }
  peers_.clear();
  cluster_.links_.cut_off(number_);
}

std::shared_ptr<const sup::SupState> BothNode::sup_state() const {
  auto state = std::dynamic_pointer_cast<const sup::SupState>(sup_->replica->committed().state);
  CHECK(state != nullptr);
  return state;
}

void BothNode::connected(med::Peer peer) {
  if (!is_running()) return;
  peers_.push_back(peer);
  med_->connected(peer);
  settle();
}

void BothNode::disconnected(med::Peer peer) {
  if (!is_running()) return;
  std::erase(peers_, peer);
  med_->disconnected(peer);
  settle();
}

void BothNode::receive(med::Peer peer, const med::Message& message) {
  if (!is_running()) return;
  med_->receive(peer, message, cluster_.wall());
  settle();
}

void BothNode::receive(const sup::Verified<sup::Message>& message) {
  if (!is_running()) return;
  sup_->replica->tick(cluster_.kernel_.now(), cluster_.wall());
  sup_->replica->step(message);
  settle();
}

void BothNode::tick() {
  med_->tick(cluster_.kernel_.now());
  if (sup_) sup_->replica->tick(cluster_.kernel_.now(), cluster_.wall());
  settle();
}

void BothNode::settle() {
  for (bool is_quiet = false; !is_quiet;) {
    is_quiet = !flush_med();
    if (sup_ && flush_sup()) is_quiet = false;
  }
  tell_shown();
  schedule();
}

bool BothNode::flush_med() {
  med::Output output = med_->take_output();
  if (output.is_empty()) return false;
  if (output.is_diverged) cluster_.fail("node " + std::to_string(number_) + " says that SUP anchored what it must not");
  disk_.write(output);
  std::vector<MblockHeader> executed;
  for (const auto& one : output.executed) {
    if (attacker_) attacker_->heard(one.block.header);
    executed.push_back(one.block.header);
  }
  if (sup_ && !executed.empty()) seen(executed);
  for (const MblockHeader& header : output.final) cluster_.became_final(*this, header);
  for (med::Job& job : output.jobs) verify(std::move(job));
  for (const med::Send& send : output.sends) {
    if (!is_secret(send.message)) cluster_.send(number_, send.peer, send.message);
  }
  for (const med::Banned& banned : output.banned) cluster_.banned(banned);
  for (const med::Peer peer : output.given_up) cluster_.reconnect(peer);
  return true;
}

void BothNode::seen(std::span<const MblockHeader> mblocks) {
  for (const MblockHeader& header : mblocks) sup_->ledger->step({header, cluster_.kernel_.now()});
  sup_->replica->tick(cluster_.kernel_.now(), cluster_.wall());
  sup_->replica->pool_changed();
}

bool BothNode::flush_sup() {
  sup::Output output = sup_->replica->take_output();
  for (const MblockHeader& header : sup_->ledger->take_missing()) (void)med_->seek(header, cluster_.wall());
  if (output.is_empty()) return false;
  if (output.diverged) cluster_.fail("hospital " + std::to_string(number_) + " holds a certified block for invalid");
  sup_->disk.write(output);
  for (const sup::Send& send : output.send) cluster_.send(static_cast<sup::Place>(number_), send);
  const bool is_deaf = cluster_.setup_.plant == BothPlant::deaf && number_ == 1;
  if (!output.committed.empty()) cluster_.committed(*this);
  if (!output.committed.empty() && sup_->replica->proof() && !is_deaf) med_->follow(*sup_->replica->proof());
  return true;
}

void BothNode::verify(med::Job job) {
  cluster_.kernel_.after(cluster_.work_time(), [this, life = life_, job = std::move(job)]() mutable {
    if (life != life_) return;
    med_->verified(cluster_.verified(std::move(job)));
    settle();
  });
}

void BothNode::schedule() {
  std::optional<Tick> next = med_->next_tick();
  if (sup_) next = next ? std::min(*next, sup_->replica->next_tick()) : sup_->replica->next_tick();
  if (!next) return;
  next = std::max(*next, cluster_.kernel_.now() + 1);
  if (wakes_ && *wakes_ <= *next) return;
  wakes_ = next;
  cluster_.kernel_.at(*next, [this, life = life_, due = *next] {
    if (life != life_ || wakes_ != due) return;
    wakes_.reset();
    tick();
  });
}

MblockHeader BothNode::mine() {
  med::Candidate candidate = med_->candidate(identity(), cluster_.wall());
  const auto nonce = med::search(candidate.header, cluster_.kernel_.rng().next(), 1U << 24U);
  CHECK(nonce.has_value());
  candidate.header.nonce = *nonce;
  const MblockHeader header = candidate.header;
  if (attacker_) attacker_->found(header);
  CHECK(med_->mined(std::move(candidate), cluster_.wall()).has_value());
  settle();
  return header;
}

Checked<void> BothNode::submit(const VerifiedTransaction& transaction) {
  TRY_VOID(sup_->ledger->submit(transaction, cluster_.wall()));
  sup_->replica->tick(cluster_.kernel_.now(), cluster_.wall());
  sup_->replica->pool_changed();
  settle();
  return {};
}

void BothNode::scheme(const std::function<void(SelfishMiner&)>& what) {
  if (!attacker_) return;
  what(*attacker_);
  tell_shown();
}

bool BothNode::is_secret(const med::Message& message) const {
  const auto* list = std::get_if<med::HeaderList>(&message);
  if (list == nullptr || !attacker_) return false;
  return attacker_->is_withheld(list->tip) ||
         std::ranges::any_of(list->headers.items, [&](const MblockHeader& header) { return attacker_->is_withheld(mblock_hash(header)); });
}

void BothNode::tell_shown() {
  if (!attacker_) return;
  std::vector<MblockHeader> shown = attacker_->take_shown();
  if (shown.empty()) return;
  const med::HeaderList list{mblock_hash(shown.back()), {std::move(shown)}};
  for (const med::Peer peer : peers_) cluster_.send(number_, peer, list);
}

}  // namespace caduceus::sim
