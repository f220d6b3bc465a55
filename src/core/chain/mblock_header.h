// The header of one of MED's blocks (PROTOCOL.md §9). SUP registers and anchors these; what makes one valid is MED's matter.
#pragma once

#include <tuple>

#include "core/base/identity.h"
#include "core/base/number.h"
#include "core/chain/certificate.h"
#include "core/chain/work.h"

namespace caduceus {

using MblockHash = Bytes32;

struct MblockHeader {
  std::uint32_t version = 1;
  Height height;           // on MED
  MblockHash previous{};
  Bytes32 transactions{};  // root of the body
  Bytes32 state{};         // root after the block
  Time time;
  Bytes32 target{};        // big-endian; the hash is a number not above it
  std::uint64_t nonce = 0;
  Identity miner;
  BlockHash sblock{};      // the newest committed one its miner knew
  Height sblock_height;

  static auto fields(auto& self) {
    return std::tie(self.version, self.height, self.previous, self.transactions, self.state, self.time, self.target, self.nonce, self.miner,
                    self.sblock, self.sblock_height);
  }
  [[nodiscard]] Work work() const { return Work::of_target(target); }
  friend bool operator==(const MblockHeader&, const MblockHeader&) = default;
};

// SHA-256d: SHA-256 of SHA-256 of the encoded header.
[[nodiscard]] MblockHash mblock_hash(const MblockHeader& header);

}  // namespace caduceus
