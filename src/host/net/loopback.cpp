#include "host/net/loopback.h"

#include <algorithm>
#include <deque>
#include <map>

#include "core/base/check.h"
#include "host/net/frame.h"

namespace caduceus {
namespace {

class Node;

// One end of what may be a connection: a node's of a configured peer or of a client, or a client's.
struct End {
  Node* node;  // none: a client's
  PeerId id;   // by which the node knows the other end
  Caller who;  // the other end is
  FrameQueue queue;
  std::weak_ptr<End> other;  // while it is connected
  bool paused = false;
  std::deque<Bytes> received;  // a client's
};
using EndPtr = std::shared_ptr<End>;

// Whether they are connected still; the end that a node has dropped is gone.
EndPtr other_end(const EndPtr& end) { return end->other.lock(); }

}  // namespace

struct LoopbackNetwork::State {
  std::map<Identity, Node*> nodes;
  std::deque<std::function<bool()>> due;  // each makes a callback, or finds that it is not due any more
  std::chrono::milliseconds now{0};

  void frames_due(const EndPtr& from);
  void connect(const EndPtr& a, const EndPtr& b);
  void disconnect(const EndPtr& end);
  void down_due(const EndPtr& end);
};

namespace {

using State = LoopbackNetwork::State;

class Node final : public Transport {
 public:
  Node(std::shared_ptr<State> state, const Identity& self, Admits admits, const TransportLimits& limits, TransportEvents& events)
      : state_(std::move(state)), self_(self), admits_(std::move(admits)), limits_(limits), events_(&events) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  Node(Node&&) = delete;
  Node& operator=(Node&&) = delete;
  ~Node() override { stop(); }

  void start(const std::vector<Identity>& peers) {
    for (const Identity& peer : peers) {
      const PeerId id(++next_);
      ends_[id] = std::make_shared<End>(End{this, id, peer, FrameQueue(limits_.peer_queue), {}, false, {}});
    }
    configured_ = next_;
    connect_peers();
  }

  // To all that are there, want it, and are not connected yet.
  void connect_peers() {
    for (const auto& [id, end] : ends_) {
      const Caller& who = end->who;
      const auto* const identity = who ? std::get_if<Identity>(&*who) : nullptr;
      if (identity == nullptr || !is_configured(id) || other_end(end) || banned(who)) continue;
      const auto node = state_->nodes.find(*identity);
      if (node == state_->nodes.end()) continue;
      Node& peer = *node->second;
      const auto theirs = std::ranges::find_if(
          peer.ends_, [&](const auto& entry) { return peer.is_configured(entry.first) && entry.second->who == Caller(self_); });
      if (theirs != peer.ends_.end() && !peer.banned(self_)) state_->connect(end, theirs->second);
    }
  }

  EndPtr accept(const Caller& who) {
    const auto is_client = [this](const auto& entry) { return !is_configured(entry.first); };
    const auto is_same = [&](const auto& entry) { return is_client(entry) && entry.second->who == who; };
    if (banned(who) || !admits_ || !admits_(who)) return nullptr;
    if (std::cmp_greater_equal(std::ranges::count_if(ends_, is_client), limits_.clients)) return nullptr;
    if (std::cmp_greater_equal(std::ranges::count_if(ends_, is_same), limits_.client_connections)) return nullptr;
    const PeerId id(++next_);
    return ends_[id] = std::make_shared<End>(End{this, id, who, FrameQueue(limits_.client_queue), {}, false, {}});
  }

  // What has been sent to this end comes in.
  void receive(const EndPtr& end, const Bytes& frame) {
    if (frame.size() <= (is_configured(end->id) ? limits_.peer_frame : limits_.client_frame)) return events_->on_frame(end->id, frame);
    ban(end->id, std::chrono::minutes(1));
    events_->on_trouble("a frame's length: " + std::string(explain(Reject::too_long)));
  }
  void tell_up(const EndPtr& end) { events_->on_up(end->id, end->who); }
  void tell_down(const EndPtr& end) {
    const bool stays = is_configured(end->id);
    if (!stays) ends_.erase(end->id);
    events_->on_down(end->id);
    if (stays && state_) connect_peers();
  }

  void send(PeerId peer, Frame frame) override {
    CHECK(frame && !frame->empty() && frame->size() <= limits_.peer_frame);
    const EndPtr end = find(peer);
    if (!end) return;
    end->queue.push(std::move(frame));
    state_->frames_due(end);
  }
  void pause(PeerId peer) override {
    if (const EndPtr end = find(peer)) end->paused = other_end(end) != nullptr;
  }
  void resume(PeerId peer) override {
    const EndPtr end = find(peer);
    if (!end) return;
    end->paused = false;
    if (const EndPtr other = other_end(end)) state_->frames_due(other);
  }
  void disconnect(PeerId peer) override {
    if (const EndPtr end = find(peer)) state_->disconnect(end);
  }
  void ban(PeerId peer, std::chrono::milliseconds duration) override {
    const EndPtr banned = find(peer);
    if (!banned) return;
    bans_[banned->who] = state_->now + duration;
    for (const auto& [id, end] : ends_) {
      if (end->who == banned->who) state_->disconnect(end);
    }
  }
  void stop() override {
    if (!state_) return;
    state_->nodes.erase(self_);
    for (const auto& [id, end] : ends_) state_->disconnect(end);
    ends_.clear();
    state_ = nullptr;
  }

