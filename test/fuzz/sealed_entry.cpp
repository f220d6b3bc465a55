// open_entry(): what opens is what seal_entry() makes of its content under its nonce.
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {
namespace {

void take_decoded(const SealedEntry& value) {
  const SharingWorld& s = sharing_world();
  const auto entry = open_entry(s.vault, s.index_key, value);
  accepted = entry.has_value();
  if (!accepted) return;
  FixedRng nonce(ByteView(value.sealed.value).first(aead_nonce_size));
  CHECK(encode(seal_entry(s.vault, s.index_key, value.id, value.version, *entry, nonce)) == encode(value));
}

// docs/PROTOCOL.md, "The index".
SecretKey key_of(const SealedEntry& entry) { return derive_key(KeyHash::hsk, "index-entry", {sharing_world().vault.expose(), entry.id}); }
SecretBytes place_of(const SealedEntry& entry) { return sequence({entry.id, sharing_world().index_key, big_endian(entry.version)}); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  round_trip<SealedEntry>({data, size}, take_decoded);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  auto entry = decode<SealedEntry>({data, size});
  if (!entry || mutator.one_in(2)) return mutate_encoded<SealedEntry>(data, size, most, seed);
  const auto plain = open(key_of(*entry), place_of(*entry).expose(), entry->sealed.value);
  if (!plain) return LLVMFuzzerMutate(data, size, most);
  // Another content or padding, sealed as it should be.
  Bytes content(plain->expose().begin(), plain->expose().end());
  content.resize(content.size() + 512);
  if (!mutator.one_in(4)) content.resize(LLVMFuzzerMutate(content.data(), content.size() - 512, content.size()));
  entry->sealed.value = seal(key_of(*entry), place_of(*entry).expose(), content, mutator.rng());
  return put(encode(*entry), data, most);
}

}  // namespace caduceus::fuzz
