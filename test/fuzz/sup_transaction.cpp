#include "core/chain/sup_transaction.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SupTransaction) {
  const SupChain& chain = sup_chain();
  static TransactionVerifier verifier(chain.people.keys(), 64);
  SeededRng rng(1);
  const bool verifies = verifier.verify({&value, 1}, rng).has_value();
  const auto is_known = [&](const SupTransaction& one) { return hash_of(one) == hash_of(value); };
  CHECK(!verifies || std::ranges::any_of(chain.body.transactions.items, is_known));  // else it is a forgery
  static_cast<void>(chain.steps.valid(value));
}

}  // namespace caduceus::fuzz
