#include <openssl/evp.h>

#include <memory>

#include "bench/floor.h"
#include "core/base/check.h"

namespace caduceus::bench {

// 1 EVP_CIPHER_CTX_new, EVP_CIPHER_CTX_free and EVP_EncryptInit_ex2 with the key; for each chunk 1 EVP_EncryptInit_ex2 with its nonce,
// 1 EVP_EncryptUpdate, 1 EVP_EncryptFinal_ex, 1 EVP_CTRL_AEAD_GET_TAG. Into memory that is there already.
Work seal_floor(const SealFloor& input) {
  const std::shared_ptr<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), EVP_CIPHER_free);
  const std::size_t chunks = (input.plain.size() + input.chunk - 1) / input.chunk;
  return [input, cipher, out = Bytes(input.plain.size() + 16 * chunks)]() mutable {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    ByteArray<12> nonce{};
    bool good = EVP_EncryptInit_ex2(context.get(), cipher.get(), input.key.data(), nonce.data(), nullptr) == 1;
    ByteView plain = input.plain;
    Byte* next = out.data();
    int length = 0;
    while (!plain.empty()) {
      const ByteView chunk = plain.first(std::min(plain.size(), input.chunk));
      plain = plain.subspan(chunk.size());
      ++nonce[10];
      good &= EVP_EncryptInit_ex2(context.get(), nullptr, nullptr, nonce.data(), nullptr) == 1;
      good &= EVP_EncryptUpdate(context.get(), next, &length, chunk.data(), static_cast<int>(chunk.size())) == 1;
      next += length;
      good &= EVP_EncryptFinal_ex(context.get(), next, &length) == 1;
      good &= EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, next) == 1;
      next += 16;
    }
    return good;
  };
}

}  // namespace caduceus::bench
