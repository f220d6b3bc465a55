// A wallet in one file, under the wallet's passphrase: its keys, what it trusts, and all that it keeps (docs/FORMATS.md, "A wallet's backup").
#pragma once

#include "app/wallet.h"

namespace caduceus {

struct BackedUp {
  std::size_t entries = 0;  // of its tables
  std::size_t bytes = 0;  // of the file
};
// A new file. Failure: it is there, it cannot be written.
[[nodiscard]] Result<BackedUp> back_up(Wallet& wallet, const SecretBytes& passphrase, const std::filesystem::path& out);
// Into a folder in which nobody has enrolled. Broken off, the same again goes on. Failure: another passphrase, no backup, or a changed one; somebody has
// enrolled there.
[[nodiscard]] Result<BackedUp> restore(const std::filesystem::path& from, const SecretBytes& passphrase,
                                       const std::filesystem::path& folder, Language language);

}  // namespace caduceus
