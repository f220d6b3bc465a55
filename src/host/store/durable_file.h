// Small files that are either there whole or not at all, and on disk before a call returns.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace caduceus {

enum class IfExists : std::uint8_t { fail, replace };

// Writes beside the place, fsyncs, renames, and fsyncs the folder. Mode 0600: readable by its owner only.
// After a crash at any point the file holds its old bytes or the new ones.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& path, ByteView bytes, IfExists if_exists);

// The whole file, at most `limit` bytes.
[[nodiscard]] Result<SecretBytes> read_whole(const std::filesystem::path& path, std::size_t limit);

}  // namespace caduceus
