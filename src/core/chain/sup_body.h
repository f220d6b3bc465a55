// What a block of SUP carries (PROTOCOL.md §8): transactions, evidence against replicas, headers of MED's blocks that were observed.
#pragma once

#include "core/chain/mblock_header.h"
#include "core/chain/sup_block.h"
#include "core/chain/sup_transaction.h"

namespace caduceus {

struct SupBody {
  static constexpr std::size_t most_transactions = 4096;  // §10; together with the rest, most_body_bytes
  static constexpr std::size_t most_evidence = 64;
  static constexpr std::size_t most_observed = 1024;

  List<SupTransaction, most_transactions> transactions;
  List<Equivocation, most_evidence> evidence;
  List<MblockHeader, most_observed> observed;  // parents first

  static auto fields(auto& self) { return std::tie(self.transactions, self.evidence, self.observed); }
  [[nodiscard]] bool is_empty() const { return transactions.items.empty() && evidence.items.empty() && observed.items.empty(); }
  friend bool operator==(const SupBody&, const SupBody&) = default;
};

// Of a body that has nothing in it: no bytes, so that consensus sees that there is nothing to hurry for.
[[nodiscard]] Bytes encode_body(const SupBody& body);
// Reject::not_canonical: bytes for a body that has nothing in it. Else as decode().
[[nodiscard]] Checked<SupBody> decode_body(ByteView bytes);

}  // namespace caduceus
