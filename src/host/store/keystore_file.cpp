#include "host/store/keystore_file.h"

#include "host/store/durable_file.h"
#include "host/store/private_file.h"

namespace caduceus {

Result<void> create_keystore_file(const std::filesystem::path& path, ByteView sealed) {
  return write_durably(path, sealed, IfExists::fail);
}

Result<SecretBytes> load_keystore_file(const std::filesystem::path& path) {
  constexpr std::size_t limit = (1U << 20) + 4096;
  return read_private_file(path, limit);
}

}  // namespace caduceus
