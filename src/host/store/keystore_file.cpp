#include "host/store/keystore_file.h"

#include "host/store/durable_file.h"

namespace caduceus {

Result<void> create_keystore_file(const std::filesystem::path& path, ByteView sealed) {
  return write_durably(path, sealed, IfExists::fail);
}

Result<SecretBytes> load_keystore_file(const std::filesystem::path& path) {
  using std::filesystem::perms;
  std::error_code error;
  const perms mode = std::filesystem::status(path, error).permissions();
  if (!error && (mode & (perms::group_all | perms::others_all)) != perms::none) {
    return failure(path.string() + " can be read by others than its owner; if it is yours, run: chmod 600 " + path.string());
  }
  constexpr std::size_t limit = (1U << 20) + 4096;
  return read_whole(path, limit);
}

}  // namespace caduceus
