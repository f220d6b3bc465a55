#include "core/chain/sup_block.h"

#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SupBlock) {
  CHECK(value.header.body == body_hash(value.body.value));
  static_cast<void>(block_hash(value.header));
  static_cast<void>(check_justification(value.header));
}

}  // namespace caduceus::fuzz
