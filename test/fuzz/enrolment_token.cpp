#include "app/enrolment.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(EnrolmentToken) { CHECK(value.identity.check() && value.hospital.check() && !value.address.value.empty()); }

}  // namespace caduceus::fuzz
