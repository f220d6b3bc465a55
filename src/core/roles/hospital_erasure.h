// A record that is destroyed on order (PROTOCOL.md §5, R9): its key and salt first, by whoever keeps its bytes; then what else is known of
// it.
#pragma once

#include "core/roles/hospital_records.h"

namespace caduceus::roles {

// Table 29.
inline constexpr Table<TransactionHash, ErasureReceipt> erasure_receipts{29};

// Where its bytes are; nothing when it was erased: erasure_receipts has the receipt. Reject::record_unknown.
[[nodiscard]] Checked<std::optional<Bytes32>> body_to_erase(const WriteSet& step, const TransactionHash& htxm);
// The bytes are gone, and the receipt says so. The patient gets it.
void record_erasure(WriteSet& step, const ErasureReceipt& receipt);

}  // namespace caduceus::roles
