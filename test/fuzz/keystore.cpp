// open_keystore(): what opens is what seal_keystore() makes of its content, cost, salt and nonce. Costs that it would accept and that take
// more than a moment are left out.
#include "core/crypto/keystore.h"

#include "core/crypto/aead.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {
namespace {

// Where what lies: docs/PROTOCOL.md, "Sealing".
constexpr std::size_t cost_at = 8;
constexpr std::size_t salt_at = 20;
constexpr std::size_t sealed_at = 36;

std::optional<Argon2Cost> cost_of(ByteView file) {
  if (file.size() < salt_at) return std::nullopt;
  const auto cost = decode<Argon2Cost>(file.subspan(cost_at, salt_at - cost_at));
  return cost ? std::optional(*cost) : std::nullopt;
}

SecretBytes passphrase() { return SecretBytes(as_bytes("correct horse")); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const auto cost = cost_of(file);
  if (cost && (cost->memory > 1024 || cost->passes > 1)) return 0;
  const auto content = open_keystore(file, passphrase());
  accepted = content.has_value();
  if (!accepted) return 0;
  CHECK(cost);
  Bytes drawn(file.begin() + salt_at, file.begin() + sealed_at);
  drawn.insert(drawn.end(), file.begin() + sealed_at, file.begin() + sealed_at + aead_nonce_size);
  FixedRng rng(drawn);
  CHECK(std::ranges::equal(seal_keystore(*content, passphrase(), *cost, rng), file));
  CHECK(open_keystore(file, SecretBytes(as_bytes("wrong"))).error() == Reject::keystore_passphrase);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  if (!mutator.one_in(4)) return LLVMFuzzerMutate(data, size, most);
  Bytes content(mutator.rng().below(64));
  mutator.rng().fill(content);
  const auto lanes = static_cast<std::uint32_t>(1 + mutator.rng().below(2));
  return put(seal_keystore(SecretBytes(content), passphrase(), {8 * lanes, 1, lanes}, mutator.rng()), data, most);
}

}  // namespace caduceus::fuzz