 private:
  [[nodiscard]] bool is_configured(PeerId id) const { return id.value() <= configured_; }
  [[nodiscard]] bool banned(const Caller& who) const {
    const auto ban = bans_.find(who);
    return ban != bans_.end() && state_->now < ban->second;
  }
  EndPtr find(PeerId peer) {
    const auto end = ends_.find(peer);
    return end == ends_.end() ? nullptr : end->second;
  }

  std::shared_ptr<State> state_;  // none: stopped
  Identity self_;
  Admits admits_;
  TransportLimits limits_;
  TransportEvents* events_;
  std::map<PeerId, EndPtr> ends_;
  std::uint64_t next_ = 0;
  std::uint64_t configured_ = 0;
  std::map<Caller, std::chrono::milliseconds> bans_;
};

class ClientOfNode final : public LoopbackClient {
 public:
  ClientOfNode(std::shared_ptr<State> state, EndPtr end) : state_(std::move(state)), end_(std::move(end)) {}
  ClientOfNode(const ClientOfNode&) = delete;
  ClientOfNode& operator=(const ClientOfNode&) = delete;
  ClientOfNode(ClientOfNode&&) = delete;
  ClientOfNode& operator=(ClientOfNode&&) = delete;
  ~ClientOfNode() override { state_->disconnect(end_); }

  void send(Bytes frame) override {
    CHECK(!frame.empty());
    end_->queue.push(std::make_shared<const Bytes>(std::move(frame)));
    state_->frames_due(end_);
  }
  std::optional<Bytes> receive() override {
    if (end_->received.empty()) return std::nullopt;
    Bytes first = std::move(end_->received.front());
    end_->received.pop_front();
    return first;
  }
  [[nodiscard]] bool is_connected() const override { return other_end(end_) != nullptr; }

 private:
  std::shared_ptr<State> state_;
  EndPtr end_;
};

}  // namespace

void State::frames_due(const EndPtr& from) {
  due.emplace_back([this, weak = std::weak_ptr(from)] {
    const EndPtr end = weak.lock();
    const EndPtr to = end ? other_end(end) : nullptr;
    if (!to || to->paused || end->queue.empty()) return false;
    const Frame frame = end->queue.pop();
    if (!end->queue.empty()) frames_due(end);
    to->node != nullptr ? to->node->receive(to, *frame) : to->received.push_back(*frame);
    return true;
  });
}

void State::connect(const EndPtr& a, const EndPtr& b) {
  a->other = b;
  b->other = a;
  for (const EndPtr& end : {a, b}) {
    end->paused = false;
    if (end->node == nullptr) continue;
    due.emplace_back([weak = std::weak_ptr(end)] {
      const EndPtr up = weak.lock();
      if (up) up->node->tell_up(up);
      return up != nullptr;
    });
  }
  frames_due(a);
  frames_due(b);
}

void State::disconnect(const EndPtr& end) {
  const EndPtr other = other_end(end);
  if (!other) return;
  end->other.reset();
  other->other.reset();
  down_due(end);
  down_due(other);
}

void State::down_due(const EndPtr& end) {
  if (end->node == nullptr) return;
  due.emplace_back([weak = std::weak_ptr(end)] {
    const EndPtr down = weak.lock();
    if (down) down->node->tell_down(down);
    return down != nullptr;
  });
}

LoopbackNetwork::LoopbackNetwork() : state_(std::make_shared<State>()) {}

std::unique_ptr<Transport> LoopbackNetwork::join(const Identity& self, const std::vector<Identity>& peers, Admits admits,
                                                 const TransportLimits& limits, TransportEvents& events) {
  auto node = std::make_unique<Node>(state_, self, std::move(admits), limits, events);
  CHECK(state_->nodes.emplace(self, node.get()).second);
  node->start(peers);
  return node;
}

std::unique_ptr<LoopbackClient> LoopbackNetwork::connect(const Identity& node, const Caller& as) {
  const auto end = std::make_shared<End>(End{nullptr, PeerId(0), Subject(node), FrameQueue(TransportLimits().client_queue), {}, false, {}});
  const auto there = state_->nodes.find(node);
  const EndPtr theirs = there == state_->nodes.end() ? nullptr : there->second->accept(as);
  if (theirs) state_->connect(theirs, end);
  return std::make_unique<ClientOfNode>(state_, end);
}

bool LoopbackNetwork::step() {
  while (!state_->due.empty()) {
    const auto next = std::move(state_->due.front());
    state_->due.pop_front();
    if (next()) return true;
  }
  return false;
}

void LoopbackNetwork::pass(std::chrono::milliseconds time) {
  state_->now += time;
  for (const auto& [identity, node] : state_->nodes) node->connect_peers();
}

}  // namespace caduceus
