#include "core/roles/index.h"

#include <algorithm>

#include "core/crypto/hash.h"

namespace caduceus::roles {

EntryId entry_id(const VaultKey& vault, std::uint32_t n) {
  const SecretKey derived = derive_key(KeyHash::hsk, "entry-id", {vault.expose(), encode(n)});
  EntryId id{};
  std::ranges::copy_n(derived.expose().begin(), id.size(), id.begin());
  return id;
}

}  // namespace caduceus::roles
