#include "core/roles/letter.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

// What a relay hands over: opened, it is a letter to its reader, or it is refused.
FUZZ_DECODER(roles::Envelope) {
  const auto letter = open_letter(sharing_world().sealing, value);
  if (letter) CHECK(letter->to == sharing_world().sealing.identity);
}

}  // namespace caduceus::fuzz
