// The twin of the TLS transport in one process, for tests of nodes: same interface, same bounds, stepped by hand.
#pragma once

#include <vector>

#include "host/net/transport.h"

namespace caduceus {

// A client's connection, as host/net/client.h makes one.
class LoopbackClient {
 public:
  virtual ~LoopbackClient() = default;  // ends it

  virtual void send(Bytes frame) = 0;
  // The next frame from the node, as soon as a step has brought one.
  virtual std::optional<Bytes> receive() = 0;
  // False once the node has ended it, or when it did not want it.
  [[nodiscard]] virtual bool is_connected() const = 0;
};

class LoopbackNetwork {
 public:
  LoopbackNetwork();

  // A node with this identity, which nobody else on the network has (CHECK). It is connected to those of its peers that are there and have it
  // among theirs. A node that leaves (stop(), or the destructor) and joins again finds its peers waiting.
  std::unique_ptr<Transport> join(const Identity& self, const std::vector<Identity>& peers, Admits admits, const TransportLimits& limits,
                                  TransportEvents& events);
  std::unique_ptr<LoopbackClient> connect(const Identity& node, const Caller& as);

  // One callback of a node, or one frame to a client; false when none is due.
  bool step();
  // Only bans know the time.
  void pass(std::chrono::milliseconds time);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace caduceus
