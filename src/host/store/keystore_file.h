// Where an encrypted keystore lies: a file of mode 0600, written whole or not at all.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/crypto/keystore.h"

namespace caduceus {

// Seals the secrets under the passphrase and writes the file, which must not exist yet: a key is never overwritten.
[[nodiscard]] Result<void> create_keystore(const std::filesystem::path& path, const SecretBytes& content, const SecretBytes& passphrase,
                                           const Argon2Cost& cost, Rng& rng);

// Opens it again. Fails on a file that others than its owner can read, a wrong passphrase, changed bytes; the message says which.
[[nodiscard]] Result<SecretBytes> load_keystore(const std::filesystem::path& path, const SecretBytes& passphrase);

}  // namespace caduceus
