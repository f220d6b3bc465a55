#include "test/sim/sup_cluster.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "core/chain/bls_committee.h"
#include "test/sim/stand_in_committee.h"
#include "test/sim/sup_node.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t disturbance = 300;          // ms between two changes, about
constexpr std::uint64_t patience = 30 * 1000;      // simulated, for each replica, after healing
constexpr std::uint64_t new_heights = 4;            // that everybody has to commit after healing

sup::Rules rules_of(const SupSetup& setup) {
  sup::Rules rules;
  rules.leader = [n = setup.replicas](View view) { return static_cast<sup::Place>(view.value() % n); };
  rules.commit_depth = setup.depth;
  if (!setup.plant) return rules;
  switch (*setup.plant) {
    case Plant::double_vote:
      rules.may_vote = [](const sup::SafetyState& safety, const sup::VoteQuestion& question) {
        sup::SafetyState forgetful = safety;
        forgetful.last_vote.reset();
        return sup::may_vote(forgetful, question);
      };
      break;
    case Plant::vote_after_timeout:
      rules.may_vote = [](const sup::SafetyState& safety, const sup::VoteQuestion& question) {
        sup::SafetyState forgetful = safety;
        forgetful.last_timeout.reset();
        return sup::may_vote(forgetful, question);
      };
      break;
    case Plant::commit_non_consecutive:
      rules.commits = [](unsigned depth, View, View, View) { return depth == 2 ? Commits::parent : Commits::grandparent; };
      break;
    case Plant::skip_leader_check: rules.may_propose = [](const sup::Rules&, View, sup::Place) { return true; }; break;
    case Plant::fake_high_view: rules.check_high_qc = [](const sup::Timeout&) { return Checked<void>(); }; break;
    default: break;  // of disk and host: sup_node.cpp
  }
  return rules;
}

// The view that a message belongs to; a request's is that of who sends it.
std::optional<View> view_of(const sup::Message& message) {
  if (const auto* proposal = std::get_if<sup::Proposal>(&message)) return proposal->block.header.view;
  if (const auto* vote = std::get_if<sup::Vote>(&message)) return vote->view;
  if (const auto* timeout = std::get_if<sup::Timeout>(&message)) return timeout->view;
  return std::nullopt;
}

}  // namespace

SupReport simulate(const SupSetup& setup) { return SupCluster(setup).run(); }

SupCluster::SupCluster(const SupSetup& setup, SupScript script)
    : setup_(setup),
      script_(std::move(script)),
      kernel_(setup.seed),
      rules_(rules_of(setup)),
      timing_{200, 1000, 5, 2000},
      network_(kernel_),
      checker_(2U * setup.replicas) {
  const std::uint16_t n = setup.replicas;
  net_ = kernel_.rng().bytes<32>();
  if (setup.real_signatures) {
    std::vector<G2> public_keys;
    for (sup::Place place = 0; place < n; ++place) {
      BlsKey key = BlsKey::random(kernel_.rng());
      public_keys.push_back(key.public_key);
      keys_.push_back(std::make_unique<BlsCommitteeKey>(std::move(key)));
    }
    committee_ = std::make_unique<BlsCommittee>(public_keys);
  } else {
    for (sup::Place place = 0; place < n; ++place) keys_.push_back(std::make_unique<StandInKey>(place));
    committee_ = std::make_unique<StandInCommittee>(n);
  }
  if (!script_.rounds.empty()) {
    rules_.leader = [this, usual = rules_.leader](View view) {
      return view > View(0) && view.value() <= script_.rounds.size() ? script_.rounds[view.value() - 1].leader : usual(view);
    };
  }
  sup::BodyCheck check_body = [](ByteView) { return Checked<void>(); };
  if (setup.real_ledger) {
    const TransactionKeys& keys = SignedTransactions::all().keys();
    net_ = keys.net;
    transactions_ = std::make_unique<TransactionVerifier>(keys, 64);
    check_body = [check = sup::SupBodyCheck(net_, *committee_, rules_, *transactions_, weights_)](ByteView body) mutable {
      return check(body);
    };
  }
  verifier_ = std::make_unique<sup::Verifier>(net_, *committee_, rules_, std::move(check_body));

  // At most f places are faulty, each in one of the ways asked for.
  std::vector<SupNode::Kind> vices;
  if (setup.faults.twins) vices.push_back(SupNode::Kind::twin);
  if (setup.faults.down) vices.push_back(SupNode::Kind::down);
  if (setup.faults.lying) vices.push_back(SupNode::Kind::lying);
  std::vector<SupNode::Kind> kinds(n, SupNode::Kind::honest);
  for (std::size_t i = 0; !vices.empty() && i < committee_->faults(); ++i) kinds[i] = vices[kernel_.rng().below(vices.size())];
  for (std::size_t i = n; i > 1; --i) std::swap(kinds[i - 1], kinds[kernel_.rng().below(i)]);
  if (!script_.rounds.empty()) kinds[script_.twin] = SupNode::Kind::twin;
  for (sup::Place place = 0; place < n; ++place) nodes_.push_back(std::make_unique<SupNode>(*this, place, place, kinds[place]));
  for (sup::Place place = 0; place < n; ++place) {
    if (kinds[place] == SupNode::Kind::twin) nodes_.push_back(std::make_unique<SupNode>(*this, nodes_.size(), place, SupNode::Kind::twin));
  }
}

