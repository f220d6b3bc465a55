// An aggregate against a fixed list of messages under two w's: what decodes is the list of pairs that was sent.
#include "core/crypto/aggregate_signature.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

using Pairs = List<IndividualSignature, aggregate_size_limit>;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const World& w = world();
  const ByteView input(data, size);
  const auto value = decode_aggregate(input, w.messages);
  accepted = value.has_value();
  // decode_aggregate() refuses what decode() refuses, and other numbers of sums.
  const auto pairs = decode<Pairs>(input);
  CHECK(accepted == (pairs && pairs->items.size() == 2));
  if (!accepted) return 0;
  CHECK(std::ranges::equal(encode_aggregate(*value), input));

  SeededRng rng(1);
  HashedIdentities identities(4);
  const bool verifies = verify(w.parameters, w.messages, *value, identities, rng).has_value();
  CHECK(verifies || *value != w.aggregate);
  const std::vector<AggregateSignature> twice{*value, w.aggregate};
  static_cast<void>(merge(twice));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return mutate_encoded<Pairs>(data, size, most, seed);
}

}  // namespace caduceus::fuzz
