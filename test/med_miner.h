// A chain on MED for tests: parameters under which a header costs a few hashes, and whoever mines it.
#pragma once

#include "core/base/check.h"
#include "core/med/asert.h"
#include "core/med/pow.h"

namespace caduceus::med {

struct MedMiner {
  // Two hashes a header, however many there are.
  static MedMiner easy() {
    MedMiner miner;
    miner.parameters.easiest_target = {0x7f, 0xff};
    miner.parameters.half_life = 86'400'000;
    miner.genesis = med_genesis({7}, miner.parameters, Time(1'600'000'000'000));
    return miner;
  }

  MedParameters parameters{1000, 20'000, 600'000, {0x10}};  // a second; twice as hard by 20 s ahead of the schedule
  MblockHeader genesis = med_genesis({7}, parameters, Time(1'700'000'000'000));

  Bytes32 state{};  // root after every block

  // A block above this one, which says to be so much later, in ms; its nonce is still to be found.
  [[nodiscard]] MblockHeader draft(const MblockHeader& parent, std::uint64_t later = 1000) {
    MblockHeader header;
    header.height = parent.height + 1;
    header.previous = mblock_hash(parent);
    header.transactions[0] = static_cast<Byte>(drafts_ >> 8U);  // no two are alike
    header.transactions[1] = static_cast<Byte>(drafts_++);
    header.state = state;
    header.time = parent.time + later;
    header.target = next_target(parameters, genesis, parent.height, parent.time);
    header.miner = {Role::miner, {"m"}, 1};
    header.sblock = parent.sblock;
    header.sblock_height = parent.sblock_height;
    return header;
  }
  [[nodiscard]] static MblockHeader work_on(MblockHeader header) {
    const auto nonce = search(header, 0, 1U << 30U);
    CHECK(nonce.has_value());
    header.nonce = *nonce;
    return header;
  }
  [[nodiscard]] MblockHeader mine(const MblockHeader& parent, std::uint64_t later = 1000) { return work_on(draft(parent, later)); }
  // One on the other, the first on `parent`.
  [[nodiscard]] std::vector<MblockHeader> chain(const MblockHeader& parent, std::size_t count, std::uint64_t later = 1000) {
    std::vector<MblockHeader> out;
    while (out.size() < count) out.push_back(mine(out.empty() ? parent : out.back(), later));
    return out;
  }

 private:
  unsigned drafts_ = 0;
};

}  // namespace caduceus::med