SupCluster::~SupCluster() = default;

SupReport SupCluster::run() {
  const SupFaults& faults = setup_.faults;
  Network::Faults on_the_way;
  if (faults.loss) on_the_way.lost_one_in = kernel_.between(5, 50);
  if (faults.loss) on_the_way.doubled_one_in = 30;
  if (faults.delay) on_the_way.slow_one_in = kernel_.between(5, 50);
  network_.set(on_the_way);
  splits_views_ = faults.partition && kernel_.happens(2);
  for (auto& node : nodes_) node->start();
  // Twins say different things.
  for (auto& node : nodes_) {
    if (!script_.rounds.empty()) node->pool(~node->number() >> 1U);
  }
  kernel_.after(disturbance, [this] { disturb(); });

  while (kernel_.events() < setup_.steps && checker_.broken().empty() && kernel_.step()) {
  }
  heal();
  const Tick end = kernel_.now() + patience * setup_.replicas;
  while (checker_.broken().empty() && !has_progressed() && kernel_.now() < end && kernel_.step()) {
  }

  SupReport report;
  if (!checker_.broken().empty()) {
    report.end = SupEnd::broken;
    report.why = checker_.broken();
  } else if (!has_progressed()) {
    report.end = SupEnd::no_progress;
    report.why = "no progress after healing";
  }
  report.height = checker_.height();
  report.snapshots = checker_.joins();
  report.transactions = checker_.transactions();
  for (const auto& node : nodes_) {
    if (node->is_running()) report.views = std::max(report.views, node->replica().view().value());
  }
  report.messages = network_.sent();
  report.events = kernel_.events();
  report.milliseconds = kernel_.now().value();
  report.trace = trace_;
  return report;
}

bool SupCluster::may_lose_disk() const {
  std::set<sup::Place> places;
  for (const auto& node : nodes_) {
    if (!node->is_honest() || node->abstains()) places.insert(node->place());
  }
  return setup_.faults.restored && places.size() < committee_->faults();
}

void SupCluster::disturb() {
  if (kernel_.happens(2)) pool();
  if (!is_healed_) {
    const SupFaults& faults = setup_.faults;
    if (faults.partition && !splits_views_ && kernel_.happens(3)) {
      std::vector<std::size_t> groups(nodes_.size());
      const std::size_t parts = kernel_.between(2, 3);
      for (auto& group : groups) group = kernel_.rng().below(parts);
      network_.partition(std::move(groups));
    } else if (kernel_.happens(3)) {
      network_.heal();
    }
    for (auto& node : nodes_) {
      if (!node->is_running() && kernel_.happens(3)) node->start();
      if (node->is_running() && faults.crash && kernel_.happens(40)) node->crash();
    }
  }
  for (auto& node : nodes_) node->lie();
  kernel_.after(kernel_.between(1, 2 * disturbance), [this] { disturb(); });
}

