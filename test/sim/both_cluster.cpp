#include "test/sim/both_cluster.h"

#include <algorithm>
#include <cmath>

namespace caduceus::sim {
namespace {

constexpr std::uint64_t second = 1000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t patience = 60 * minute;  // simulated, after healing

const MedParameters parameters{10 * second, 120 * second, MedWorld::epoch_length, {0x10}};
const MedParameters contest_parameters{60 * second, 365 * 24 * 60 * minute, MedWorld::epoch_length, {0x10}};  // difficulty stands still
constexpr Time began{1'800'000'000'000};

// How many times harder than the easiest.
double difficulty(const Bytes32& target) {
  double number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number * 256 + target[i];
  return std::ldexp(0x10, 56) / std::max(number, 1.0);
}

}  // namespace

BothReport simulate(const BothSetup& setup) { return BothCluster(setup).run(); }

BothCluster::BothCluster(const BothSetup& setup)
    : setup_(setup),
      kernel_(setup.seed),
      sup_network_(kernel_),
      med_network_(kernel_),
      world_(setup.seed, 1, 1, 1),
      net_(world_.keys().net),
      parameters_(setup.contest ? contest_parameters : parameters),
      genesis_(med_genesis(net_, parameters_, began)),
      anchoring_(setup.contest ? setup.contest->rules : sup::AnchorRules{}),
      timing_(setup.contest ? sup::Timing{.idle = setup.contest->sup_idle} : sup::Timing{200, 1000, 5, 2000, 500}),
      committee_(std::make_unique<StandInCommittee>(setup.hospitals)),
      med_verifier_(std::make_unique<med::SignatureVerifier>(net_, world_.keys().parameters, 16)) {
  const std::size_t n = setup.hospitals;
  rules_.leader = [n](View view) { return static_cast<sup::Place>(view.value() % n); };
  for (std::size_t place = 0; place < n; ++place) keys_.push_back(std::make_unique<StandInKey>(place));
  sup_verifier_ = std::make_unique<sup::Verifier>(net_, *committee_, rules_, [](ByteView) { return Checked<void>(); });
  const std::size_t liars = setup.faults.lying ? committee_->faults() : 0;
  for (std::size_t i = 0; i < n + setup.miners; ++i) {
    const bool is_last = i + 1 == n + setup.miners;
    nodes_.push_back(std::make_unique<BothNode>(*this, i, i < liars, is_last ? make_attacker() : nullptr));
  }
}

std::unique_ptr<SelfishMiner> BothCluster::make_attacker() {
  if (!setup_.faults.selfish && !setup_.contest) return nullptr;
  const bench::selfish::Strategy strategy = setup_.contest ? setup_.contest->strategy : bench::selfish::Strategy{.withholds = true};
  return std::make_unique<SelfishMiner>(kernel_, genesis_, SelfishMiner::Knowledge{anchoring_, timing_.observe, timing_.idle}, strategy);
}

BothReport BothCluster::run() {
  Network::Faults on_the_way;
  if (setup_.faults.loss) on_the_way.lost_one_in = kernel_.between(10, 100);
  if (setup_.faults.delay) on_the_way.slow_one_in = kernel_.between(5, 50);
  sup_network_.set(on_the_way);
  med_network_.set(on_the_way);
  for (auto& node : nodes_) node->start();
  links_.connect();
  mine_next();
  if (setup_.faults.flood) {
    flood_ = std::make_unique<Flood>(setup_.seed);
    begin_flood();
  }
  if (setup_.cut_off > 0) {
    std::vector<std::size_t> groups(nodes_.size());
    groups[setup_.hospitals - 1U] = groups.back() = 1;
    sup_network_.partition(groups);
    med_network_.partition(groups);
  } else {
    disturb();
    if (setup_.faults.crash) kernel_.after(kernel_.between(1, minute), [this] { crash_one(); });
  }

  const Tick healing(setup_.minutes * minute);
  const auto goes_on = [&] { return setup_.cut_off > 0 ? !was_cut_off() : kernel_.now() < healing; };
  while (report_.why.empty() && goes_on() && kernel_.step()) {
  }
  heal();
  for (const auto& node : nodes_) {
    if (node->is_running() && node->is_honest()) anchored_then_ = std::max(anchored_then_, node->chain().anchor().height());
  }
  // Then all have caught up, and go on.
  if (flood_) kernel_.after(minute, [this] { begin_flood(); });
  kernel_.after(5 * minute, [this] { is_mined_ = false; });
  const Tick end = kernel_.now() + patience;
  while (report_.why.empty() && (is_mined_ || !is_done()) && kernel_.now() < end && kernel_.step()) {
  }
  if (!report_.why.empty()) {
    report_.end = BothEnd::broken;
  } else if (!is_done()) {
    report_.end = BothEnd::no_progress;
    report_.why = "since all is healed, nothing was anchored, or the newest block is not anchored everywhere";
  }
  for (const auto& node : nodes_) {
    if (!node->is_running()) continue;
    report_.height = std::max(report_.height, node->chain().best().height().value());
    report_.anchored = std::max(report_.anchored, node->chain().anchor().height().value());
  }
  const BothNode& hospital = *nodes_[setup_.hospitals - 1U];
  if (hospital.is_running()) report_.sup_height = hospital.replica().committed().height().value();
  report_.orphaned = nodes_.back()->orphaned();
  report_.messages = sup_network_.sent() + med_network_.sent();
  report_.events = kernel_.events();
  report_.milliseconds = kernel_.now().value();
  return report_;
}

med::Result BothCluster::verified(med::Job job) { return med::run(std::move(job), *med_verifier_, {net_, *committee_}, world_.rng); }

// Faults.

void BothCluster::disturb() {
  if (is_healed_) return;
  const BothFaults& faults = setup_.faults;
  if (faults.partition && kernel_.happens(3)) {
    std::vector<std::size_t> groups(nodes_.size());
    for (auto& group : groups) group = kernel_.rng().below(2);
    sup_network_.partition(groups);
    med_network_.partition(std::move(groups));
  } else if (kernel_.happens(2)) {
    sup_network_.heal();
    med_network_.heal();
  }
  is_sup_silent_ = faults.outage && (is_sup_silent_ ? !kernel_.happens(4) : kernel_.happens(3));
  is_eclipse_on_ = faults.eclipse && (is_eclipse_on_ ? !kernel_.happens(4) : kernel_.happens(2));
  kernel_.after(kernel_.between(20 * second, 90 * second), [this] { disturb(); });
}

// Any node but the selfish miner, whose withheld blocks are on no disk.
void BothCluster::crash_one() {
  if (is_healed_) return;
  const std::size_t which = kernel_.rng().below(nodes_.size() - (setup_.faults.selfish ? 1 : 0));
  if (nodes_[which]->is_running()) {
    nodes_[which]->crash();
    ++report_.crashes;
    kernel_.after(kernel_.between(1, 40 * second), [this, which] {
      if (is_healed_) return;
      nodes_[which]->start();
      links_.connect();
    });
  }
  kernel_.after(kernel_.between(1, 40 * second), [this] { crash_one(); });
}

void BothCluster::heal() {
  is_healed_ = true;
  healed_ = kernel_.now();
  is_sup_silent_ = is_eclipse_on_ = false;
  sup_network_.heal();
  med_network_.heal();
  sup_network_.set({});
  med_network_.set({});
  // A quorum is enough: where others crashed, f hospitals stay away, unless as many lie.
  const std::size_t away = setup_.faults.crash && !setup_.faults.lying ? committee_->faults() : 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (i < away) {
      nodes_[i]->crash();
    } else {
      nodes_[i]->start();
    }
  }
  links_.connect();
  nodes_.back()->scheme([](SelfishMiner& miner) { miner.retire(); });
}

