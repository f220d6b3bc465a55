#include "app/member.h"

#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// What a consortium's founder, or a hospital, is handed by anybody. That nobody changes a member's keys, its own signature sees to: no
// mutant is accepted but under another authority, whose parameters the founder compares.
FUZZ_DECODER(Member) {
  CHECK(value.check().has_value());
  CHECK(value.consensus.has_value() == (value.identity.role == Role::hospital));
}

}  // namespace caduceus::fuzz
