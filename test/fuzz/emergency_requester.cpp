#include "core/crypto/emergency.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(EmergencyRequester) {
  const SharingWorld& s = sharing_world();
  const auto is = [&](const SharingWorld::Emergency& emergency) {
    return std::ranges::equal(encode_secret(value).expose(), encode_secret(emergency.requester).expose());
  };
  // The keys come from the whole request and b.
  const auto records = value.open_records(world().doctor, s.reading.answer);
  const auto keyslot = value.open_keyslot(world().doctor, s.opening.answer);
  CHECK((!records || is(s.reading)) && (!keyslot || is(s.opening)));
  accepted = records || keyslot;
}

}  // namespace caduceus::fuzz