bool BothCluster::was_cut_off() const {
  const auto height = [](const BothNode& node) { return node.chain().best().height().value(); };
  return std::min(height(*nodes_.front()), height(*nodes_.back())) >= setup_.cut_off;
}

bool BothCluster::is_eclipsed(std::size_t from, std::size_t to) const {
  constexpr std::size_t victim = 1;
  const std::size_t attacker = nodes_.size() - 1;
  return is_eclipse_on_ && (from == victim || to == victim) && from != attacker && to != attacker;
}

// Connections.

// Who gave up a peer finds it again.
void BothCluster::reconnect(med::Peer peer) {
  links_.hang_up(peer);
  kernel_.after(5 * second, [this] { links_.connect(); });
}

void BothCluster::send(std::size_t from, med::Peer to, const med::Message& message) {
  const auto other = links_.far(to);
  if (!other) return;
  const bool is_deaf = setup_.plant == BothPlant::deaf && other->node == 1 && std::holds_alternative<CommitProof>(message);
  if (is_eclipsed(from, other->node) || is_deaf) return;
  med_network_.send(
      from, other->node,
      [this, other = *other, message = std::make_shared<const med::Message>(message)] {
        if (!links_.far(other.peer)) return;  // the connection is gone
        traced(other.node, message->index());
        nodes_[other.node]->receive(other.peer, *message);
      },
      detour(from, other->node, message));
}

