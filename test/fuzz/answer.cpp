#include "core/crypto/answer.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

// An answer opens for whom it was made, unchanged, and for nobody else.
FUZZ_DECODER(Answer) {
  const SharingWorld& s = sharing_world();
  const IdentityKeys& doctor = world().doctor;
  const auto is = [&](const Answer& answer) { return encode(value) == encode(answer); };
  accepted = is(s.answer) || is(s.reading.answer) || is(s.opening.answer);
  CHECK(s.requester.open(value).has_value() == is(s.answer));
  CHECK(s.reading.requester.open_records(doctor, value).has_value() == is(s.reading.answer));
  CHECK(s.opening.requester.open_keyslot(doctor, value).has_value() == is(s.opening.answer));
}

}  // namespace caduceus::fuzz
