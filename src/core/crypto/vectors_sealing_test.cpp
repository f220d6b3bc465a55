// Sealing and keystores against Node's and @noble/hashes'.
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/crypto/keystore.h"
#include "test/vectors.h"

namespace caduceus {
namespace {

TEST(SealingVectors, short_messages) {
  for (const auto& v : load_vectors("sealing").at("short")) {
    const SecretKey key(value_at<Bytes32>(v, "key"));
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "nonce"));
    EXPECT_EQ(to_hex(seal(key, bytes_at(v, "associated_data"), bytes_at(v, "plaintext"), rng)), text_at(v, "sealed")) << text_at(v, "what");
    EXPECT_EQ(to_hex(open(key, bytes_at(v, "associated_data"), bytes_at(v, "sealed"))->expose()), text_at(v, "plaintext"));
  }
}

TEST(SealingVectors, streams) {
  for (const auto& v : load_vectors("sealing").at("streams")) {
    Bytes plain(v.at("plaintext_length").get<std::size_t>());
    for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<Byte>(7 * i + 3);
    ASSERT_EQ(to_hex(sha256(plain)), text_at(v, "plaintext_sha256"));
    const SecretKey key(value_at<Bytes32>(v, "key"));
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "prefix"));
    const Bytes sealed = seal_stream(key, bytes_at(v, "associated_data"), plain, rng);
    EXPECT_EQ(sealed.size(), v.at("sealed_length"));
    EXPECT_EQ(to_hex(sha256(sealed)), text_at(v, "sealed_sha256"));
    EXPECT_TRUE(std::ranges::equal(open_stream(key, bytes_at(v, "associated_data"), sealed)->expose(), plain));
  }
}

TEST(SealingVectors, keystores) {
  for (const auto& v : load_vectors("sealing").at("keystores")) {
    const SecretBytes password(bytes_at(v, "password"));
    const SecretBytes contents(bytes_at(v, "contents"));
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "salt")).bytes(bytes_at(v, "nonce"));
    const Argon2Cost cost{v.at("memory_kib"), v.at("passes"), v.at("lanes")};
    EXPECT_EQ(to_hex(seal_keystore(contents, password, cost, rng)), text_at(v, "keystore")) << text_at(v, "what");
    EXPECT_EQ(to_hex(open_keystore(bytes_at(v, "keystore"), password)->expose()), text_at(v, "contents"));
  }
}

}  // namespace
}  // namespace caduceus
