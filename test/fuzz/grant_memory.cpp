#include "core/crypto/grant.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(GrantMemory) {
  SeededRng rng(1);
  const World& w = world();
  const SharingWorld& s = sharing_world();
  const GrantRequest& request = s.requester.request();
  const auto admitted =
      AcceptedRequest::check(w.parameters.signing, w.hospital.signing.identity, s.responder, request, s.view(), value, rng);
  if (!admitted) return;
  // One use more, within what is allowed, or the same request again.
  const GrantMemory& after = admitted->to_persist();
  const bool repeated = std::ranges::any_of(value.answered.items, [&](const auto& one) { return one.request == request_hash(request); });
  CHECK(!value.revoked && after.used == value.used + (repeated ? 0U : 1U) && (repeated || after.used <= request.policy.uses));
  CHECK(decode<GrantMemory>(encode_secret(after).expose()).has_value());
}

}  // namespace caduceus::fuzz
