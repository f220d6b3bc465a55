// Whole files, by what is in them: copied and compared without ever being in memory.
#pragma once

#include <filesystem>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace caduceus {

struct FileContent {
  std::uint64_t size = 0;
  Bytes32 sha256{};
  friend bool operator==(const FileContent&, const FileContent&) = default;
};

[[nodiscard]] Result<FileContent> read_content(const std::filesystem::path& file);
// Into a new file of mode 0600, which is on disk after sync_file_system(). Returns what was written. Failure: it is there.
[[nodiscard]] Result<FileContent> copy_content(const std::filesystem::path& from, const std::filesystem::path& to);
// All that was written to the file system that this is on.
[[nodiscard]] Result<void> sync_file_system(const std::filesystem::path& path);

}  // namespace caduceus
