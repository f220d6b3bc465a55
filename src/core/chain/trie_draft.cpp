#include "core/chain/trie_draft.h"

namespace caduceus {

std::optional<Bytes> TrieDraft::get(const Bytes& key) const {
  const auto changed = changes_.find(key);
  if (changed == changes_.end()) return base_.get(key);
  return changed->second.empty() ? std::nullopt : std::optional(changed->second);
}

PatriciaTrie TrieDraft::updated() const {
  std::vector<TrieChange> changes;
  changes.reserve(changes_.size());
  for (const auto& [key, value] : changes_) changes.push_back({key, value});
  return base_.updated(changes);
}

}  // namespace caduceus
