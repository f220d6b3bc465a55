#include "host/node/unverified.h"

#include <algorithm>

namespace caduceus {

template <class Sender>
void Unverified<Sender>::connected(const Sender& sender, PeerId peer, Transport& transport) {
  Charge& charge = charges_[sender];
  charge.connections.insert(peer);
  if (charge.bytes >= most_) transport.pause(peer);
}

template <class Sender>
void Unverified<Sender>::disconnected(const Sender& sender, PeerId peer) {
  const auto found = charges_.find(sender);
  if (found == charges_.end()) return;
  found->second.connections.erase(peer);
  forget_if_empty(found);
}

template <class Sender>
void Unverified<Sender>::add(const Sender& from, std::size_t size, Transport& transport) {
  Charge& charge = charges_[from];
  const bool is_over = charge.bytes < most_ && charge.bytes + size >= most_;
  charge.bytes += size;
  if (!is_over) return;
  for (const PeerId peer : charge.connections) transport.pause(peer);
}

template <class Sender>
void Unverified<Sender>::done(const Sender& from, std::size_t size, Transport& transport) {
  const auto found = charges_.find(from);
  if (found == charges_.end()) return;
  Charge& charge = found->second;
  const bool was_over = charge.bytes >= most_;
  charge.bytes -= std::min(size, charge.bytes);
  if (was_over && charge.bytes < most_) {
    for (const PeerId peer : charge.connections) transport.resume(peer);
  }
  forget_if_empty(found);
}

template <class Sender>
void Unverified<Sender>::forget_if_empty(typename Charges::iterator charge) {
  if (charge->second.bytes == 0 && charge->second.connections.empty()) charges_.erase(charge);
}

template class Unverified<PeerId>;
template class Unverified<Identity>;

}  // namespace caduceus
