#include "core/sup/anchoring.h"

#include <algorithm>
#include <map>

#include "core/chain/merkle_tree.h"
#include "core/crypto/hash.h"

namespace caduceus::sup {
namespace {

constexpr std::size_t most_depth = 100;
constexpr std::uint64_t day = 86'400'000;

// The places of the blocks from the anchor (exclusive) up to this one, highest first.
std::vector<std::size_t> down_from(std::span<const ObservedBlock> observed, std::size_t tip) {
  std::vector<std::size_t> places;
  for (std::optional<std::size_t> at = tip; at; at = place_of(observed.first(*at), observed[*at].header.previous)) places.push_back(*at);
  return places;
}

Bytes32 root_of(std::span<const ObservedBlock> observed, std::size_t tip) { return MerkleTree(branch_of(observed, tip)).root(); }

// The places of the blocks up to which a branch weighs most; of those, none that weighs nothing itself.
template <class Weight, class WeightOf>
std::vector<std::size_t> heaviest(std::span<const ObservedBlock> observed, const WeightOf& weight_of) {
  std::map<MblockHash, Weight> sums;  // of the branch up to each block
  std::vector<std::size_t> places;
  Weight most{};
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const auto parent = sums.find(observed[i].header.previous);
    const Weight own = weight_of(i);
    const Weight sum = own + (parent == sums.end() ? Weight{} : parent->second);
    sums.emplace(observed[i].hash, sum);
    if (sum > most) places.clear();
    if (sum >= most && own > Weight{}) places.push_back(i);
    most = std::max(most, sum);
  }
  return places;
}

// As published.
std::size_t longest_branch(const BranchQuestion& question) {
  const auto& observed = question.observed;
  const auto tips = heaviest<std::size_t>(observed, [](std::size_t /*place*/) { return std::size_t{1}; });
  return tips.size() == 1 ? tips.front() : *std::ranges::min_element(tips, {}, [&](std::size_t tip) { return root_of(observed, tip); });
}

// R17.3, of blocks that weigh so much.
template <class WeightOf>
std::size_t heaviest_branch(const BranchQuestion& question, const WeightOf& weight_of) {
  const auto& observed = question.observed;
  auto tips = heaviest<Work>(observed, weight_of);
  const auto observed_by = [&](std::size_t tip) { return observed[tip].observed; };
  const Height earliest = observed_by(*std::ranges::min_element(tips, {}, observed_by));
  std::erase_if(tips, [&](std::size_t tip) { return observed_by(tip) != earliest; });
  const auto draw = [&](std::size_t tip) { return hash({as_bytes("tie"), question.parent, root_of(observed, tip)}); };
  return tips.size() == 1 ? tips.front() : *std::ranges::min_element(tips, {}, draw);
}

// R17.5. What grows on the branch that wins weighs nothing, or it would be part of it; there, raw work decides: else, with a depth, nothing would be
// anchored again after one fresh block if all that follow are old.
std::size_t freshest_branch(const BranchQuestion& question) {
  const auto& observed = question.observed;
  const auto is_fresh = [](const ObservedBlock& block) { return block.age <= most_fresh_age; };
  const auto raw = [&](std::size_t place) { return observed[place].work; };
  if (std::ranges::all_of(observed, is_fresh) || std::ranges::none_of(observed, is_fresh)) return heaviest_branch(question, raw);
  const std::size_t winner = heaviest_branch(question, [&](std::size_t place) { return is_fresh(observed[place]) ? raw(place) : Work(); });
  std::vector<bool> grows(observed.size());
  for (std::size_t i = winner; i < observed.size(); ++i) {
    const auto parent = place_of(observed.first(i), observed[i].header.previous);
    grows[i] = i == winner || (parent && grows[*parent]);
  }
  return heaviest_branch(question, [&](std::size_t place) { return grows[place] ? raw(place) : Work(); });
}

}  // namespace

Checked<void> AnchorRules::check() const {
  if (depth > most_depth || fresh_step > day || (fresh_step != 0 && branch != BranchRule::heaviest))
    return reject(Reject::genesis_parameters);
  return {};
}

void Beacon::advance(Time sblock, std::uint64_t step) {
  if (step == 0 || sblock < stepped + step) return;
  stepped = sblock;
  ++count;
}

std::optional<std::size_t> place_of(std::span<const ObservedBlock> observed, const MblockHash& hash) {
  const auto found = std::ranges::find(observed, hash, &ObservedBlock::hash);
  if (found == observed.end()) return std::nullopt;
  return static_cast<std::size_t>(found - observed.begin());
}

std::vector<MblockHash> branch_of(std::span<const ObservedBlock> observed, std::size_t tip) {
  std::vector<MblockHash> branch;
  for (const std::size_t place : down_from(observed, tip)) branch.push_back(observed[place].hash);
  std::ranges::reverse(branch);
  return branch;
}

std::optional<std::size_t> block_to_anchor(const AnchorRules& rules, const BranchQuestion& question) {
  if (rules.branch == BranchRule::none || question.observed.empty()) return std::nullopt;
  const std::size_t tip = rules.branch == BranchRule::longest ? longest_branch(question) : freshest_branch(question);
  const std::vector<std::size_t> branch = down_from(question.observed, tip);
  if (branch.size() <= rules.depth) return std::nullopt;
  return branch[rules.depth];
}

}  // namespace caduceus::sup
