#include "app/enrolment.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

// From whoever connects to the PKG's server.
FUZZ_DECODER(AuthorityRequest) {
  if (const auto* const enrolment = std::get_if<EnrolmentRequest>(&value)) {
    const bool verifies = verify_request(world().parameters.signing, enrolment->registration).has_value();
    CHECK(!verifies || encode(enrolment->registration) == encode(world().pending.request));
  }
  if (const auto* const account = std::get_if<AccountRequest>(&value)) CHECK(account->terms.check().has_value());
}

}  // namespace caduceus::fuzz
