#include "core/sup/query.h"

namespace caduceus::sup {

Checked<std::optional<Bytes>> verify(const NetworkId& net, const Committee& committee, unsigned depth, const AskProof& question,
                                     const ProvenEntry& entry) {
  TRY_VOID(caduceus::verify(net, committee, depth, entry.commit));
  return verify_step(question, entry).map([](ProvenStep step) { return std::move(step.value); });
}

Checked<ProvenStep> verify_step(const AskProof& question, const ProvenEntry& entry) {
  const SupRoots& roots = entry.commit.block.roots;
  const bool is_state = question.trie == SnapshotTrie::state;
  return caduceus::verify_step(is_state ? roots.state : roots.revocations, question.key.value, entry.proof);
}

}  // namespace caduceus::sup
