#include "core/crypto/vault.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Keyslot) {
  const SharingWorld& s = sharing_world();
  const bool verifies = verify(world().parameters.signing, s.patient.signing.verification_key(), value).has_value();
  accepted = verifies;
  CHECK(!verifies || encode(value) == encode(s.keyslot) || encode(value) == encode(s.keyslot_of_two));  // else it is a forgery
  // The slot is bound to the vault key, too, but for the signature.
  const auto vault = open_keyslot(value, {&s.extracted.value, 1});
  if (!vault) return;
  Keyslot unsigned_slot = value;
  unsigned_slot.signature = s.keyslot.signature;
  CHECK(vault->expose() == s.vault.expose() && encode(unsigned_slot) == encode(s.keyslot));
}

}  // namespace caduceus::fuzz
