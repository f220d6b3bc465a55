#include "core/roles/record_request.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// What a hospital answers: a list that says that it is all has an end that fits.
FUZZ_DECODER(roles::NumberedResponse) {}

}  // namespace caduceus::fuzz
