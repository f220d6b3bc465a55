#include "core/roles/record_request.h"

#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// What anybody enrolled sends a hospital. What is signed in it was never signed by these: it must not verify.
FUZZ_DECODER(roles::NumberedRequest) { CHECK(encode(value).size() <= roles::most_record_request * 2); }

}  // namespace caduceus::fuzz
