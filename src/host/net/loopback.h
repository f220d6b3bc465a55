// The twin of the TLS transport in one process, for tests of nodes: same interface, same bounds, stepped by hand.
#pragma once

#include <vector>

#include "host/net/transport.h"

namespace caduceus {

class LoopbackNetwork {
 public:
  LoopbackNetwork();
  LoopbackNetwork(const LoopbackNetwork&) = delete;
  LoopbackNetwork& operator=(const LoopbackNetwork&) = delete;
  ~LoopbackNetwork();  // after all its transports

  // A node with this identity; nobody else on the network may have it (CHECK). It is connected to those of its peers that are there and
  // have it among theirs. A node that leaves (stop(), or the destructor) and joins again finds its peers waiting.
  std::unique_ptr<Transport> join(const Identity& self, const std::vector<Identity>& peers, Admits admits, const TransportLimits& limits,
                                  TransportEvents& events);

  // A connection of a client, as host/net/client.h makes one. What comes back is in received(), until the node ends it.
  class Client {
   public:
    virtual ~Client() = default;
    virtual void send(Bytes frame) = 0;
    virtual std::optional<Bytes> receive() = 0;
    [[nodiscard]] virtual bool connected() const = 0;
  };
  std::unique_ptr<Client> connect(const Identity& node, Caller as);

  // One callback of one node; false when none is due.
  bool step();

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace caduceus
