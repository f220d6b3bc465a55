#include "test/sim/med_cluster.h"

#include <algorithm>
#include <cmath>

#include "core/crypto/hash.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t second = 1000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t patience = 60 * minute;  // simulated, after healing

const MedParameters parameters{10 * second, 120 * second, MedWorld::epoch_length, {0x10}};
constexpr Time began{1'800'000'000'000};

// How many times harder than the easiest.
double difficulty(const Bytes32& target) {
  double number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number * 256 + target[i];
  return std::ldexp(0x10, 56) / std::max(number, 1.0);
}

}  // namespace

MedReport simulate(const MedSetup& setup) { return MedCluster(setup).run(); }

MedCluster::MedCluster(const MedSetup& setup)
    : setup_(setup),
      kernel_(setup.seed),
      network_(kernel_),
      world_(setup.seed, setup.hospitals, 2, 2),
      parameters_(parameters),
      genesis_(med_genesis(world_.keys().net, parameters_, began)),
      start_(began),
      verifier_(std::make_unique<med::SignatureVerifier>(world_.keys().net, world_.keys().parameters, 256)),
      hospitals_(setup.seed),
      anchor_(mblock_hash(genesis_), Height(0)) {
  for (std::size_t i = 0; i < setup.nodes; ++i) {
    nodes_.push_back(std::make_unique<MedNode>(*this, i, setup.faults.lying && i + 1 == setup.nodes));
  }
  for (std::size_t i = 0; i < setup.clients; ++i) clients_.push_back(std::make_unique<MedClient>(*this, setup.nodes + i));
}

void MedCluster::every(std::uint64_t about, const std::function<void()>& what) {
  kernel_.after(kernel_.between(about / 2, about + about / 2), [this, about, what] {
    what();
    every(about, what);
  });
}

MedReport MedCluster::run() {
  const MedFaults& faults = setup_.faults;
  Network::Faults on_the_way;
  if (faults.loss) on_the_way.lost_one_in = kernel_.between(10, 100);
  if (faults.delay) on_the_way.slow_one_in = kernel_.between(5, 50);
  if (faults.delay) on_the_way.slow_delay = 15 * second;
  network_.set(on_the_way);
  for (auto& node : nodes_) node->start();
  links_.connect();
  for (auto& client : clients_) {
    client->start();
    every(second, [&client = *client] { client.tick(); });
  }
  mine_next();
  every(20 * second, [this] { disturb(); });
  every(15 * second, [this] { publish(); });
  every(20 * second, [this] { call(); });
  every(30 * second, [this] { repeat(); });
  every(20 * second, [this] { anchor(); });
  every(10 * second, [this] { links_.connect(); });

  const Tick healing(setup_.minutes * minute);
  while (report_.why.empty() && kernel_.now() < healing && kernel_.step()) {
  }
  heal();
  const Tick end = kernel_.now() + patience;
  while (report_.why.empty() && !is_done() && kernel_.now() < end && kernel_.step()) {
  }
  if (!report_.why.empty()) {
    report_.end = MedEnd::broken;
  } else if (!is_done()) {
    report_.end = MedEnd::no_progress;
    report_.why = "not all on one chain, or not all published is anchored";
  } else {
    ask_all();
  }
  for (const auto& node : nodes_) {
    if (node->is_running()) report_.height = std::max(report_.height, node->node().chain().best().height().value());
  }
  report_.anchored = anchor_.second.value();
  report_.bundles = published_.size();
  report_.calls = calls_.size();
  report_.messages = network_.sent();
  report_.events = kernel_.events();
  report_.milliseconds = kernel_.now().value();
  return report_;
}

// No more is anchored; light clients have to find out what there is.
void MedCluster::ask_all() {
  is_sup_silent_ = true;
  for (auto& client : clients_) question(*client);
  const auto has_answers = [&] {
    return std::ranges::all_of(clients_, [&](const auto& client) { return client->is_done(anchor_.first); });
  };
  const Tick end = kernel_.now() + patience;
  while (report_.why.empty() && !has_answers() && kernel_.now() < end && kernel_.step()) {
  }
  if (!report_.why.empty()) {
    report_.end = MedEnd::broken;
  } else if (!has_answers()) {
    report_.end = MedEnd::no_progress;
    report_.why = "a light client does not know the newest anchor, or has no answer";
  }
}

