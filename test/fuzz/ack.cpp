#include "core/crypto/key_agreement.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Ack) {
  const SharingWorld& s = sharing_world();
  Initiator side = must(decode<Initiator>(s.initiator_pending.expose()));
  const bool agrees = side.receive(value).has_value();
  CHECK(!agrees || value == s.ack);  // else it is a forgery
  CHECK(side.state() == (agrees ? AgreementState::active : AgreementState::pending));
  accepted = agrees;
}

}  // namespace caduceus::fuzz
