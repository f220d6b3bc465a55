// open(): what opens is what seal() makes of its content under its nonce.
#include "core/crypto/aead.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto plain = open(sealing_key(), sealing_context(), input);
  accepted = plain.has_value();
  if (!accepted) return 0;
  FixedRng nonce(input.first(aead_nonce_size));
  CHECK(std::ranges::equal(seal(sealing_key(), sealing_context(), plain->expose(), nonce), input));
  CHECK(!open(sealing_key(), as_bytes("another context"), input));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  const auto plain = open(sealing_key(), sealing_context(), {data, size});
  if (!plain || mutator.one_in(2)) return LLVMFuzzerMutate(data, size, most);
  // Other content, sealed as it should be.
  Bytes content(plain->expose().begin(), plain->expose().end());
  content.resize(content.size() + 32);
  content.resize(LLVMFuzzerMutate(content.data(), content.size() - 32, content.size()));
  return put(seal(sealing_key(), sealing_context(), content, mutator.rng()), data, most);
}

}  // namespace caduceus::fuzz
