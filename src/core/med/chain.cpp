#include "core/med/chain.h"

#include <algorithm>
#include <set>

#include "core/base/check.h"

namespace caduceus::med {

Chain::Chain(const MedParameters& parameters, const MblockHeader& genesis, std::span<const MblockHeader> recent, State after_root)
    : tree_(parameters, genesis, recent), epoch_length_(parameters.epoch_length) {
  CHECK(after_root.root() == tree_.root().header.state);
  states_.emplace(tree_.root().hash, std::move(after_root));
}

void Chain::restore(const MblockHeader& header, State after) {
  // Its time was no reason to refuse it then; the clock may have gone back since.
  const auto held = tree_.add(header, header.time);
  if (!held) return;  // of a branch that another anchor left
  CHECK(after.root() == header.state);
  tree_.set_body_valid((*held)->hash);
  states_.emplace((*held)->hash, std::move(after));
}

const State& Chain::state(const MblockHash& block) const {
  const auto found = states_.find(block);
  CHECK(found != states_.end());
  return found->second;
}

void Chain::set_stored(const MblockHash& block, State state) {
  const auto found = states_.find(block);
  if (found == states_.end()) return;
  CHECK(found->second.root() == state.root());
  found->second = std::move(state);
}

BlockPlace Chain::place_above(const HeldHeader& parent) const { return {parent.height() + 1, tree_.median_time(parent), epoch_length_}; }

Checked<const HeldHeader*> Chain::add(const MblockHeader& header, Time now) {
  const std::size_t before = tree_.size();
  auto added = tree_.add(header, now);
  if (added && tree_.size() <= before) forget_waiting();  // a lighter branch made room
  return added;
}

std::vector<const HeldHeader*> Chain::missing(std::size_t most) const {
  std::vector<const HeldHeader*> all;
  std::set<const HeldHeader*> seen;
  const auto add_way_to = [&](const HeldHeader& end) {
    const std::size_t before = all.size();
    for (const HeldHeader* at = &end; at->body == BodyState::unknown && seen.insert(at).second; at = at->parent) {
      if (!waiting_.contains(at->hash)) all.push_back(at);
    }
    std::reverse(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
  };
  const HeldHeader* anchor = awaited_ ? tree_.find(*awaited_) : nullptr;
  const HeldHeader& end = anchor == nullptr ? tree_.best_header() : *anchor;
  if (end.is_on_the_way()) {
    // Upwards from the best block: the end is far away when the node was away for long.
    const HeldHeader* at = &best();
    while (!at->is_on_the_way()) at = at->parent;
    for (at = at->next; at != nullptr && at->height() <= end.height() && all.size() < most; at = at->next) {
      if (at->body != BodyState::unknown) continue;
      seen.insert(at);
      if (!waiting_.contains(at->hash)) all.push_back(at);
    }
  } else {
    add_way_to(end);
  }
  if (anchor == nullptr && all.size() < most) {
    for (const HeldHeader* held : tree_.unknown_bodies()) add_way_to(*held);
  }
  all.resize(std::min(all.size(), most));
  return all;
}

bool Chain::is_wanted(const MblockHash& block) const {
  const HeldHeader* held = tree_.find(block);
  return held != nullptr && held->body == BodyState::unknown && !waiting_.contains(block);
}

Checked<State> Chain::execute(const HeldHeader& held, const MedBody& body) const {
  Transition after(state(held.parent->hash), place_above(*held.parent));
  TRY_VOID(after.apply(body));
  State state = after.state();
  if (state.root() != held.header.state) return reject(Reject::mblock_state);
  return state;
}

Checked<std::vector<Chain::Executed>> Chain::add(const MblockHash& block, Signed<MedBody> body) {
  CHECK(is_wanted(block));
  const HeldHeader* first = tree_.find(block);
  waiting_.emplace(block, std::move(body));

  std::vector<Executed> executed;
  std::vector<const HeldHeader*> ready;
  if (states_.contains(first->parent->hash)) ready.push_back(first);
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const HeldHeader& held = *ready[i];
    MedBody content = std::move(waiting_.extract(held.hash).mapped()).take();
    auto state = execute(held, content);
    if (!state) {
      tree_.set_invalid(held.hash);
      forget_waiting();
      if (i == 0) return reject(state.error());
      continue;
    }
    tree_.set_body_valid(held.hash);
    states_.emplace(held.hash, *state);
    executed.push_back({{held.header, std::move(content)}, held.hash, *std::move(state)});
    for (const auto& [hash, waits] : waiting_) {
      const HeldHeader* above = tree_.find(hash);
      if (above->parent == &held) ready.push_back(above);
    }
  }
  bind_anchor();
  return executed;
}

void Chain::set_invalid(const MblockHash& block) {
  CHECK(is_wanted(block));
  tree_.set_invalid(block);
  forget_waiting();
}

void Chain::set_anchor(const MblockHash& block, Height height) {
  if (height <= anchor().height()) return;
  awaited_ = block;
  awaited_height_ = height;
  bind_anchor();
}

bool Chain::is_diverged() const {
  const HeldHeader* held = awaited_ ? tree_.find(*awaited_) : nullptr;
  return held != nullptr && held->body == BodyState::invalid;
}

void Chain::bind_anchor() {
  const HeldHeader* anchor = awaited_ ? tree_.find(*awaited_) : nullptr;
  if (anchor == nullptr || anchor->body != BodyState::valid) return;
  const auto final = tree_.move_root(*awaited_);
  final_.insert(final_.end(), final.begin(), final.end());
  awaited_.reset();
  std::erase_if(states_, [&](const auto& one) { return tree_.find(one.first) == nullptr; });
  forget_waiting();
}

// What went with its header, or is known to be invalid.
void Chain::forget_waiting() {
  std::erase_if(waiting_, [&](const auto& one) {
    const HeldHeader* held = tree_.find(one.first);
    return held == nullptr || held->body == BodyState::invalid;
  });
}

}  // namespace caduceus::med
