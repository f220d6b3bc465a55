#include "core/crypto/grant.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Policy) {
  const SharingWorld& s = sharing_world();
  CHECK(value.check());
  const auto& records = value.records.items;
  const auto grant = make_grant(value, s.initiator, of_places(s.factors, records));
  CHECK(!grant || (grant->check() && value.patient == s.patient.signing.identity && grant->factors.items.size() == records.size()));
}

}  // namespace caduceus::fuzz
