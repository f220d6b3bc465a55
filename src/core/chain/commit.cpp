#include "core/chain/commit.h"

namespace caduceus {

Commits commits(unsigned depth, View grandparent, View parent, View certified) {
  if (parent + 1 != certified) return Commits::nothing;
  if (depth == 2) return Commits::parent;
  return grandparent + 1 == parent ? Commits::grandparent : Commits::nothing;
}

Checked<void> verify(const NetworkId& net, const Committee& committee, unsigned depth, const CommitProof& proof) {
  const auto& above = proof.above.items;
  BlockHash below = block_hash(proof.block);
  for (const SupHeader& header : above) {
    if (header.parent() != below) return reject(Reject::block_parent);
    below = block_hash(header);
  }
  if (proof.qc.block != below) return reject(Reject::block_parent);
  const Commits deepest = above.size() == 1 ? commits(depth, View(0), proof.block.view, above[0].view)
                                            : commits(depth, proof.block.view, above[0].view, above[1].view);
  if (deepest != (above.size() == 1 ? Commits::parent : Commits::grandparent)) return reject(Reject::commit_views);
  return verify(net, committee, proof.qc);
}

}  // namespace caduceus
