#include "host/node/light_node.h"

#include <algorithm>
#include <iostream>

#include "core/med/request.h"
#include "host/node/halt.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds ban_time{60};
constexpr std::uint64_t tick_every = 1000;  // ms; the client's patience and period are many of these

// The longest reply is 2,000 headers, of miners with the longest names.
constexpr std::size_t most_reply = 1U << 20U;

}  // namespace

Result<std::unique_ptr<LightNode>> LightNode::open(boost::asio::io_context& loop, const med::LightClient::Trust& trust,
                                                   std::vector<Identity> nodes, store::Store& store, Events events) {
  TRY(LightStore light_store, LightStore::open(store, trust.net, trust.genesis));
  return std::unique_ptr<LightNode>(new LightNode(loop, trust, std::move(nodes), store, std::move(light_store), std::move(events)));
}

LightNode::LightNode(boost::asio::io_context& loop, const med::LightClient::Trust& trust, std::vector<Identity> nodes, store::Store& store,
                     LightStore light_store, Events events)
    : store_(std::move(light_store)),
      events_(std::move(events)),
      client_(trust, store_.recent(), store_.anchor()),
      final_(store_.recent().back()),
      clock_(
          loop, [this] { tick(); }, [this] { flush(); }),
      disk_(loop, store) {
  for (Identity& identity : nodes) nodes_.push_back({std::move(identity), {}, {}});
}

TransportLimits LightNode::limits() {
  TransportLimits limits;
  limits.peer_frame = most_reply;
  limits.peer_queue = 2 * most_reply;
  limits.clients = 0;
  return limits;
}

void LightNode::start(Transport& transport) {
  transport_ = &transport;
  tick();
}

void LightNode::tick() {
  client_.tick(clock_.now(), NodeClock::wall());
  searches_.tick(clock_.now());
  clock_.wake_at(clock_.now() + tick_every);
  flush();
}

std::uint64_t LightNode::look_up(const Bytes& state_key) {
  clock_.flush_soon();
  return client_.look_up(state_key);
}

std::uint64_t LightNode::find(const TransactionHash& htxm) {
  std::set<PeerId> connected;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].connection) connected.insert(PeerId(i + 1));
  }
  const med::ClientRequest request = searches_.begin(htxm, connected, clock_.now());
  const Frame frame = frame_of(Channel::request, request);
  for (const PeerId to : connected) transport_->send(to, frame);
  clock_.flush_soon();
  return request.number;
}

std::optional<MblockHeader> LightNode::header_at(Height height) const {
  if (height <= final_.height) return store_.header_at(height);
  const med::HeldHeader* at = &tip();
  if (height > at->height()) return std::nullopt;
  while (at->height() > height && at->parent != nullptr) at = at->parent;
  return at->height() == height ? std::optional(at->header) : std::nullopt;  // that of one which is being written is on its way
}

std::vector<LightNode::NodeView> LightNode::nodes() const {
  const auto views = client_.peers();
  std::vector<NodeView> all;
  for (const Node& node : nodes_) {
    const auto view = std::ranges::find_if(views, [&](const auto& one) { return one.peer == node.connection; });
    all.push_back({node.identity, view == views.end() ? std::nullopt : std::optional(*view), node.banned});
  }
  return all;
}

bool LightNode::has_heard_all() const {
  return client_.is_settled() && disk_.is_idle() &&
         std::ranges::all_of(nodes_, [](const Node& node) { return node.connection.has_value() || !node.banned.empty(); });
}

std::optional<PeerId> LightNode::node_of(med::Peer connection) const {
  const auto found = std::ranges::find_if(nodes_, [&](const Node& node) { return node.connection == connection; });
  if (found == nodes_.end()) return std::nullopt;
  return PeerId(static_cast<std::uint64_t>(found - nodes_.begin()) + 1);
}

void LightNode::on_up(PeerId peer, const Caller& /*who*/) {
  node(peer).connection = ++last_;
  client_.connected(last_);
  clock_.flush_soon();
}

void LightNode::on_down(PeerId peer) {
  if (const auto connection = std::exchange(node(peer).connection, std::nullopt)) client_.disconnected(*connection);
  searches_.left(peer);
  clock_.flush_soon();
}

void LightNode::on_trouble(const std::string& what) { std::clog << what << '\n'; }

void LightNode::ban(PeerId peer, const std::string& why) {
  node(peer).banned = why;
  on_trouble(to_string(node(peer).identity) + " is banned: " + why);
  transport_->ban(peer, ban_time);
}

void LightNode::on_frame(PeerId from, Bytes frame) {
  if (static_cast<Channel>(frame.front()) != Channel::answer) return ban(from, "a frame of a channel that is not theirs");
  auto answer = decode<med::ClientResponse>(ByteView(frame).subspan(1));
  if (!answer) return ban(from, std::string(explain(answer.error())));
  if (RecordSearch::is_of_search(answer->number)) return on_place(from, answer->number, answer->response);
  auto* reply = std::get_if<med::Reply>(&answer->response);
  if (reply == nullptr) return ban(from, std::string(explain(Reject::reply_kind)));
  if (const auto connection = node(from).connection) client_.step(*connection, {answer->number, std::move(*reply)});
  clock_.flush_soon();
}

void LightNode::on_place(PeerId from, std::uint64_t number, const med::Response& response) {
  const auto good = searches_.answered(from, number, response, [this](Height height) { return header_at(height); });
  if (!good) ban(from, std::string(explain(good.error())));
  clock_.flush_soon();
}

// As of now: what is above a record, and whether it is anchored.
void LightNode::report() {
  for (auto& [number, found] : searches_.take_over()) {
    if (found && header_at(found->header.height) != found->header) found.reset();  // its branch was left meanwhile
    if (found) {
      found->above = tip().height().value() - found->header.height.value();
      found->is_final = found->header.height <= final_.height;
    }
    if (events_.on_found) events_.on_found(number, found);
  }
}

void LightNode::flush() {
  auto output = std::make_shared<const med::LightClient::Output>(client_.take_output());
  if (output->is_split) halt("SUP has certified two branches of MED: more hospitals lie than may, and nothing is final");
  const store::Batch batch = LightStore::batch_of(*output);
  disk_.write(batch, [this, output = std::move(output)] { deliver(*output); });
}

void LightNode::deliver(const med::LightClient::Output& output) {
  if (!output.final.empty()) final_ = output.final.back();
  for (const auto& [peer, asked] : output.sends) {
    if (const auto to = node_of(peer)) transport_->send(*to, frame_of(Channel::request, med::ClientRequest{asked.number, asked.question}));
  }
  for (const auto& [peer, reason] : output.banned) {
    if (const auto who = node_of(peer)) ban(*who, std::string(explain(reason)));
  }
  if (events_.on_answer) {
    for (const auto& answer : output.answers) events_.on_answer(answer);
  }
  report();
  if (events_.on_changed) events_.on_changed();
}

}  // namespace caduceus
