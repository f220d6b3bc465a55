#include "core/crypto/vault.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(IndexEntry) {
  SeededRng rng(1);
  const SharingWorld& s = sharing_world();
  const SealedEntry sealed = must(decode<SealedEntry>(encode(seal_entry(s.vault, s.index_key, {}, 1, value, rng))));
  CHECK((sealed.sealed.value.size() - 28) % 512 == 0);  // nonce and tag apart
  const IndexEntry opened = must(open_entry(s.vault, s.index_key, sealed));
  CHECK(std::ranges::equal(encode_secret(opened).expose(), encode_secret(value).expose()));
}

}  // namespace caduceus::fuzz
