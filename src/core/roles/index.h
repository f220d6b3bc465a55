// Where a patient's entries stand in the EMR index (PROTOCOL.md §5): who has VK finds all of them, who has not sees random ids.
#pragma once

#include "core/crypto/vault.h"

namespace caduceus::roles {

using EntryId = ByteArray<16>;

// Of her n-th entry, from 0: the first 16 bytes of Hsk(VK, n), label "entry-id".
[[nodiscard]] EntryId entry_id(const VaultKey& vault, std::uint32_t n);

}  // namespace caduceus::roles
