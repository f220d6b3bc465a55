// A body under the root of a header of its own: what verifies was really signed, has one state after it, and every record in it is proven.
#include "test/fuzz/decoder.h"
#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(MedBody) {
  MedChain& chain = med_chain();
  const Bytes32 root = transaction_tree(value).root();
  for (std::size_t i = 0; i < value.bundles.items.size(); ++i) {
    const auto hashes = record_hashes(value.bundles.items[i]);
    const std::size_t last = hashes.size() - 1;
    CHECK(verify(root, hashes[last], prove_record(value, i, last)));
  }
  const auto verified = chain.verifier.verify(root, value, chain.people.rng);
  const MedBody honest = chain.body();
  const bool is_signed = value.bundles == honest.bundles && value.calls == honest.calls && value.aggregate == honest.aggregate;
  const bool is_empty = value.bundles.items.empty() && value.calls.items.empty();
  CHECK(!verified || is_signed || is_empty);
  CHECK(!(value == honest) || verified);

  const auto after = [&]() -> std::optional<Bytes32> {
    med::Transition next(med::State(), {Height(1), chain.full().time, MedWorld::epoch_length});
    if (!next.apply(value)) return std::nullopt;
    return next.state().root();
  };
  const auto state = after();
  CHECK(state == after());
  CHECK(!(value == honest) || state == chain.full().state);
}

}  // namespace caduceus::fuzz
