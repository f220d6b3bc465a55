#include "core/crypto/grant.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(GrantRequest) {
  SeededRng rng(1);
  const World& w = world();
  const SharingWorld& s = sharing_world();
  auto admitted = AcceptedRequest::check(w.parameters.signing, w.hospital.signing.identity, s.responder, value, s.view(), {}, rng);
  accepted = admitted.has_value();
  if (!accepted) return;
  CHECK(encode(value) == encode(s.requester.request()));  // else it is a forgery
  admitted->persisted();
  const auto& records = value.records.items;
  CHECK(s.requester.open(must(admitted->answer(of_places(s.factors, records), of_places(s.bodies, records)))));
}

}  // namespace caduceus::fuzz
