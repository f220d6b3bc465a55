#include "core/chain/mblock_header.h"

#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(MblockHeader) {
  CHECK(value.work() > Work());
  CHECK(value.work() + value.work() >= value.work());
  static_cast<void>(mblock_hash(value));
}

}  // namespace caduceus::fuzz
