#include "host/node/node_chains.h"

namespace caduceus {

HospitalChains::Heights NodeChains::heights() const {
  const sup::HeldBlock& newest = sup_.node().replica().committed();
  const med::Chain& chain = med_.node().node().chain();
  return {newest.height(), newest.block.header.time, chain.best().height(), chain.anchor().height(), sup_.node().replica().abstention()};
}

void NodeChains::submit(SupTransaction transaction, std::function<void(const sup::Reply&)> then) {
  sup_.submit(std::move(transaction), std::move(then));
}

HospitalChains::Fate NodeChains::fate_of(const TransactionHash& htxm) const {
  const med::Chain& chain = med_.node().node().chain();
  for (const MblockHash& block : med_.node().store().blocks_with(htxm)) {
    if (med_.node().store().height_of(block)) return Fate::final;
    for (const med::HeldHeader* at = &chain.best(); at != nullptr && at->height() >= chain.anchor().height(); at = at->parent) {
      if (at->hash != block) continue;
      return at->height() <= chain.anchor().height() ? Fate::final : Fate::in_block;
    }
  }
  return Fate::absent;
}

std::optional<Slot> NodeChains::newest_slot(const Identity& signer, std::uint8_t device, Epoch from) const {
  const med::Chain& chain = med_.node().node().chain();
  const med::State& state = chain.state(chain.best().hash);
  const med::BlockPlace place = chain.place_above(chain.best());
  const std::uint64_t now = place.median_time_past.value() / place.epoch_length;
  const std::uint64_t oldest = std::max(from.value(), now < med::epochs_back ? 0 : now - med::epochs_back);
  for (std::uint64_t at = now + med::epochs_ahead + 1; at > oldest; --at) {
    const Epoch epoch(at - 1);
    if (const auto slot = med::newest_of_device(state.used_slots(signer, epoch), epoch, device)) return slot;
  }
  return std::nullopt;
}

bool NodeChains::is_spent(const Identity& signer, const Slot& slot) const {
  const med::Chain& chain = med_.node().node().chain();
  return med::is_spent(chain.state(chain.best().hash), chain.place_above(chain.best()), signer, slot);
}

}  // namespace caduceus
