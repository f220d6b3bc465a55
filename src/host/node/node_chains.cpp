#include "host/node/node_chains.h"

namespace caduceus {

HospitalChains::Heights NodeChains::heights() const {
  const sup::HeldBlock& newest = sup_.node().replica().committed();
  const med::Chain& chain = med_.node().node().chain();
  return {newest.height(), newest.block.header.time, chain.best().height(), chain.anchor().height()};
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

bool NodeChains::is_spent(const Identity& signer, const Slot& slot) const {
  const med::Chain& chain = med_.node().node().chain();
  const med::State& state = chain.state(chain.best().hash);
  return state.is_used(signer, slot) || state.is_retired(signer);
}

}  // namespace caduceus
