#include "host/store/keystore_file.h"

#include "host/store/durable_file.h"

namespace caduceus {

Result<void> create_keystore(const std::filesystem::path& path, const SecretBytes& content, const SecretBytes& passphrase, const Argon2Cost& cost,
                             Rng& rng) {
  return write_durably(path, seal_keystore(content, passphrase, cost, rng), IfExists::fail);
}

Result<SecretBytes> load_keystore(const std::filesystem::path& path, const SecretBytes& passphrase) {
  using std::filesystem::perms;
  std::error_code error;
  const perms mode = std::filesystem::status(path, error).permissions();
  if (!error && (mode & (perms::group_all | perms::others_all)) != perms::none) {
    return failure(path.string() + " can be read by others than its owner; if it is yours, run: chmod 600 " + path.string());
  }
  constexpr std::size_t limit = (1U << 20) + 4096;
  TRY(const SecretBytes file, read_whole(path, limit));
  auto content = open_keystore(file.expose(), passphrase);
  if (!content) return failure("cannot open the keystore " + path.string() + ": " + std::string(explain(content.error())));
  return std::move(*content);
}

}  // namespace caduceus
