#include "core/crypto/grant.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(GrantRequester) {
  const SharingWorld& s = sharing_world();
  const auto records = value.open(s.answer);
  accepted = records.has_value();
  if (!accepted) return;
  // The keys come from the whole request, b and every factor.
  CHECK(std::ranges::equal(encode_secret(value).expose(), encode_secret(s.requester).expose()));
  CHECK(std::ranges::equal(records->front().emr.expose(), s.bodies[0].emr.expose()));
}

}  // namespace caduceus::fuzz
