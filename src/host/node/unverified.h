// What somebody sent, and is not done with yet: whoever sends faster than that has to wait.
#pragma once

#include <map>
#include <set>

#include "core/base/identity.h"
#include "host/net/transport.h"

namespace caduceus {

// Sender: who is charged. A connection's PeerId, or an Identity, whichever of its connections it uses. What is under way stays charged when
// the connection has ended: who comes back begins where it was.
template <class Sender>
class Unverified {
 public:
  // Bytes of one sender; from there on it is paused.
  explicit Unverified(std::size_t most) : most_(most) {}

  void connected(const Sender& sender, PeerId peer, Transport& transport);
  void disconnected(const Sender& sender, PeerId peer);
  void add(const Sender& from, std::size_t size, Transport& transport);
  void done(const Sender& from, std::size_t size, Transport& transport);

 private:
  struct Charge {
    std::size_t bytes = 0;
    std::set<PeerId> connections;
  };
  using Charges = std::map<Sender, Charge>;

  void forget_if_empty(typename Charges::iterator charge);

  std::size_t most_;
  Charges charges_;
};

extern template class Unverified<PeerId>;
extern template class Unverified<Identity>;

}  // namespace caduceus
