#include "core/crypto/keystore.h"

#include <argon2.h>

#include "core/base/check.h"
#include "core/crypto/aead.h"

namespace caduceus {
namespace {

constexpr ByteArray<8> magic{'C', 'A', 'D', 'K', 'E', 'Y', 'S', '1'};

struct Format {
  ByteArray<8> value = magic;

  static auto fields(auto& self) { return std::tie(self.value); }
  [[nodiscard]] Checked<void> check() const {
    if (value != magic) return reject(Reject::keystore_format);
    return {};
  }
};

// What stands before the sealed content, and is bound to it. What it is comes before what it asks for.
struct Header {
  Format format;
  Argon2Cost cost;
  ByteArray<16> salt{};

  static auto fields(auto& self) { return std::tie(self.format, self.cost, self.salt); }
};

struct Keystore {
  Header header;
  ByteArray<aead_nonce_size> nonce{};
  Blob<aead_tag_size, 1U << 20> sealed;  // ciphertext ‖ tag

  static auto fields(auto& self) { return std::tie(self.header, self.nonce, self.sealed); }
};

SecretKey argon2id(const SecretBytes& passphrase, const Header& header) {
  SecretKey key;
  const int status = argon2id_hash_raw(header.cost.passes, header.cost.memory, header.cost.lanes, passphrase.expose().data(),
                                       passphrase.size(), header.salt.data(), header.salt.size(), key.expose().data(), key.expose().size());
  CHECK(status == ARGON2_OK);  // the cost was checked; what is left is no memory
  return key;
}

}  // namespace

Checked<void> Argon2Cost::check() const {
  if (lanes == 0 || lanes > 16 || passes == 0 || passes > 16 || memory < 8 * lanes || memory > 1U << 20)
    return reject(Reject::keystore_parameters);
  return {};
}

Bytes seal_keystore(const SecretBytes& content, const SecretBytes& passphrase, const Argon2Cost& cost, Rng& rng) {
  CHECK(cost.check().has_value());
  Keystore keystore{.header = {.format = {}, .cost = cost, .salt = rng.bytes<16>()}, .sealed = {}};
  const Bytes sealed = seal(argon2id(passphrase, keystore.header), encode(keystore.header), content.expose(), rng);
  std::copy_n(sealed.begin(), aead_nonce_size, keystore.nonce.begin());
  keystore.sealed.value.assign(sealed.begin() + aead_nonce_size, sealed.end());
  return encode(keystore);
}

Checked<SecretBytes> open_keystore(ByteView file, const SecretBytes& passphrase) {
  TRY(const Keystore keystore, decode<Keystore>(file));
  Bytes sealed(keystore.nonce.begin(), keystore.nonce.end());
  sealed.insert(sealed.end(), keystore.sealed.value.begin(), keystore.sealed.value.end());
  auto content = open(argon2id(passphrase, keystore.header), encode(keystore.header), sealed);
  if (!content) return reject(Reject::keystore_passphrase);
  return content;
}

}  // namespace caduceus
