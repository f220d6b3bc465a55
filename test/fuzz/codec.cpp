// The codec's own parts: a structure with every kind of field.
#include "core/base/codec.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sample.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Sample) { CHECK(value.check()); }

}  // namespace caduceus::fuzz
