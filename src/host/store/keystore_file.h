// Where an encrypted keystore lies: a file of mode 0600, written whole or not at all. Its bytes are core/crypto/keystore.h's.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace caduceus {

// Writes the sealed keystore to a file that must not exist yet: a key is never overwritten.
[[nodiscard]] Result<void> create_keystore_file(const std::filesystem::path& path, ByteView sealed);

// The sealed bytes again. Fails on a file that others than its owner can read, and says how to mend it.
[[nodiscard]] Result<SecretBytes> load_keystore_file(const std::filesystem::path& path);

}  // namespace caduceus
