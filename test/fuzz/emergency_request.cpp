#include "core/crypto/emergency.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(EmergencyRequest) {
  SeededRng rng(1);
  const World& w = world();
  const SharingWorld& s = sharing_world();
  accepted = false;
  for (const auto* emergency : {&s.opening, &s.reading}) {
    const auto tokens = of_places(s.tokens, value.scope.records.items);
    const auto admitted = AcceptedEmergency::check(w.parameters.signing, w.hospital, value, tokens, s.view(*emergency), {}, rng);
    CHECK(!admitted || encode(value) == encode(emergency->requester.request()));  // else it is a forgery
    accepted = accepted || admitted;
  }
}

}  // namespace caduceus::fuzz
