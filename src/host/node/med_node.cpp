#include "host/node/med_node.h"

#include <iostream>

#include "host/node/halt.h"

namespace caduceus {
namespace {

// A peer that sends faster than its messages are decoded has to wait.
constexpr std::size_t most_unverified = 2 * med::most_message_bytes;

constexpr std::chrono::seconds ban_time{60};

// What of a peer counts until it is verified: items. Bodies have a header's work each, and of certificates there is one at a time.
std::size_t size_of(const med::Job& job) {
  if (const auto* bundle = std::get_if<med::SignedBundle>(&job.what)) return encode(*bundle).size();
  if (const auto* call = std::get_if<med::SignedCall>(&job.what)) return encode(*call).size();
  if (const auto* evidence = std::get_if<ReuseEvidence>(&job.what)) return encode(*evidence).size();
  return 0;
}

}  // namespace

MedTerms MedTerms::of(const sup::Genesis& genesis) {
  return {genesis.network(),
          genesis.med,
          genesis.first_mblock(),
          genesis.authority.parameters,
          std::make_shared<const BlsCommittee>(genesis.committee()),
          genesis.commit_depth};
}

MedNode::MedNode(boost::asio::io_context& loop, const MedTerms& terms, std::vector<Identity> peers, store::Store& store,
                 MedStore& med_store, WorkerPool& pool, std::size_t threads, Events events)
    : terms_(terms),
      peers_(std::move(peers)),
      store_(med_store),
      pool_(pool),
      events_(std::move(events)),
      clock_(
          loop,
          [this] {
            node_->tick(clock_.now());
            flush();
          },
          [this] { flush(); }),
      disk_(loop, store),
      unverified_(most_unverified) {
  for (std::size_t i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>(terms));
  node_.emplace(terms.net, terms.parameters, terms.genesis, store_.recover(), store_, clock_.now(), NodeClock::wall());
}

MedNode::~MedNode() { *lives_ = false; }

void MedNode::start(Transport& transport) {
  transport_ = &transport;
  flush();
}

void MedNode::follow(const CommitProof& newest) {
  node_->follow(newest);
  clock_.flush_soon();
}

void MedNode::seek(const MblockHeader& header) {
  const auto good = node_->seek(header, NodeClock::wall());
  // A leader that lies lists a thousand, every turn.
  if (const Tick now = clock_.now(); !good && now >= complains_) {
    complains_ = now + med::Node::seek_period;
    std::clog << "a hospital would have a block observed that is none: " << explain(good.error()) << '\n';
  }
  clock_.flush_soon();
}

Checked<med::ItemId> MedNode::submit(med::SignedItem item) {
  clock_.flush_soon();
  return node_->submit(std::move(item));
}

med::Candidate MedNode::candidate(const Identity& miner) { return node_->candidate(miner, NodeClock::wall()); }

Checked<void> MedNode::mined(med::Candidate candidate) {
  clock_.flush_soon();
  return node_->mined(std::move(candidate), NodeClock::wall());
}

std::string MedNode::name_of(PeerId peer) const {
  return is_peer(peer) ? to_string(peers_[peer.value() - 1]) : "client " + std::to_string(peer.value());
}

void MedNode::ban(PeerId peer, const std::string& why) {
  on_trouble(name_of(peer) + ": " + why);
  transport_->ban(peer, ban_time);
}

std::vector<Identity> MedNode::connected() const {
  std::vector<Identity> all;
  all.reserve(connected_.size());
  for (const auto& [peer, connection] : connected_) all.push_back(peers_[peer.value() - 1]);
  return all;
}

void MedNode::on_up(PeerId peer, const Caller& /*who*/) {
  unverified_.connected(peer, peer, *transport_);
  if (!is_peer(peer)) return;
  std::clog << name_of(peer) << " is connected\n";
  connected_.emplace(peer, ++last_);
  connections_.emplace(last_, peer);
  node_->connected(last_);
  clock_.flush_soon();
}

void MedNode::on_down(PeerId peer) {
  unverified_.disconnected(peer, peer);
  const auto connection = connected_.find(peer);
  if (connection == connected_.end()) return;
  std::clog << name_of(peer) << " is not connected any more\n";
  node_->disconnected(connection->second);
  connections_.erase(connection->second);
  connected_.erase(connection);
  clock_.flush_soon();
}

void MedNode::on_trouble(const std::string& what) { std::clog << what << '\n'; }

void MedNode::on_frame(PeerId from, Bytes frame) {
  const auto channel = static_cast<Channel>(frame.front());
  if (channel == Channel::consensus && is_peer(from)) {
    receive(from, std::move(frame));
  } else if (channel == Channel::request) {
    frame.erase(frame.begin());
    events_.on_request(from, std::move(frame));
  } else {
    ban(from, "a frame of a channel that is not theirs");
  }
}

void MedNode::work(PeerId from, std::size_t size, std::function<Then(Worker&)> job) {
  unverified_.add(from, size, *transport_);
  pool_.run([this, from, size, job = std::move(job), lives = lives_](std::size_t thread) -> WorkerPool::Then {
    return [this, from, size, then = job(*workers_[thread]), lives] {
      if (!*lives) return;
      unverified_.done(from, size, *transport_);
      then();
    };
  });
}

void MedNode::receive(PeerId from, Bytes frame) {
  const auto connection = connected_.find(from);
  if (connection == connected_.end()) return;
  const std::size_t size = frame.size();
  work(from, size, [this, from, peer = connection->second, frame = std::move(frame)](Worker&) -> Then {
    auto message = std::make_shared<Checked<med::Message>>(decode<med::Message>(ByteView(frame).subspan(1)));
    return [this, from, peer, message = std::move(message)] {
      if (!connections_.contains(peer)) return;
      if (!*message) return ban(from, std::string(explain(message->error())));
      if (!answers_.admit(peer, **message)) return;
      node_->receive(peer, std::move(**message), NodeClock::wall());
      clock_.flush_soon();
    };
  });
}

void MedNode::verify(med::Job job) {
  const auto from = connections_.find(job.peer);
  const std::size_t size = from == connections_.end() ? 0 : size_of(job);  // who is gone is not paused
  const PeerId peer = from == connections_.end() ? PeerId() : from->second;
  work(peer, size, [this, job = std::make_shared<med::Job>(std::move(job))](Worker& own) -> Then {
    auto result = std::make_shared<med::Result>(med::run(std::move(*job), own.verifier, terms_.sup(), own.random));
    return [this, result = std::move(result)] {
      node_->verified(std::move(*result));
      clock_.flush_soon();
    };
  });
}

void MedNode::flush() {
  med::Output output = node_->take_output();
  if (output.is_diverged) halt("SUP anchored a block of MED that is invalid here, or not on the branch that it anchored before");
  for (med::Job& job : output.jobs) verify(std::move(job));
  output.jobs.clear();
  const bool is_best_changed = output.is_best_changed;
  MedAnswers::Parts answered = answers_.take();
  if (!output.is_empty()) {
    const store::Batch batch = store_.batch_of(output);
    disk_.write(batch, [this, output = std::make_shared<const med::Output>(std::move(output)), answered = std::move(answered)] {
      deliver(*output);
      answers_.sent(answered);
    });
  } else {
    answers_.sent(answered);
  }
  if (is_best_changed) events_.on_best_changed();
  if (const auto next = node_->next_tick()) clock_.wake_at(*next);
}

void MedNode::deliver(const med::Output& output) {
  for (auto& [block, state] : store_.written(output)) node_->stored(block, std::move(state));
  if (!output.executed.empty() && events_.on_executed) events_.on_executed(output.executed);
  if (output.is_best_changed || !output.final.empty()) {
    const med::Chain& chain = node_->chain();
    std::clog << "MED: newest block " << chain.best().height().value() << ' ' << to_hex(chain.best().hash) << ", anchored "
              << chain.anchor().height().value() << ' ' << to_hex(chain.anchor().hash) << '\n';
  }
  for (const med::Send& send : output.sends) {
    if (const auto to = connections_.find(send.peer); to != connections_.end()) {
      transport_->send(to->second, frame_of(Channel::consensus, send.message));
    }
  }
  for (const med::Banned& banned : output.banned) {
    if (const auto who = connections_.find(banned.peer); who != connections_.end()) ban(who->second, std::string(explain(banned.reason)));
  }
  for (const med::Peer peer : output.given_up) {
    const auto who = connections_.find(peer);
    if (who == connections_.end()) continue;
    on_trouble(name_of(who->second) + " withheld blocks that it announced");
    transport_->disconnect(who->second);
  }
}

}  // namespace caduceus
