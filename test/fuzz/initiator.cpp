#include "core/crypto/grant.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Initiator) {
  // What was stored goes on, with the Reply, the Ack and a grant, and is stored again.
  SeededRng rng(1);
  const SharingWorld& s = sharing_world();
  Initiator side = must(decode<Initiator>(encode_secret(value).expose()));
  static_cast<void>(side.receive(world().parameters.signing, s.patient, s.reply, rng));
  CHECK(!side.receive(s.ack).has_value() || side.state() == AgreementState::active);
  if (side.state() != AgreementState::waiting) static_cast<void>(encryption_factors(side.factors(), 1, 3));
  static_cast<void>(make_grant(s.grant.policy, side, of_places(s.factors, s.grant.policy.records.items)));
  CHECK(decode<Initiator>(encode_secret(side).expose()).has_value());
}

}  // namespace caduceus::fuzz
