// What peers sent and the workers have not looked at yet: whoever sends faster than that has to wait.
#pragma once

#include <unordered_map>

#include "host/net/transport.h"

namespace caduceus {

class Unverified {
 public:
  // Bytes of one peer; from there on it is paused.
  explicit Unverified(std::size_t most) : most_(most) {}

  void add(PeerId from, std::size_t size, Transport& transport);
  void done(PeerId from, std::size_t size, Transport& transport);
  void disconnected(PeerId peer) { bytes_.erase(peer.value()); }

 private:
  std::size_t most_;
  std::unordered_map<std::uint64_t, std::size_t> bytes_;  // by PeerId
};

}  // namespace caduceus
