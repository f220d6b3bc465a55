#include "host/node/sup_node.h"

#include <iostream>

#include "host/node/halt.h"

namespace caduceus {
namespace {

// A peer that sends faster than its messages are verified has to wait.
constexpr std::size_t most_unverified = 8U << 20U;

constexpr std::chrono::seconds ban_time{60};

}  // namespace

SupNode::SupNode(NodeParts parts, Service& service)
    : parts_(std::move(parts)),
      net_(parts_.genesis.network()),
      service_(service),
      disk_(parts_.loop, parts_.store),
      clock_(
          parts_.loop,
          [this] {
            replica_->tick(clock_.now(), NodeClock::wall());
            flush();
          },
          [this] { flush(); }),
      connected_(parts_.genesis.hospitals.items.size()),
      votes_(parts_.committee),
      unverified_(most_unverified) {
  for (const sup::BodyCheck& check : parts_.body_checks) {
    verifiers_.push_back(std::make_unique<sup::Verifier>(net_, parts_.committee, parts_.rules, check));
  }
  sup::Membership me{net_, parts_.committee, parts_.key, parts_.self, parts_.rules, parts_.genesis.timing, parts_.genesis.time};
  auto recovered = parts_.sup_store.recover(sup::initial_safety(genesis_certificate(net_, parts_.committee.size())));
  replica_ =
      std::make_unique<sup::Replica>(std::move(me), parts_.ledger, parts_.sup_store, std::move(recovered), clock_.now(), NodeClock::wall());
}

SupNode::~SupNode() { *lives_ = false; }

void SupNode::start(Transport& transport) {
  transport_ = &transport;
  flush();
}

sup::Place SupNode::place_of(PeerId replica) const {
  return static_cast<sup::Place>(replica.value() <= parts_.self ? replica.value() - 1 : replica.value());
}

PeerId SupNode::peer_of(sup::Place replica) const { return PeerId(replica < parts_.self ? replica + 1U : replica); }

void SupNode::send_to_replicas(const Frame& frame) {
  for (std::uint64_t peer = 1; peer < connected_.size(); ++peer) transport_->send(PeerId(peer), frame);
}

std::vector<sup::Place> SupNode::connected() const {
  std::vector<sup::Place> places;
  for (std::uint64_t peer = 1; peer < connected_.size(); ++peer) {
    if (connected_[peer]) places.push_back(place_of(PeerId(peer)));
  }
  return places;
}

void SupNode::ban(PeerId peer, const std::string& why) {
  on_trouble((is_replica(peer) ? "hospital " + std::to_string(place_of(peer)) : "client " + std::to_string(peer.value())) + ": " + why);
  transport_->ban(peer, ban_time);
}

void SupNode::on_up(PeerId peer, const Caller& /*who*/) {
  if (!is_replica(peer)) return;
  connected_[peer.value()] = true;
  unverified_.connected(peer, peer, *transport_);
  std::clog << "hospital " << place_of(peer) << " is connected\n";
}

void SupNode::on_down(PeerId peer) {
  if (is_replica(peer)) {
    connected_[peer.value()] = false;
    std::clog << "hospital " << place_of(peer) << " is not connected any more\n";
  }
  unverified_.disconnected(peer, peer);
  service_.on_down(peer);
}

void SupNode::on_trouble(const std::string& what) { std::clog << what << '\n'; }

void SupNode::on_frame(PeerId from, Bytes frame) {
  const auto channel = static_cast<Channel>(frame.front());
  const bool is_known = channel == Channel::request || (is_replica(from) && (channel == Channel::consensus || channel == Channel::relay));
  if (!is_known) {
    ban(from, "a frame of a channel that is not theirs");
  } else if (channel == Channel::consensus) {
    verify(from, std::move(frame));
  } else {
    frame.erase(frame.begin());
    service_.on_frame(from, channel, std::move(frame));
  }
}

void SupNode::verify(PeerId from, Bytes frame) {
  const sup::Place sender = place_of(from);
  // Short, and nothing to decode.
  if (frame.size() > 1 && frame[1] == sup::Message(sup::Vote()).index()) {
    const auto message = decode<sup::Message>(ByteView(frame).subspan(1));
    if (message && std::get<sup::Vote>(*message).voter == sender) {
      votes_.add(std::get<sup::Vote>(*message));
      certify();
      return;
    }
  }
  const std::size_t size = frame.size();
  unverified_.add(from, size, *transport_);
  parts_.pool.run([this, from, sender, size, frame = std::move(frame), lives = lives_](std::size_t thread) -> WorkerPool::Then {
    auto message = decode<sup::Message>(ByteView(frame).subspan(1));
    auto verified = std::make_shared<const Result>(message ? verifiers_[thread]->verify(sender, *std::move(message))
                                                           : Result(tl::unexpected(message.error())));
    return [this, from, sender, size, verified = std::move(verified), lives] {
      if (!*lives) return;
      unverified_.done(from, size, *transport_);
      step(sender, *verified);
    };
  });
}

void SupNode::certify() {
  for (auto votes = votes_.take(replica_->votes()); !votes.empty(); votes = votes_.take(replica_->votes())) {
    parts_.pool.run([this, votes = std::move(votes), lives = lives_](std::size_t thread) -> WorkerPool::Then {
      const sup::Verifier& verifier = *verifiers_[thread];
      if (auto qc = verifier.certify(parts_.self, votes)) {
        return [this, qc = *std::move(qc), lives] {
          if (!*lives) return;
          replica_->tick(clock_.now(), NodeClock::wall());
          replica_->step(qc);
          clock_.flush_soon();
        };
      }
      std::vector<Result> each;
      for (const sup::Vote& vote : votes) each.push_back(verifier.verify(vote.voter, vote));
      return [this, votes, each = std::move(each), lives] {
        if (!*lives) return;
        for (std::size_t i = 0; i < each.size(); ++i) step(votes[i].voter, each[i]);
      };
    });
  }
}

void SupNode::step(sup::Place sender, const Result& message) {
  if (!message) {
    ban(peer_of(sender), std::string(explain(message.error())));
    return;
  }
  replica_->tick(clock_.now(), NodeClock::wall());
  replica_->step(*message);
  clock_.flush_soon();
}

void SupNode::pool_changed() {
  replica_->tick(clock_.now(), NodeClock::wall());
  replica_->pool_changed();
  clock_.flush_soon();
}

void SupNode::flush() {
  sup::Output output = replica_->take_output();
  if (output.diverged) halt("a quorum certified a block that is invalid here: " + std::string(explain(*output.diverged)));
  if (output.abstention) {
    std::clog << "ALARM: another node signs on SUP in this hospital's name: is the machine that it was restored from still on? "
              << "This one waits until " << output.abstention->until.value() << ", in ms since 1970\n";
  }
  if (output.is_back) std::clog << "restored: votes on SUP again\n";
  if (!output.is_empty()) {
    const store::Batch batch = parts_.sup_store.batch_of(output);
    disk_.write(batch, [this, output = std::make_shared<const sup::Output>(std::move(output))] { deliver(*output); });
  }
  certify();
  service_.on_turn();
  clock_.wake_at(replica_->next_tick());
}

void SupNode::deliver(const sup::Output& output) {
  for (const sup::Send& send : output.send) {
    const Frame frame = frame_of(Channel::consensus, send.message);
    if (send.to) {
      transport_->send(peer_of(*send.to), frame);
    } else {
      send_to_replicas(frame);
    }
  }
  if (output.committed.empty()) return;
  parts_.sup_store.written(output.committed.back().header.height);
  service_.on_committed(output.committed);
}

}  // namespace caduceus
