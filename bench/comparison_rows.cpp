// What one would use without aggregation: OpenSSL's signatures, verified one by one, each under a key of its own. The keys are parsed
// and each has its context ready, which is more than a verifier would have.
#include <openssl/evp.h>

#include <memory>

#include "bench/rows.h"
#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t signature_size = 64;  // both curves': two numbers of 32 bytes; ECDSA's DER form has a few more

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free>;
using MessageContext = std::unique_ptr<EVP_MD_CTX, Free>;

struct Signed {
  Key key;
  KeyContext ecdsa;
  MessageContext ed25519;
  Bytes32 digest{};
  Bytes signature;
};

Bytes32 digest_of(std::size_t n) { return hash({big_endian(static_cast<std::uint64_t>(n))}); }

Signed ecdsa_signed(std::size_t n) {
  Signed one{Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")), nullptr, nullptr, digest_of(n), Bytes(80)};
  const KeyContext signer(EVP_PKEY_CTX_new(one.key.get(), nullptr));
  std::size_t length = one.signature.size();
  CHECK(EVP_PKEY_sign_init(signer.get()) == 1);
  CHECK(EVP_PKEY_sign(signer.get(), one.signature.data(), &length, one.digest.data(), one.digest.size()) == 1);
  one.signature.resize(length);
  one.ecdsa.reset(EVP_PKEY_CTX_new(one.key.get(), nullptr));
  CHECK(EVP_PKEY_verify_init(one.ecdsa.get()) == 1);
  return one;
}

Signed ed25519_signed(std::size_t n) {
  Signed one{Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")), nullptr, nullptr, digest_of(n), Bytes(signature_size)};
  const MessageContext signer(EVP_MD_CTX_new());
  std::size_t length = one.signature.size();
  CHECK(EVP_DigestSignInit(signer.get(), nullptr, nullptr, nullptr, one.key.get()) == 1);
  CHECK(EVP_DigestSign(signer.get(), one.signature.data(), &length, one.digest.data(), one.digest.size()) == 1);
  one.ed25519.reset(EVP_MD_CTX_new());
  CHECK(EVP_DigestVerifyInit(one.ed25519.get(), nullptr, nullptr, nullptr, one.key.get()) == 1);
  return one;
}

std::shared_ptr<std::vector<Signed>> many(std::size_t count, Signed (*make)(std::size_t)) {
  auto all = std::make_shared<std::vector<Signed>>();
  for (std::size_t n = 0; n < count; ++n) all->push_back(make(n));
  return all;
}

Case ecdsa_case(std::size_t count) {
  return {[all = many(count, ecdsa_signed)] {
            bool good = true;
            for (const Signed& one : *all) {
              good &=
                  EVP_PKEY_verify(one.ecdsa.get(), one.signature.data(), one.signature.size(), one.digest.data(), one.digest.size()) == 1;
            }
            return good;
          },
          nullptr, count * signature_size};
}

Case ed25519_case(std::size_t count) {
  return {[all = many(count, ed25519_signed)] {
            bool good = true;
            for (const Signed& one : *all) {
              good &= EVP_DigestVerify(one.ed25519.get(), one.signature.data(), one.signature.size(), one.digest.data(),
                                       one.digest.size()) == 1;
            }
            return good;
          },
          nullptr, count * signature_size};
}

}  // namespace

Row ecdsa_row(std::size_t signatures) {
  return {"ecdsa_p256.verify." + std::to_string(signatures), [signatures] { return ecdsa_case(signatures); }, {}};
}

Row ed25519_row(std::size_t signatures) {
  return {"ed25519.verify." + std::to_string(signatures), [signatures] { return ed25519_case(signatures); }, {}};
}

}  // namespace caduceus::bench