void MedCluster::question(MedClient& client) {
  const MedNode& node = *nodes_.front();  // an honest one, which is where all are
  const Identity& account = world_.patient(kernel_.rng().below(2)).account.identity;
  const Bytes key = med::StateKey::calls(account);
  client.look_up(key, node.node().chain().state(anchor_.first).trie().get(key));
  std::vector<std::pair<MblockHeader, TransactionHash>> records;
  for (const MblockHeader& header : node.disk().final_chain()) {
    const auto body = node.disk().body(mblock_hash(header));
    if (!body) continue;  // the genesis block
    for (const Bundle& bundle : body->bundles.items) records.emplace_back(header, record_hashes(bundle).back());
  }
  if (records.empty()) return;
  const auto& [header, htxm] = records[kernel_.rng().below(records.size())];
  client.look_up(header, htxm);
}

med::Result MedCluster::verified(med::Job job) {
  const Bytes32 key = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.transactions; }) {
          return hash({one.block, one.transactions, encode(one.body)});
        } else {
          return hash({encode(one)});
        }
      },
      job.what);
  const med::Peer peer = job.peer;
  auto known = known_.find(key);
  if (known == known_.end())
    known = known_.emplace(key, med::run(std::move(job), *verifier_, {world_.keys().net, hospitals_.committee()}, world_.rng)).first;
  med::Result result = known->second;
  result.peer = peer;
  return result;
}

// Faults.

void MedCluster::disturb() {
  if (is_healed_) return;
  const MedFaults& faults = setup_.faults;
  if (faults.partition && kernel_.happens(6)) {
    std::vector<std::size_t> groups(nodes_.size() + clients_.size());
    for (auto& group : groups) group = kernel_.rng().below(2);
    network_.partition(std::move(groups));
  } else if (kernel_.happens(6)) {
    network_.heal();
  }
  for (auto& node : nodes_) {
    if (!node->is_running() && kernel_.happens(3)) node->start();
    if (node->is_running() && faults.crash && kernel_.happens(30)) node->crash();
  }
  // Light clients come and go in any case.
  for (auto& client : clients_) {
    if (!client->is_running()) {
      client->start();
    } else if (kernel_.happens(15)) {
      client->stop();
    }
  }
}

void MedCluster::heal() {
  is_healed_ = true;
  network_.heal();
  network_.set({});
  for (auto& node : nodes_) node->start();
  for (auto& client : clients_) client->start();
  links_.connect();
}

void MedCluster::send(std::size_t from, med::Peer to, const med::Message& message) {
  const auto other = links_.far(to);
  if (!other) return;
  network_.send(from, other->node, [this, other = *other, message = std::make_shared<const med::Message>(message)] {
    if (!links_.far(other.peer)) return;  // the connection is gone
    traced(other.node, message->index());
    nodes_[other.node]->receive(other.peer, *message);
  });
}

void MedCluster::traced(std::size_t receiver, std::size_t kind) {
  report_.trace = (report_.trace ^ (receiver * 31 + kind)) * 0x100000001b3ULL + kernel_.now().value();
}

// What goes on.

void MedCluster::mine_next() {
  const std::size_t miner = kernel_.rng().below(nodes_.size());
  double mean = static_cast<double>(parameters_.interval) / 4;  // at the easiest target; it rises until it fits
  if (nodes_[miner]->is_running()) {
    const med::Chain& chain = nodes_[miner]->node().chain();
    mean *= difficulty(chain.headers().target_above(chain.best()));
  }
  const double uniform = static_cast<double>(kernel_.rng().below(1U << 30U) + 1) / (1U << 30U);
  kernel_.after(static_cast<std::uint64_t>(-std::log(uniform) * mean), [this, miner] {
    nodes_[miner]->mine();
    mine_next();
  });
}

