#include "core/chain/nibbles.h"

#include <algorithm>

namespace caduceus {
namespace {

// The first half-byte of a hex prefix.
constexpr Byte odd_flag = 1, ends_flag = 2;

}  // namespace

std::size_t common_prefix(Nibbles a, Nibbles b) {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t same = 0;
  if (a.begin_ % 2 == b.begin_ % 2) {
    // Both halves of a byte at once.
    if (a.begin_ % 2 == 1 && most > 0) {
      if (a[0] != b[0]) return 0;
      same = 1;
    }
    const Byte* left = a.bytes_ + (a.begin_ + same) / 2;
    const Byte* right = b.bytes_ + (b.begin_ + same) / 2;
    const std::size_t whole = (most - same) / 2;
    same += 2 * static_cast<std::size_t>(std::mismatch(left, left + whole, right).first - left);
  }
  while (same < most && a[same] == b[same]) ++same;
  return same;
}

void write_hex_prefix(ByteSpan out, Nibbles path, bool ends) {
  CHECK(out.size() == hex_prefix_size(path.size()));
  const bool odd = path.size() % 2 == 1;
  const Byte flags = static_cast<Byte>((ends ? ends_flag : 0) | (odd ? odd_flag : 0));
  out[0] = static_cast<Byte>(flags << 4 | (odd ? path[0] : 0));
  path = path.drop(odd ? 1 : 0);
  if (path.begin_ % 2 == 0) {
    std::copy_n(path.bytes_ + path.begin_ / 2, path.size() / 2, out.data() + 1);
    return;
  }
  for (std::size_t i = 0; i < path.size(); i += 2) out[1 + i / 2] = static_cast<Byte>(path[i] << 4 | path[i + 1]);
}

Checked<HexPrefixed> read_hex_prefix(ByteView bytes) {
  if (bytes.empty()) return reject(Reject::trie_node_path);
  const Byte flags = bytes[0] >> 4;
  const bool odd = (flags & odd_flag) != 0;
  const Nibbles path(bytes, odd ? 1 : 2);
  const bool known = flags <= (odd_flag | ends_flag), padded = odd || (bytes[0] & 0xf) == 0;
  if (!known || !padded || path.size() > NibbleRow::most) return reject(Reject::trie_node_path);
  return HexPrefixed{path, (flags & ends_flag) != 0};
}

}  // namespace caduceus
