// A light client of MED (core/med/light_client.h) between its network, its disk and its clock. The event loop owns it. A patient's wallet
// and `caduceus light` are this with a TLS transport, whose nodes do not know it.
//
//   frame → step → take_output → disk: one synced write → send, answer, show
#pragma once

#include "host/node/channel.h"
#include "host/node/disk_writer.h"
#include "host/node/light_store.h"
#include "host/node/node_clock.h"
#include "host/node/record_search.h"

namespace caduceus {

class LightNode final : public TransportEvents {
 public:
  // On the loop, after what they tell of is on disk.
  struct Events {
    std::function<void()> on_changed;  // a tip, or who is connected
    std::function<void(const med::LightClient::Answer&)> on_answer;
    std::function<void(std::uint64_t find, const std::optional<RecordSearch::Found>&)> on_found;
  };

  // The transport's configured peers are `nodes`, in this order. Loop and store, which has LightStore::columns, outlive it. Failure: as
  // LightStore::open().
  [[nodiscard]] static Result<std::unique_ptr<LightNode>> open(boost::asio::io_context& loop, const med::LightClient::Trust& trust,
                                                               std::vector<Identity> nodes, store::Store& store, Events events);
  LightNode(const LightNode&) = delete;
  LightNode& operator=(const LightNode&) = delete;
  ~LightNode() override = default;

  [[nodiscard]] static TransportLimits limits();
  void start(Transport& transport);

  // As LightClient::look_up(); on_answer() has the answer.
  std::uint64_t look_up(const Bytes& state_key);
  // Which block has a record: all nodes that are connected are asked (record_search.h), and on_found() has what the first of them proves,
  // or nothing when none of them does. It has to be a block of the branch with the most work, as it is on disk.
  std::uint64_t find(const TransactionHash& htxm);

  // Of the branch with the most work, and of it what SUP has anchored: as it is on disk. Nothing above that is binding.
  [[nodiscard]] const med::HeldHeader& tip() const { return client_.headers().best_header(); }
  [[nodiscard]] const MblockHeader& final() const { return final_; }
  [[nodiscard]] const med::LightClient& client() const { return client_; }
  // Of that branch; none above the tip.
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const;

  struct NodeView {
    Identity identity;
    std::optional<med::LightClient::PeerView> view;  // while it is connected
    std::string banned;  // why, if it was ever
  };
  [[nodiscard]] std::vector<NodeView> nodes() const;
  // Each node is connected and was heard, or banned.
  [[nodiscard]] bool has_heard_all() const;

  void on_up(PeerId peer, const Caller& who) override;
  void on_frame(PeerId from, Bytes frame) override;
  void on_down(PeerId peer) override;
  void on_trouble(const std::string& what) override;

 private:
  struct Node {
    Identity identity;
    std::optional<med::Peer> connection;  // each is a peer of its own to the state machine
    std::string banned;
  };

  LightNode(boost::asio::io_context& loop, const med::LightClient::Trust& trust, std::vector<Identity> nodes, store::Store& store,
            LightStore light_store, Events events);
  [[nodiscard]] Node& node(PeerId peer) { return nodes_.at(peer.value() - 1); }
  [[nodiscard]] std::optional<PeerId> node_of(med::Peer connection) const;
  void ban(PeerId peer, const std::string& why);
  void on_place(PeerId from, std::uint64_t number, const med::Response& response);
  void report();
  void tick();
  void flush();
  void deliver(const med::LightClient::Output& output);

  std::vector<Node> nodes_;
  LightStore store_;
  Events events_;
  RecordSearch searches_;
  med::LightClient client_;
  MblockHeader final_;
  NodeClock clock_;
  DiskWriter disk_;
  Transport* transport_ = nullptr;
  med::Peer last_;
};

}  // namespace caduceus
