#include "core/crypto/grant.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Responder) {
  // What was stored goes on, with the Hello again, the Confirm and a request, and is stored again.
  SeededRng rng(1);
  const World& w = world();
  const SharingWorld& s = sharing_world();
  Responder side = must(decode<Responder>(encode_secret(value).expose()));
  static_cast<void>(side.receive(s.initiator.hello()));
  CHECK(!side.receive(w.parameters.signing, s.confirm).has_value() || side.is_active());
  auto admitted = AcceptedRequest::check(w.parameters.signing, w.hospital.signing.identity, side, s.requester.request(), s.view(), {}, rng);
  if (admitted) {
    CHECK(side.is_active() && side.t1() == s.responder.t1());  // whom the request has the consent of
    admitted->persisted();
    static_cast<void>(admitted->record_key(0, s.factors[0]));
  }
  CHECK(decode<Responder>(encode_secret(side).expose()).has_value());
}

}  // namespace caduceus::fuzz
