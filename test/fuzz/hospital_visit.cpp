#include "core/roles/hospital_visits.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// As it stands in a hospital's tables, once it was opened.
FUZZ_DECODER(roles::Visit) { static_cast<void>(value.card.party()); }

}  // namespace caduceus::fuzz
