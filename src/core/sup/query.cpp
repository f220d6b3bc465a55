#include "core/sup/query.h"

namespace caduceus::sup {

Checked<std::optional<Bytes>> verify(const NetworkId& net, const Committee& committee, unsigned depth, const AskProof& question,
                                     const ProvenEntry& entry) {
  TRY_VOID(caduceus::verify(net, committee, depth, entry.commit));
  const SupRoots& roots = entry.commit.block.roots;
  return caduceus::verify(question.trie == SnapshotTrie::state ? roots.state : roots.revocations, question.key.value, entry.proof);
}

}  // namespace caduceus::sup
