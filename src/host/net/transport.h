// What a node sees of the network: frames from and to peers. tls_transport.h is the real one, loopback.h its twin in one process.
//
// All calls and all callbacks are on the thread of the event loop. Frames to one peer arrive in order, never twice; some may not arrive at
// all: a full queue drops its oldest, and a broken connection loses what was under way. Whoever needs a frame to arrive sends it again.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "host/net/certificate.h"

namespace caduceus {

// One message, encoded. A broadcast is one buffer in many queues.
using Frame = std::shared_ptr<const Bytes>;

// Configured peers are 1 to n, in the order of the configuration, whether or not they are connected. Each connection of a client gets the
// next number above; none is used again.
using PeerId = Number<struct PeerKind>;

// Who is on the other side: nothing is a client without a certificate.
using Caller = std::optional<Subject>;

// Whether such a client may connect. An empty function: nobody may.
using Admits = std::function<bool(const Caller&)>;

// Bounds of one transport. Memory is at most (connections · (client_frame + client_queue) + peers · (peer_frame + peer_queue)), twice.
struct TransportLimits {
  std::size_t peer_frame = 5 << 20;     // longest frame from a configured peer, and to anybody; bytes
  std::size_t client_frame = 1 << 20;   // longest frame from a client
  std::size_t peer_queue = 32 << 20;    // of frames not sent yet, each with 64 bytes for itself; at least peer_frame + 64
  std::size_t client_queue = 8 << 20;
  std::size_t clients = 256;            // connections of clients
  std::size_t client_connections = 2;   // of one identity
  std::size_t handshakes = 64;          // under way; one more ends the oldest
};

// What the node implements. Each on_up is followed by one on_down, and between them come the peer's frames. None of these is called from
// within a call of Transport.
class TransportEvents {
 public:
  virtual ~TransportEvents() = default;

  virtual void on_up(PeerId peer, const Caller& who) = 0;
  virtual void on_frame(PeerId from, Bytes frame) = 0;
  virtual void on_down(PeerId peer) = 0;
  // For the log: a peer that cannot be reached, a connection that was refused or broke a rule, and why.
  virtual void on_trouble(const std::string& what) = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // Queues 1 to peer_frame bytes (CHECK). What is queued in one turn of the loop leaves together. While a configured peer is not
  // connected, its queue waits; for a client that is gone, nothing happens.
  virtual void send(PeerId peer, Frame frame) = 0;

  // No frame of this peer, until resume(); nothing more is read from it, so that it has to wait. Lasts as long as the connection.
  virtual void pause(PeerId peer) = 0;
  virtual void resume(PeerId peer) = 0;

  // Ends the connection; a configured peer comes back.
  virtual void disconnect(PeerId peer) = 0;
  // It sent what no honest peer sends: ends all its connections, and refuses its identity (of a client without one, its address) so long.
  virtual void ban(PeerId peer, std::chrono::milliseconds duration) = 0;

  // Ends everything, for ever. What the system takes at once still leaves; no callback comes any more. So does the destructor.
  virtual void stop() = 0;
};

}  // namespace caduceus
