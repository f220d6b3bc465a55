// RLP: an item whose items, and theirs, can all be read is what writing them gives.
#include "core/chain/rlp.h"

#include <algorithm>

#include "core/base/check.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {
namespace {

constexpr int deepest = 200;

// Appends the item again; whether it could be read down to its strings.
bool rewrite(const RlpItem& item, Bytes& out, int depth) {
  if (!item.is_list) {
    const std::size_t before = out.size();
    write_rlp(out, item.payload);
    CHECK(out.size() - before == rlp_size(item.payload));
    const auto number = integer_of_rlp(item.payload);
    CHECK(!number || std::ranges::equal(rlp_integer(*number), item.payload));
    return true;
  }
  if (depth == deepest) return false;
  Bytes items;
  for (ByteView rest = item.payload; !rest.empty();) {
    const auto next = read_rlp(rest);
    if (!next || !rewrite(*next, items, depth + 1)) return false;
  }
  write_rlp_list_header(out, items.size());
  out.insert(out.end(), items.begin(), items.end());
  CHECK(rlp_list_size(items.size()) == item.encoding.size());
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  const auto item = read_rlp(rest);
  if (!item) return 0;
  CHECK(item->encoding.data() == data && item->encoding.size() + rest.size() == size);
  Bytes again;
  accepted = rewrite(*item, again, 0);
  if (accepted) CHECK(std::ranges::equal(again, item->encoding));
  return 0;
}

}  // namespace caduceus::fuzz
