#include "core/roles/letter.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

// A changed letter is nobody's: the hospital signed only the seed.
FUZZ_DECODER(roles::Letter) {
  const World& w = world();
  const auto verified = verify(w.parameters.signing, w.hospital.signing.verification_key(), value);
  const auto* denied = std::get_if<roles::GrantDenied>(&value.content);
  const bool is_genuine = denied != nullptr && denied->words.value == "as it was written" && value.sent == Time(1'800'000'000'000);
  CHECK(!verified || is_genuine);
}

}  // namespace caduceus::fuzz
