// Small files that are either there whole or not at all, and folders: on disk before a call returns.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace caduceus {

// "cannot open PATH: No such file or directory", as errno has it.
tl::unexpected<Failure> system_failure(const std::string& what, const std::filesystem::path& path);

// All of them, to an open file. When false, errno says why.
[[nodiscard]] bool write_all(int descriptor, ByteView bytes);

// What was made, renamed or erased in this folder is on disk.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

enum class IfExists : std::uint8_t { fail, replace };

// Writes beside the place, fsyncs, renames, and fsyncs the folder. Mode 0600: readable by its owner only.
// After a crash at any point the file holds its old bytes or the new ones.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& path, ByteView bytes, IfExists if_exists);

// The whole file, at most `limit` bytes.
[[nodiscard]] Result<SecretBytes> read_whole(const std::filesystem::path& path, std::size_t limit);

// With all folders above it, each on disk in its own; mode 0700. What is there already stays as it is.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& path);

}  // namespace caduceus
