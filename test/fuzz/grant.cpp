#include "core/crypto/grant.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

// Whatever the doctor asks for with it, the hospital gives only what the patient granted.
FUZZ_DECODER(Grant) {
  SeededRng rng(1);
  const World& w = world();
  const SharingWorld& s = sharing_world();
  CHECK(value.check());
  const auto requester =
      GrantRequester::begin(w.parameters.signing, w.doctor.signing, w.licence, value, value.policy.records, World::now, rng);
  accepted = requester.has_value();
  if (!accepted) return;
  const GrantRequest& request = requester->request();
  accepted = AcceptedRequest::check(w.parameters.signing, w.hospital.signing.identity, s.responder, request, s.view(), {}, rng).has_value();
  CHECK(!accepted || (value.policy == s.grant.policy && value.alpha == s.grant.alpha));
}

}  // namespace caduceus::fuzz
