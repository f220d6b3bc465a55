// Blobs as files (docs/FORMATS.md, "Blobs"): FOLDER/3f/3fa2…, named by the id in hexadecimal, mode 0600. A blob is written under
// FOLDER/unfinished, synced, and renamed to its place.
#pragma once

#include <filesystem>

#include "host/store/blob_store.h"

namespace caduceus::store {

// The blobs in this folder; made, with all folders above it, where there is none. What a crash left unfinished is removed. Fails, and
// says why, when another process has it open.
[[nodiscard]] Result<std::unique_ptr<BlobStore>> open_file_blob_store(const std::filesystem::path& folder);

}  // namespace caduceus::store
