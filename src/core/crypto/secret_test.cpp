#include "core/base/secret.h"

#include <gtest/gtest.h>

#include <concepts>
#include <cstring>
#include <new>
#include <ostream>
#include <type_traits>

#include "core/crypto/registration.h"

namespace caduceus {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept Encodable = requires(Writer& writer, const T& value) { Codec<T>::write(writer, value); };

static_assert(!std::equality_comparable<SecretKey> && !std::equality_comparable<SecretBytes>);
static_assert(!std::copyable<SecretKey> && !std::copyable<SecretBytes>);
static_assert(!Printable<SecretKey> && !Printable<SecretBytes>);
static_assert(!Encodable<SecretKey>, "a secret is written to a SecretWriter only");

TEST(secret, is_wiped_when_it_goes) {
  alignas(SecretKey) std::byte memory[sizeof(SecretKey)];
  auto* secret = new (memory) SecretKey;
  secret->expose().fill(0xab);
  secret->~Secret();
  for (const std::byte b : memory) EXPECT_EQ(b, std::byte{0});
}

TEST(secret, is_wiped_when_it_is_moved_from) {
  SecretKey from;
  from.expose().fill(0xab);
  const SecretKey to = std::move(from);
  EXPECT_EQ(to.expose()[31], 0xab);
  EXPECT_EQ(from.expose(), Bytes32{});  // NOLINT(bugprone-use-after-move): that it is gone is the point
}

TEST(secret, keys_come_back_from_their_encoding) {
  SeededRng rng(1);
  const MasterSecrets secrets = MasterSecrets::random(rng);
  const SecretBytes bytes = encode_secret(secrets);
  EXPECT_EQ(bytes.size(), 96U);
  const auto again = decode<MasterSecrets>(bytes.expose());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->aggregate.expose(), secrets.aggregate.expose());
}

}  // namespace
}  // namespace caduceus