void BothCluster::send(sup::Place from, const sup::Send& send) {
  if (is_sup_silent_) return;
  for (sup::Place to = 0; to < setup_.hospitals; ++to) {
    if (to == from || (send.to && *send.to != to)) continue;
    sup_network_.send(from, to, [this, from, to, message = std::make_shared<const sup::Message>(send.message)] {
      const auto good = sup_verifier_->verify(from, *message);
      if (!good) return fail("hospital " + std::to_string(from) + " sent what does not verify");
      traced(to, 100 + message->index());
      nodes_[to]->receive(*good);
    });
  }
}

void BothCluster::traced(std::size_t receiver, std::size_t kind) {
  report_.trace = (report_.trace ^ (receiver * 131 + kind)) * 0x100000001b3ULL + kernel_.now().value();
}

// What goes on.

std::size_t BothCluster::next_miner() {
  if (!setup_.contest) return setup_.hospitals + kernel_.rng().below(setup_.miners);
  constexpr std::uint64_t parts = 1U << 30U;
  const bool is_attacker = static_cast<double>(kernel_.rng().below(parts)) < setup_.contest->alpha * parts;
  return is_attacker ? nodes_.size() - 1 : setup_.hospitals + kernel_.rng().below(setup_.miners - 1);
}

void BothCluster::mine_next() {
  const std::size_t miner = next_miner();
  if (!nodes_[miner]->is_running()) {
    kernel_.after(parameters_.interval, [this] { mine_next(); });
    return;
  }
  const med::Chain& chain = nodes_[miner]->chain();
  // Where all mine on one branch the blocks come as often as they should; half of them alone takes twice as long, until its target has fallen.
  const double at_easiest = static_cast<double>(parameters_.interval) / (setup_.contest ? 1 : 4);
  const double mean = at_easiest * difficulty(chain.headers().target_above(chain.best()));
  const double uniform = static_cast<double>(kernel_.rng().below(1U << 30U) + 1) / (1U << 30U);
  kernel_.after(static_cast<std::uint64_t>(-std::log(uniform) * mean), [this, miner] {
    if (!is_mined_) return;
    if (!nodes_[miner]->is_running()) return mine_next();
    const MblockHeader header = nodes_[miner]->mine();
    ++mined_;
    // As in the model, the attacker has a spy at every miner's.
    if (setup_.contest && nodes_[miner]->is_honest()) nodes_.back()->scheme([&](SelfishMiner& attacker) { attacker.heard(header); });
    if (is_sup_silent_) ++report_.silent_blocks;
    mine_next();
  });
}

void BothCluster::committed(const BothNode& hospital) {
  nodes_.back()->scheme([&](SelfishMiner& miner) { miner.follow(hospital.replica().committed().block.header, hospital.sup_state()); });
}

// What must hold.

void BothCluster::fail(const std::string& why) {
  if (report_.why.empty()) report_.why = why;
}

void BothCluster::became_final(const BothNode& node, const MblockHeader& header) {
  if (!node.is_honest()) return;
  const std::string who = "node " + std::to_string(node.number());
  Height& reached = reached_[node.number()];
  if (header.height != reached + 1) fail(who + " goes back on a block that was final");
  reached = header.height;
  const MblockHash hash = mblock_hash(header);
  if (const auto known = final_.emplace(header.height, hash).first; known->second != hash) {
    fail(who + " has another final block of height " + std::to_string(header.height.value()));
  }
}

void BothCluster::banned(const med::Banned& banned) {
  const auto other = links_.far(banned.peer);
  if (!other) return;
  if (nodes_[other->node]->is_honest()) fail("node " + std::to_string(other->node) + " is banned: " + std::string(explain(banned.reason)));
  ++report_.bans;
}

bool BothCluster::is_done() const {
  const med::Chain& chain = nodes_[setup_.hospitals - 1U]->chain();
  if (chain.anchor().height() <= anchored_then_) return false;
  const MblockHash& tip = chain.best().hash;
  return std::ranges::all_of(nodes_, [&](const auto& node) {
    return !node->is_running() || !node->is_honest() || (node->chain().best().hash == tip && node->chain().anchor().hash == tip);
  });
}

}  // namespace caduceus::sim
