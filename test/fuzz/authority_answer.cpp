#include "app/enrolment.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

// To a newcomer or a member, from whom it takes for the PKG.
FUZZ_DECODER(AuthorityAnswer) {
  if (const auto* const authority = std::get_if<sup::Authority>(&value)) CHECK(authority->check().has_value());
  if (const auto* const enrolled = std::get_if<Enrolled>(&value)) {
    static_cast<void>(accept_keys(world().parameters, world().pending, enrolled->keys));
  }
  if (const auto* const account = std::get_if<PatientAccount>(&value)) {
    CHECK(account->terms.account == account->key.identity && account->terms.check().has_value());
    static_cast<void>(verify_aggregate_key(world().parameters, account->key));
  }
}

}  // namespace caduceus::fuzz
