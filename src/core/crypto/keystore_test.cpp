#include "core/crypto/keystore.h"

#include <gtest/gtest.h>

namespace caduceus {
namespace {

constexpr Argon2Cost cheap{.memory = 64, .passes = 1, .lanes = 1};

SecretBytes text(std::string_view words) { return SecretBytes(as_bytes(words)); }

Bytes sealed() {
  SeededRng rng(1);
  return seal_keystore(text("the keys"), text("open sesame"), cheap, rng);
}

TEST(keystore, opens_with_its_passphrase_only) {
  const auto content = open_keystore(sealed(), text("open sesame"));
  ASSERT_TRUE(content);
  EXPECT_EQ(as_text(content->expose()), "the keys");
  EXPECT_EQ(open_keystore(sealed(), text("open sesam")).error(), Reject::keystore_passphrase);
  EXPECT_EQ(open_keystore(sealed(), text("")).error(), Reject::keystore_passphrase);
}

TEST(keystore, an_empty_content_and_an_empty_passphrase_are_a_keystore_too) {
  SeededRng rng(1);
  const auto content = open_keystore(seal_keystore(SecretBytes(), SecretBytes(), cheap, rng), SecretBytes());
  ASSERT_TRUE(content);
  EXPECT_EQ(content->size(), 0U);
}

TEST(keystore, a_file_cannot_ask_for_more_than_a_machine_has) {
  const auto with = [](std::size_t offset, Byte value) {
    Bytes file = sealed();
    file[offset] = value;
    return open_keystore(file, text("open sesame")).error();
  };
  EXPECT_EQ(with(0, 'X'), Reject::keystore_format);
  EXPECT_EQ(with(7, '2'), Reject::keystore_format);
  EXPECT_EQ(open_keystore(Bytes(200, 'x'), text("open sesame")).error(), Reject::keystore_format);
  EXPECT_EQ(with(8, 0x7f), Reject::keystore_parameters);   // memory
  EXPECT_EQ(with(12, 0x7f), Reject::keystore_parameters);  // passes
  EXPECT_EQ(with(15, 0), Reject::keystore_parameters);
  EXPECT_EQ(with(19, 17), Reject::keystore_parameters);  // lanes
  EXPECT_EQ(with(48, 0x7f), Reject::too_long);           // length of what is sealed
}

TEST(keystore, every_changed_byte_is_refused) {
  const Bytes file = sealed();
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes changed = file;
    changed[i] ^= 1;
    EXPECT_FALSE(open_keystore(changed, text("open sesame"))) << i;
  }
}

}  // namespace
}  // namespace caduceus
