#include "core/crypto/key_agreement.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Hello) {
  SeededRng rng(1);
  const G1& ppub = world().parameters.signing;
  const SharingWorld& s = sharing_world();
  CHECK(value.check());
  const auto hospital = Responder::answer(ppub, world().hospital, s.patient.signing.verification_key(), value, rng);
  if (hospital) {
    // Whom it names and what T' is to be was checked; it is pinned.
    CHECK(value.t1_prime && pairing(value.t1, G2::generator()) == pairing(G1::generator(), *value.t1_prime));
    CHECK(hospital->receive(value).has_value() && hospital->receive(s.initiator.hello()).has_value() == (value == s.initiator.hello()));
  }
  const auto patient = Responder::answer(ppub, s.patient, world().doctor.signing.verification_key(), value, rng);
  accepted = hospital || patient;
}

}  // namespace caduceus::fuzz
