// Files that hold one encoded value and nothing secret.
#pragma once

#include "host/store/durable_file.h"

namespace caduceus {

// At most 1 MiB, or what is said. `what` it is to be, for the message: "a genesis". Failure: not there, or something else.
template <class T>
[[nodiscard]] Result<T> load(const std::filesystem::path& path, const std::string& what, std::size_t most = 1U << 20U) {
  TRY(const SecretBytes bytes, read_whole(path, most));
  auto value = decode<T>(bytes.expose());
  if (!value) return failure(path.string() + " is not " + what + ": " + std::string(explain(value.error())));
  return *std::move(value);
}

// "why: WHAT", of what was refused here.
inline tl::unexpected<Failure> refused(const std::string& what, Reject reason) {
  return failure(what + ": " + std::string(explain(reason)) + " (" + std::string(name(reason)) + ")");
}

}  // namespace caduceus
