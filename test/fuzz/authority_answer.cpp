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
}

}  // namespace caduceus::fuzz