void SupCluster::heal() {
  is_healed_ = true;
  network_.heal();
  network_.set({});
  for (auto& node : nodes_) node->start();
  pool();
  goal_ = checker_.height() + new_heights;
}

void SupCluster::pool() {
  const std::uint64_t transaction = next_transaction_++;
  const std::uint64_t one_in = kernel_.between(1, 2);
  for (auto& node : nodes_) {
    if (kernel_.happens(one_in)) node->pool(transaction);
  }
}

bool SupCluster::has_progressed() const {
  return std::ranges::all_of(nodes_, [&](const auto& node) { return !node->is_honest() || checker_.height(node->number()) >= goal_; });
}

SupCluster::Checkable SupCluster::verified(const SupNode& from, const sup::Message& message) const {
  using Result = Checked<sup::Verified<sup::Message>>;
  const bool lies = from.kind() == SupNode::Kind::lying;
  if (!setup_.real_signatures && !lies) return std::make_shared<const Result>(verifier_->verify(from.place(), message));
  auto decoded = decode<sup::Message>(encode(message));
  CHECK(lies || (decoded.has_value() && *decoded == message));
  if (!decoded) return std::make_shared<const Result>(tl::unexpected(decoded.error()));
  return std::make_shared<const Result>(verifier_->verify(from.place(), *std::move(decoded)));
}

bool SupCluster::hears(View view, std::size_t from, std::size_t to) const {
  if (splits_views_ && !is_healed_) {
    // Two sides, other ones in each view and now and then within it: certificates that only some know of.
    std::uint64_t sides = (setup_.seed ^ view.value() * 0x9e3779b97f4a7c15U ^ kernel_.now().value() / 1500) * 0xbf58476d1ce4e5b9U;
    sides ^= sides >> 31;
    sides *= 0x94d049bb133111ebU;
    return (sides >> from & 1U) == (sides >> to & 1U) || (sides >> 62U) == 0;
  }
  if (view == View(0) || view.value() > script_.rounds.size() || kernel_.now() >= script_.healed) return true;
  const std::uint32_t side = script_.rounds[view.value() - 1].second_group;
  return (side >> from & 1U) == (side >> to & 1U);
}

void SupCluster::transmit(const SupNode& from, SupNode& to, View view, const Checkable& message) {
  if (&to == &from || !hears(view, from.number(), to.number())) return;
  network_.send(from.number(), to.number(), [this, &from, &to, message] { deliver(from, to, message); });
}

void SupCluster::broadcast(const SupNode& from, const sup::Message& message) {
  const Checkable checked = verified(from, message);
  const View view = view_of(message).value_or(from.replica().view());
  for (auto& to : nodes_) transmit(from, *to, view, checked);
}

void SupCluster::send(const SupNode& from, sup::Place place, const sup::Message& message) {
  const Checkable checked = verified(from, message);
  const View view = view_of(message).value_or(from.replica().view());
  for (auto& to : nodes_) {
    if (to->place() == place) transmit(from, *to, view, checked);
  }
}

void SupCluster::deliver(const SupNode& from, SupNode& to, const Checkable& message) {
  const auto note = [&](std::uint64_t what) { trace_ = (trace_ ^ what) * 0x9e3779b97f4a7c15U + (trace_ >> 31); };
  note(kernel_.now().value());
  note(from.number() << 32 | to.number() << 8 | (message->has_value() ? message->value().value().index() : 0xff));
  if (message->has_value()) to.receive(**message);
}

}  // namespace caduceus::sim
