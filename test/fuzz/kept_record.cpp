#include "host/node/record_store.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(KeptRecord) { CHECK(value.media_type.check()); }

}  // namespace caduceus::fuzz
