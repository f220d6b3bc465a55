// Bodies whose signatures nobody looked at, on top of a state: whatever is accepted gives the same state again.
#include "core/chain/sup_body.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {
namespace {

std::optional<SupRoots> after(const SupBody& body) {
  const SupChain& chain = sup_chain();
  sup::Transition next = chain.steps.next();
  for (const auto& evidence : body.evidence.items) {
    if (!next.apply(chain.rules.leader(evidence.view), evidence)) return std::nullopt;
  }
  for (const auto& header : body.observed.items) {
    if (!next.observe(header)) return std::nullopt;
  }
  for (const auto& transaction : body.transactions.items) {
    if (!next.apply(transaction)) return std::nullopt;
  }
  return next.state()->roots;
}

}  // namespace

FUZZ_DECODER(SupBody) {
  CHECK(value.is_empty() || decode_body(encode_body(value)) == value);
  const auto roots = after(value);
  CHECK(roots == after(value));
  CHECK(!(value == sup_chain().body) || roots);
}

}  // namespace caduceus::fuzz
