#include "host/net/frame.h"

#include <algorithm>

#include "core/base/check.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {

// A stream, in pieces whose sizes are its own bytes. The frames, framed again, are the stream up to where it is refused or not whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t limit = 1000;
  FrameReader reader(limit);
  FrameQueue queue(1 << 20);
  ByteView left(data, size);
  bool refused = false;
  while (!left.empty() && !refused) {
    const ByteSpan room = reader.room();
    const std::size_t count = std::min({left.size(), room.size(), std::size_t{1} + left[0] * std::size_t{left.back()}});
    std::ranges::copy(left.first(count), room.begin());
    reader.filled(count);
    left = left.subspan(count);
    while (true) {
      auto frame = reader.next();
      refused = !frame;
      if (refused) CHECK(frame.error() == Reject::too_long || frame.error() == Reject::too_short);
      if (refused || !*frame) break;
      CHECK(!(*frame)->empty() && (*frame)->size() <= limit);
      queue.push(std::make_shared<const Bytes>(std::move(**frame)));
    }
    CHECK(reader.memory() <= 2 * size + (32U << 10));
  }
  accepted = !refused && !reader.inside();
  Bytes again;
  while (!queue.empty()) queue.take(again, again.size() + 7);
  CHECK(again.size() <= size && std::equal(again.begin(), again.end(), data));
  CHECK(!accepted || again.size() == size);
  return 0;
}

}  // namespace caduceus::fuzz
