#include "core/crypto/emergency.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(EmergencyMemory) {
  SeededRng rng(1);
  const World& w = world();
  const SharingWorld& s = sharing_world();
  for (const auto* emergency : {&s.opening, &s.reading}) {
    const EmergencyRequest& request = emergency->requester.request();
    const auto tokens = of_places(s.tokens, request.scope.records.items);
    const auto admitted = AcceptedEmergency::check(w.parameters.signing, w.hospital, request, tokens, s.view(*emergency), value, rng);
    if (!admitted) continue;
    const std::size_t before = value.answered.items.size();
    const std::size_t after = admitted->to_persist().answered.items.size();
    const bool repeated = std::ranges::any_of(value.answered.items, [&](const auto& one) { return one.request == request_hash(request); });
    CHECK(after == before + (repeated ? 0U : 1U));
    CHECK(repeated || after <= (request.kind == EmergencyKind::open ? EmergencyMemory::most_openings : 1));
    CHECK(decode<EmergencyMemory>(encode_secret(admitted->to_persist()).expose()).has_value());
  }
}

}  // namespace caduceus::fuzz
