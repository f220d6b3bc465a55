// A trie's nodes: what decodes encodes to the same bytes, and its reference is that of these bytes.
#include "core/chain/trie_node.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/keccak.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto node = decode_node(input);
  accepted = node.has_value();
  CHECK(accepted == view_node(input).has_value());
  if (!accepted) return 0;
  CHECK(std::ranges::equal(encode_node(**node), input));
  CHECK((*node)->reference.is_hash() == (size >= 32));
  CHECK((*node)->reference.hash() == keccak256(input));
  return 0;
}

}  // namespace caduceus::fuzz
