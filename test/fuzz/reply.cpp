#include "core/crypto/key_agreement.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Reply) {
  SeededRng rng(1);
  const SharingWorld& s = sharing_world();
  Initiator side = must(decode<Initiator>(s.initiator_waiting.expose()));
  const bool agrees = side.receive(world().parameters.signing, s.patient, value, rng).has_value();
  CHECK(!agrees || value == s.reply);  // else it is a forgery
  CHECK(side.state() == (agrees ? AgreementState::pending : AgreementState::waiting));
}

}  // namespace caduceus::fuzz