void MedCluster::publish() {
  if (is_healed_) return;
  const std::size_t hospital = kernel_.rng().below(setup_.hospitals);
  std::uint16_t& slot = slots_[MedWorld::epoch_of(wall())];
  auto bundle = world_.round(hospital, wall(), slot);
  slot += 16;
  const Bytes32 id = med::id_of(bundle.bundle).hash;
  // A hospital's own node; the liar's is nobody's.
  const std::size_t node = hospital % (nodes_.size() - 1);
  nodes_[node]->submit(bundle);
  published_.emplace(id, Published{node, std::move(bundle), false});
}

void MedCluster::call() {
  if (is_healed_) return;
  const std::size_t at = kernel_.rng().below(nodes_.size() - 1);
  if (!nodes_[at]->is_running()) return;
  const med::Chain& chain = nodes_[at]->node().chain();
  const std::size_t patient = kernel_.rng().below(2);
  const std::uint64_t number = chain.state(chain.anchor().hash).next_call(world_.patient(patient).account.identity);
  auto made = calls_.find({patient, number});
  if (made == calls_.end()) {
    med::EntryId id{};
    std::ranges::copy(big_endian(number), id.begin());
    made = calls_.emplace(std::pair(patient, number), world_.call(world_.patient(patient), number, world_.put(1, id))).first;
  }
  nodes_[at]->submit(made->second);
}

// A hospital keeps a bundle until it is anchored, and publishes it again meanwhile.
void MedCluster::repeat() {
  if (setup_.plant == MedPlant::forget_bundles) return;
  for (auto& [id, one] : published_) {
    if (!one.is_final) nodes_[one.node]->submit(one.bundle);
  }
}

// SUP hears of MED through some hospital's node, on whatever side of a partition that is.
void MedCluster::anchor() {
  if (is_sup_silent_) return;
  const MedNode& node = *nodes_[kernel_.rng().below(nodes_.size())];
  if (!node.is_running() || !node.is_honest()) return;
  const med::Chain& chain = node.node().chain();
  if (chain.anchor().hash != anchor_.first || chain.best().hash == anchor_.first) return;
  anchor_ = {chain.best().hash, chain.best().height()};
  proof_ = hospitals_.anchor(world_.keys().net, chain.best().header, proof_ ? proof_->block.height + 3 : Height(1));
  for (auto& one : nodes_) {
    kernel_.after(kernel_.between(1, 5 * second), [&one = *one, proof = *proof_] { one.set_anchor(proof); });
  }
}

// What must hold.

void MedCluster::banned(std::size_t by, const med::Banned& banned) {
  ++report_.bans;
  const auto other = links_.far(banned.peer);
  if (!other || !nodes_[other->node]->is_honest()) return;
  fail("node " + std::to_string(other->node) + " is banned by node " + std::to_string(by) + ": " + std::string(explain(banned.reason)));
}

void MedCluster::fail(const std::string& why) {
  if (report_.why.empty()) report_.why = why;
}

void MedCluster::is_final(const std::string& who, const MblockHeader& header) {
  const MblockHash hash = mblock_hash(header);
  if (const auto known = final_.emplace(header.height, hash).first; known->second != hash) {
    fail(who + " has another final block of height " + std::to_string(header.height.value()));
  }
}

void MedCluster::became_final(const MedNode& node, const MblockHeader& header) {
  if (!node.is_honest()) return;
  const std::string who = "node " + std::to_string(node.number());
  Height& reached = reached_[node.number()];
  if (header.height != reached + 1) fail(who + " goes back on a block that was final");
  reached = header.height;
  is_final(who, header);
  const auto body = node.disk().body(mblock_hash(header));
  if (!body) return fail(who + " has not the body of a final block");
  for (const Bundle& bundle : body->bundles.items) {
    const auto published = published_.find(med::id_of(bundle).hash);
    if (published == published_.end()) return fail("a final bundle that nobody published");
    published->second.is_final = true;
  }
}

bool MedCluster::is_done() const {
  const med::HeldHeader* best = nullptr;
  for (const auto& node : nodes_) {
    if (!node->is_honest()) continue;
    const med::Chain& chain = node->node().chain();
    if (chain.anchor().hash != anchor_.first) return false;
    if (best != nullptr && chain.best().hash != best->hash) return false;
    best = &chain.best();
  }
  return std::ranges::all_of(published_, [](const auto& one) { return one.second.is_final; });
}

}  // namespace caduceus::sim
