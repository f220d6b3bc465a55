#include "core/crypto/key_agreement.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

static bool agrees(const SecretBytes& waiting, const IdentityKeys& self, const Reply& reply, const Reply& sent) {
  SeededRng rng(1);
  Initiator side = must(decode<Initiator>(waiting.expose()));
  const bool agrees = side.receive(world().parameters.signing, self, reply, rng).has_value();
  CHECK(!agrees || reply == sent);  // else it is a forgery
  CHECK(side.state() == (agrees ? AgreementState::pending : AgreementState::waiting));
  return agrees;
}

FUZZ_DECODER(Reply) {
  const SharingWorld& s = sharing_world();
  const bool to_patient = agrees(s.initiator_waiting, s.patient, value, s.reply);
  accepted = agrees(encode_secret(s.doctor_side), world().doctor, value, s.patient_side.reply()) || to_patient;
}

}  // namespace caduceus::fuzz
