#include "core/sup/anchoring.h"

#include <algorithm>
#include <map>

#include "core/chain/merkle_tree.h"
#include "core/crypto/hash.h"

namespace caduceus::sup {

std::optional<std::size_t> place_of(std::span<const ObservedBlock> observed, const MblockHash& hash) {
  const auto found = std::ranges::find(observed, hash, &ObservedBlock::hash);
  if (found == observed.end()) return std::nullopt;
  return static_cast<std::size_t>(found - observed.begin());
}

std::vector<MblockHash> branch_of(std::span<const ObservedBlock> observed, std::size_t tip) {
  std::vector<MblockHash> branch;
  for (std::optional<std::size_t> at = tip; at; at = place_of(observed, observed[*at].header.previous))
    branch.push_back(observed[*at].hash);
  std::ranges::reverse(branch);
  return branch;
}

std::size_t heaviest_branch(const BranchQuestion& question) {
  const auto& observed = question.observed;
  std::map<MblockHash, Work> works;  // of the branch up to each block
  std::vector<std::size_t> heaviest;
  Work most;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const auto parent = works.find(observed[i].header.previous);
    const Work work = observed[i].header.work() + (parent == works.end() ? Work() : parent->second);
    works.emplace(observed[i].hash, work);
    if (work > most) heaviest.clear();
    if (work >= most) heaviest.push_back(i);
    most = std::max(most, work);
  }
  const Height earliest = observed[heaviest.front()].observed;
  std::erase_if(heaviest, [&](std::size_t i) { return observed[i].observed != earliest; });
  const auto draw = [&](std::size_t tip) { return hash({as_bytes("tie"), question.parent, MerkleTree(branch_of(observed, tip)).root()}); };
  return heaviest.size() == 1 ? heaviest.front() : *std::ranges::min_element(heaviest, {}, draw);
}

}  // namespace caduceus::sup
