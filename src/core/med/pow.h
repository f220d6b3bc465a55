// Proof of work (PROTOCOL.md §9): a header's hash, as a big-endian number, is not above its target.
#pragma once

#include <optional>

#include "core/chain/mblock_header.h"

namespace caduceus::med {

[[nodiscard]] inline bool meets_target(const MblockHash& hash, const Bytes32& target) { return hash <= target; }

// The first of the nonces first, first + 1, …, first + count − 1 (mod 2^64) with which the header's hash meets its target; the header's own
// nonce does not matter. A range at a time, so that whoever searches can stop, or turn to a newer header.
[[nodiscard]] std::optional<std::uint64_t> search(const MblockHeader& header, std::uint64_t first, std::uint64_t count);

}  // namespace caduceus::med
