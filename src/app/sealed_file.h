// Files that hold one encoded value under a passphrase: keystores of authorities and members.
#pragma once

#include <algorithm>

#include "app/public_file.h"
#include "core/base/check.h"
#include "core/crypto/keystore.h"
#include "host/node/system_random.h"
#include "host/store/keystore_file.h"

namespace caduceus {

// A private key as host/net makes them: Ed25519 in PKCS#8 has this length, always.
struct TlsKey {
  Secret<ByteArray<48>> der;

  static TlsKey of(const SecretBytes& key) {
    CHECK(key.size() == 48);
    TlsKey made;
    std::ranges::copy(key.expose(), made.der.expose().begin());
    return made;
  }
  [[nodiscard]] SecretBytes bytes() const { return SecretBytes(ByteView(der.expose())); }

  static auto fields(auto& self) { return std::tie(self.der); }
};

// Writes a file that must not be there yet.
template <class T>
[[nodiscard]] Result<void> seal_file(const std::filesystem::path& path, const T& secrets, const SecretBytes& passphrase) {
  SystemRandom random;
  return create_keystore_file(path, seal_keystore(encode_secret(secrets), passphrase, Argon2Cost{}, random));
}

template <class T>
[[nodiscard]] Result<T> open_file(const std::filesystem::path& path, const SecretBytes& passphrase) {
  TRY(const SecretBytes sealed, load_keystore_file(path));
  const auto content = open_keystore(sealed.expose(), passphrase);
  if (!content) return failure("cannot open the keystore " + path.string() + ": " + std::string(explain(content.error())));
  auto secrets = decode<T>(content->expose());
  if (!secrets) return failure(path.string() + " is a keystore of another kind: " + std::string(explain(secrets.error())));
  return *std::move(secrets);
}

}  // namespace caduceus
