#include "core/med/header_tree.h"

#include <algorithm>
#include <set>

#include "core/base/check.h"
#include "core/med/asert.h"
#include "core/med/pow.h"

namespace caduceus::med {
namespace {

constexpr std::uint32_t known_version = 1;

bool is_heavier(const HeldHeader& a, const HeldHeader& b) { return takes_the_lead(a.work, b.work); }

// The last that both descend from, or are.
const HeldHeader& common_ancestor(const HeldHeader& a, const HeldHeader& b) {
  const HeldHeader *one = &a, *other = &b;
  while (one != other) {
    const HeldHeader*& higher = one->height() > other->height() ? one : other;
    higher = higher->parent;
    CHECK(higher != nullptr);
  }
  return *one;
}

// Highest first.
std::vector<const HeldHeader*> down_to(const HeldHeader& ancestor, const HeldHeader& block) {
  std::vector<const HeldHeader*> out;
  for (const HeldHeader* at = &block; at != &ancestor; at = at->parent) out.push_back(at);
  return out;
}

}  // namespace

HeaderTree::HeaderTree(const MedParameters& parameters, const MblockHeader& genesis, std::span<const MblockHeader> recent)
    : parameters_(parameters), genesis_(genesis) {
  CHECK(!recent.empty() && recent.size() <= median_span);
  for (const MblockHeader& header : recent.first(recent.size() - 1)) below_.push_back(header.time);
  const MblockHash hash = mblock_hash(recent.back());
  HeldHeader& root = headers_[hash];
  root.header = recent.back();
  root.hash = hash;
  root.body = BodyState::valid;
  by_arrival_.push_back(&root);
  root_ = best_header_ = best_block_ = &root;
}

const HeldHeader* HeaderTree::find(const MblockHash& hash) const {
  const auto found = headers_.find(hash);
  return found == headers_.end() ? nullptr : &found->second;
}

Bytes32 HeaderTree::target_above(const HeldHeader& parent) const {
  return next_target(parameters_, genesis_, parent.height(), parent.header.time);
}

Time HeaderTree::median_time(const HeldHeader& parent) const {
  std::vector<Time> times;
  for (const HeldHeader* at = &parent; at != nullptr && times.size() < median_span; at = at->parent) times.push_back(at->header.time);
  const std::size_t missing = std::min(median_span - times.size(), below_.size());
  times.insert(times.end(), below_.end() - static_cast<std::ptrdiff_t>(missing), below_.end());
  std::ranges::sort(times);
  return times[times.size() / 2];
}

Checked<void> HeaderTree::check(const HeldHeader& parent, const MblockHeader& header, const MblockHash& hash, Time now) const {
  if (parent.body == BodyState::invalid) return reject(Reject::mblock_invalid_ancestor);
  if (header.height != parent.height() + 1) return reject(Reject::mblock_height);
  if (header.target != target_above(parent)) return reject(Reject::mblock_target);
  if (!meets_target(hash, header.target)) return reject(Reject::mblock_work);
  if (header.time <= median_time(parent)) return reject(Reject::mblock_time);
  const bool is_same_height = header.sblock_height == parent.header.sblock_height;
  if (header.sblock_height < parent.header.sblock_height || (is_same_height && header.sblock != parent.header.sblock))
    return reject(Reject::mblock_sblock_order);
  // So none is older than the Sblock it names (R17.6, decisions/0016): that is looked at where a branch names another.
  if (is_same_height && header.time < parent.header.time) return reject(Reject::mblock_time);
  // The last: what passes all the others is the sender's good header.
  if (header.time > now && distance(header.time, now) > most_ahead) return reject(Reject::mblock_time_future);
  return {};
}

Checked<const HeldHeader*> HeaderTree::add(const MblockHeader& header, Time now) {
  if (header.version != known_version) return reject(Reject::mblock_version);
  const MblockHash hash = mblock_hash(header);
  if (find(hash) != nullptr) return reject(Reject::mblock_known);
  const HeldHeader* parent = find(header.previous);
  if (parent == nullptr) return reject(header.height <= root_->height() ? Reject::mblock_below_root : Reject::mblock_parent);
  TRY_VOID(check(*parent, header, hash, now));
  const Work work = parent->work + header.work();
  if (size() > most_headers && !has_room_for(*parent, work)) return reject(Reject::mblock_full);

  HeldHeader& held = headers_[hash];
  held = {header, hash, parent, nullptr, work, ++arrived_};
  by_arrival_.push_back(&held);
  unknown_bodies_.emplace(held.arrival, &held);
  if (is_heavier(held, *best_header_)) lead_to(held);
  return &held;
}

// Makes room, if anything lighter can go: the lightest tip, an invalid one before all others. What becomes the heaviest is taken in any case.
bool HeaderTree::has_room_for(const HeldHeader& parent, const Work& work) {
  std::set<const HeldHeader*> stay{root_, best_header_, best_block_, &parent};
  for (const HeldHeader* held : by_arrival_) stay.insert(held->parent);
  const auto weight = [](const HeldHeader* held) { return held->body == BodyState::invalid ? Work() : held->work; };
  const HeldHeader* lightest = nullptr;
  for (const HeldHeader* held : by_arrival_) {
    if (!stay.contains(held) && (lightest == nullptr || weight(held) < weight(lightest))) lightest = held;
  }
  if (lightest == nullptr || weight(lightest) >= work) return work > best_header_->work;
  std::erase(by_arrival_, lightest);
  unknown_bodies_.erase(lightest->arrival);
  headers_.erase(MblockHash(lightest->hash));
  return true;
}

void HeaderTree::set_body_valid(const MblockHash& hash) {
  HeldHeader& held = headers_.at(hash);
  CHECK(&held == root_ || held.parent->body == BodyState::valid);
  CHECK(held.body != BodyState::invalid);
  if (held.body == BodyState::valid) return;
  held.body = BodyState::valid;
  held.validated = ++validated_;
  unknown_bodies_.erase(held.arrival);
  if (is_heavier(held, *best_block_)) best_block_ = &held;
}

void HeaderTree::set_invalid(const MblockHash& hash) {
  HeldHeader& first = headers_.at(hash);
  CHECK(&first != root_ && first.body != BodyState::valid);
  first.body = BodyState::invalid;
  for (HeldHeader* held : by_arrival_) {
    if (held != root_ && held->parent->body == BodyState::invalid) held->body = BodyState::invalid;
  }
  std::erase_if(unknown_bodies_, [](const auto& one) { return one.second->body == BodyState::invalid; });
  choose_again();
}

void HeaderTree::choose_again() {
  for (HeldHeader* held : by_arrival_) held->next = nullptr;
  best_header_ = best_block_ = root_;
  const HeldHeader* best_header = root_;
  for (const HeldHeader* held : by_arrival_) {
    if (held->body != BodyState::invalid && is_heavier(*held, *best_header)) best_header = held;
    if (held->body != BodyState::valid) continue;
    const bool is_earlier = held->work == best_block_->work && held->validated < best_block_->validated;
    if (is_heavier(*held, *best_block_) || is_earlier) best_block_ = held;
  }
  lead_to(*best_header);
}

void HeaderTree::lead_to(const HeldHeader& best_header) {
  const Path way = path(*best_header_, best_header);
  for (const HeldHeader* held : way.leave) headers_.at(held->parent->hash).next = nullptr;
  for (const HeldHeader* held : way.enter) headers_.at(held->parent->hash).next = held;
  best_header_ = &best_header;
}

std::vector<const HeldHeader*> HeaderTree::valid_bodies() const {
  std::vector<const HeldHeader*> out;
  for (const HeldHeader* held : by_arrival_) {
    if (held != root_ && held->body == BodyState::valid) out.push_back(held);
  }
  std::ranges::sort(out, {}, &HeldHeader::validated);
  return out;
}

std::vector<const HeldHeader*> HeaderTree::unknown_bodies() const {
  std::vector<const HeldHeader*> out, lighter;
  out.reserve(unknown_bodies_.size());
  for (const auto& [arrival, held] : unknown_bodies_) (is_heavier(*held, *best_block_) ? out : lighter).push_back(held);
  out.insert(out.end(), lighter.begin(), lighter.end());
  return out;
}

HeaderTree::Path HeaderTree::path(const HeldHeader& from, const HeldHeader& to) {
  const HeldHeader& fork = common_ancestor(from, to);
  Path path{down_to(fork, from), down_to(fork, to)};
  std::ranges::reverse(path.enter);
  return path;
}

std::vector<MblockHash> HeaderTree::locator(const HeldHeader& from) const {
  std::vector<MblockHash> out;
  std::uint64_t until = 0, step = 1;  // headers to be left out
  for (const HeldHeader* at = &from; at != root_; at = at->parent) {
    if (until > 0) {
      --until;
      continue;
    }
    out.push_back(at->hash);
    if (out.size() >= 10) step *= 2;
    until = step - 1;
  }
  out.push_back(root_->hash);
  return out;
}

std::optional<std::vector<MblockHeader>> HeaderTree::headers_after(std::span<const MblockHash> locator, std::size_t most) const {
  const auto known = std::ranges::find_if(locator, [&](const MblockHash& hash) { return find(hash) != nullptr; });
  if (known == locator.end()) return std::nullopt;
  const HeldHeader* root = find(locator.back());
  if (root != nullptr && !path(*root, *best_block_).leave.empty()) return std::nullopt;
  std::vector<MblockHeader> out;
  for (const HeldHeader* held : path(*find(*known), *best_block_).enter) {
    if (out.size() == most) break;
    out.push_back(held->header);
  }
  return out;
}

std::vector<MblockHeader> HeaderTree::move_root(const MblockHash& hash) {
  const HeldHeader* root = find(hash);
  CHECK(root != nullptr && root->body != BodyState::invalid);
  std::vector<MblockHeader> archived;
  for (const HeldHeader* held : path(*root_, *root).enter) {
    below_.push_back(held->parent->header.time);
    archived.push_back(held->header);
  }
  if (below_.size() >= median_span) below_.erase(below_.begin(), below_.end() - (median_span - 1));

  std::set<const HeldHeader*> stay{root};
  for (const HeldHeader* held : by_arrival_) {
    if (stay.contains(held->parent)) stay.insert(held);
  }
  std::erase_if(by_arrival_, [&](const HeldHeader* held) { return !stay.contains(held); });
  std::erase_if(unknown_bodies_, [&](const auto& one) { return !stay.contains(one.second) || one.second == root; });
  std::erase_if(headers_, [&](const auto& entry) { return !stay.contains(&entry.second); });
  root_ = root;
  by_arrival_.front()->parent = nullptr;
  choose_again();
  return archived;
}

}  // namespace caduceus::med
