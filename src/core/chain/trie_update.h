// One update of a trie: PatriciaTrie::updated().
#pragma once

#include "core/chain/patricia_trie.h"

namespace caduceus {

// The trie below `root` after these changes; null when nothing is left. `root` itself when they change nothing.
TrieNodePtr update_trie(const TrieNodePtr& root, const TrieStore* store, std::span<const TrieChange> changes);

}  // namespace caduceus
