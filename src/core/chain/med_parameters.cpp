#include "core/chain/med_parameters.h"

#include <algorithm>

#include "core/chain/merkle_tree.h"
#include "core/chain/trie_node.h"

namespace caduceus {

Checked<void> MedParameters::check() const {
  constexpr std::uint64_t year = 365ULL * 86'400'000;
  const auto is_sane = [](std::uint64_t length) { return length > 0 && length <= year; };
  const bool is_possible = easiest_target[0] < 0x80 && std::ranges::any_of(easiest_target, [](Byte byte) { return byte != 0; });
  if (!is_sane(interval) || !is_sane(half_life) || !is_sane(epoch_length) || !is_possible) return reject(Reject::genesis_parameters);
  return {};
}

MblockHeader med_genesis(const NetworkId& net, const MedParameters& parameters, Time time) {
  MblockHeader header;
  header.previous = net;
  header.transactions = MerkleTree(std::vector<Bytes32>()).root();
  header.state = empty_trie_root;
  header.time = time;
  header.target = parameters.easiest_target;
  header.miner = {Role::miner, {"genesis"}, 1};
  header.sblock = net;
  return header;
}

}  // namespace caduceus
