#include <cryptopp/keccak.h>
#include <openssl/evp.h>

#include <memory>

#include "bench/floor.h"

namespace caduceus::bench {

// For each message 1 CryptoPP::Keccak_256::CalculateDigest, of one object.
Work keccak_floor(std::vector<Bytes> messages) {
  return [messages = std::move(messages)] {
    CryptoPP::Keccak_256 keccak;
    Bytes32 out;
    Byte all = 0;
    for (const Bytes& message : messages) {
      keccak.CalculateDigest(out.data(), message.data(), message.size());
      all |= out[0];
    }
    return messages.empty() || all != 0;
  };
}

// For each leaf, and for one node fewer than there are leaves: 1 EVP_DigestInit_ex2, EVP_DigestUpdate and EVP_DigestFinal_ex, of one
// context, over as many bytes as a leaf and a node have.
Work merkle_floor(std::size_t leaves, std::size_t leaf_size) {
  const std::shared_ptr<EVP_MD> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  const std::shared_ptr<EVP_MD_CTX> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return [=, message = Bytes(1 + std::max<std::size_t>(leaf_size, 64))]() mutable {
    bool good = true;
    const auto hash = [&](std::size_t size) {
      good &= EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) == 1;
      good &= EVP_DigestUpdate(context.get(), message.data(), size) == 1;
      good &= EVP_DigestFinal_ex(context.get(), message.data() + 1, nullptr) == 1;  // the next one's input
    };
    for (std::size_t i = 0; i < leaves; ++i) hash(1 + leaf_size);
    for (std::size_t i = 1; i < leaves; ++i) hash(65);
    return good;
  };
}

// Twice for each: 1 EVP_DigestInit_ex2, EVP_DigestUpdate and EVP_DigestFinal_ex, of one context.
Work double_hash_floor(Bytes message, std::size_t times) {
  const std::shared_ptr<EVP_MD> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  const std::shared_ptr<EVP_MD_CTX> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return [=, message = std::move(message), out = Bytes32{}]() mutable {
    bool good = true;
    const auto hash = [&](ByteView bytes) {
      good &= EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) == 1;
      good &= EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1;
      good &= EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1;
    };
    for (std::size_t i = 0; i < times; ++i) {
      hash(message);
      hash(out);
      message.front() = out.front();  // the next one's input
    }
    return good;
  };
}

}  // namespace caduceus::bench
