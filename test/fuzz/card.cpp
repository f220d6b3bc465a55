#include "core/roles/card.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

// What a hospital or a doctor is handed as a patient's: no mutant is hers.
FUZZ_DECODER(roles::Card) { accepted = verify(world().parameters.signing, value).has_value(); }

}  // namespace caduceus::fuzz
