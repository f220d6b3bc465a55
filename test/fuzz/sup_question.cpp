#include "core/sup/query.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// Whatever key is asked for, a proof of it can be made and checked.
FUZZ_DECODER(sup::Question) {
  const auto* proof = std::get_if<sup::AskProof>(&value);
  if (proof == nullptr) return;
  const PatriciaTrie trie = PatriciaTrie().put(Bytes{1, 2}, Bytes{3});
  CHECK(verify(trie.root(), proof->key.value, trie.prove(proof->key.value)).has_value());
}

}  // namespace caduceus::fuzz
