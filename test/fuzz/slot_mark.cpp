#include "core/crypto/slot_ledger.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SlotMark) {
  CHECK(value.check());
  SlotLedger ledger({}, 0, value);
  static_cast<void>(ledger.take(Time(1), Time(1)));
}

}  // namespace caduceus::fuzz
