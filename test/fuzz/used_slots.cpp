#include "core/med/state.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// As a proof shows them to who signs, and goes on behind the newest.
FUZZ_DECODER(med::UsedSlots) {
  const auto newest = med::newest_of_device(value, Epoch(1), 0);
  CHECK(!newest || std::ranges::find(value.items, newest->number) != value.items.end());
}

}  // namespace caduceus::fuzz
