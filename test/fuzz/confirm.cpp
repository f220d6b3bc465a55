#include "core/crypto/key_agreement.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Confirm) {
  const SharingWorld& s = sharing_world();
  Responder side = must(decode<Responder>(s.responder_answered.expose()));
  const bool agrees = side.receive(world().parameters.signing, value).has_value();
  CHECK(!agrees || value == s.confirm);  // else it is a forgery
  CHECK(side.is_active() == agrees);
  accepted = agrees;
}

}  // namespace caduceus::fuzz
