// Files that only their owner may read.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace caduceus {

// The whole file, at most `limit` bytes. Fails on one that others than its owner can read, and says how to mend it.
[[nodiscard]] Result<SecretBytes> read_private_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace caduceus
