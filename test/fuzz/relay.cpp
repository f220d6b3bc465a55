#include "host/node/sup_service.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

// Of another hospital, which says that it verified them: they are verified again, and only what was really signed gets into the pool.
FUZZ_DECODER(Relay) {
  const SupChain& chain = sup_chain();
  static TransactionVerifier verifier(chain.people.keys(), 64);
  SeededRng rng(1);
  const auto verified = verifier.verify_each(value.items, rng);
  CHECK(verified.size() == value.items.size());
  for (std::size_t i = 0; i < verified.size(); ++i) {
    const auto is_this = [&](const SupTransaction& one) { return hash_of(one) == hash_of(value.items[i]); };
    CHECK(!verified[i] || std::ranges::any_of(chain.body.transactions.items, is_this));
  }
}

}  // namespace caduceus::fuzz
