#include "host/store/private_file.h"

#include "host/store/durable_file.h"

namespace caduceus {

Result<SecretBytes> read_private_file(const std::filesystem::path& path, std::size_t limit) {
  using std::filesystem::perms;
  std::error_code error;
  const perms mode = std::filesystem::status(path, error).permissions();
  if (!error && (mode & (perms::group_all | perms::others_all)) != perms::none) {
    return failure(path.string() + " can be read by others than its owner; if it is yours, run: chmod 600 " + path.string());
  }
  return read_whole(path, limit);
}

}  // namespace caduceus
