#include "core/chain/sup_block.h"

#include <algorithm>
#include <array>

#include "core/crypto/hash.h"

namespace caduceus {

Checked<void> SupBlock::check() const {
  if (header.body != body_hash(body.value)) return reject(Reject::block_body);
  return {};
}

Bytes32 body_hash(ByteView body) { return sha256(body); }

BlockHash block_hash(const SupHeader& header) { return hash({as_bytes("sblock"), encode(header)}); }

Checked<void> check_justification(const SupHeader& header) {
  if (header.view <= header.justify.view) return reject(Reject::block_view);
  if (header.justify.view + 1 == header.view) {
    if (header.tc) return reject(Reject::block_justification);
    return {};
  }
  if (!header.tc || header.tc->view + 1 != header.view) return reject(Reject::block_justification);
  const auto& high_views = header.tc->high_views.items;
  if (std::ranges::any_of(high_views, [&](View high) { return high > header.justify.view; })) return reject(Reject::block_justification);
  return {};
}

Checked<void> verify(const NetworkId& net, const Committee& committee, std::size_t leader, const Equivocation& evidence) {
  if (evidence.first >= evidence.second) return reject(Reject::evidence_order);
  return committee.verify(std::array{
      committee.part_of(leader, proposal_statement(net, evidence.view, evidence.first), evidence.first_signature),
      committee.part_of(leader, proposal_statement(net, evidence.view, evidence.second), evidence.second_signature),
  });
}

}  // namespace caduceus
