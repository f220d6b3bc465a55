#include "host/store/keystore_file.h"

#include <gtest/gtest.h>

#include "test/temporary_folder.h"

namespace caduceus {
namespace {

constexpr Argon2Cost cheap{.memory = 64, .passes = 1, .lanes = 1};

SecretBytes text(std::string_view words) { return SecretBytes(as_bytes(words)); }

class KeystoreFile : public testing::Test {
 protected:
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "keys";
  SeededRng rng{1};

  void SetUp() override { ASSERT_TRUE(create_keystore(path, text("the keys"), text("open sesame"), cheap, rng)); }
};

TEST_F(KeystoreFile, opens_again) {
  const auto content = load_keystore(path, text("open sesame"));
  ASSERT_TRUE(content);
  EXPECT_EQ(as_text(content->expose()), "the keys");
}

TEST_F(KeystoreFile, is_never_overwritten) {
  EXPECT_FALSE(create_keystore(path, text("others"), text("open sesame"), cheap, rng));
  EXPECT_EQ(as_text(load_keystore(path, text("open sesame"))->expose()), "the keys");
}

TEST_F(KeystoreFile, a_wrong_passphrase_is_said_to_be_one) {
  EXPECT_EQ(load_keystore(path, text("open barley")).error().message,
            "cannot open the keystore " + path.string() + ": wrong passphrase, or the keystore was changed");
}

TEST_F(KeystoreFile, one_that_others_can_read_is_refused) {
  std::filesystem::permissions(path, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  const auto refused = load_keystore(path, text("open sesame"));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
}

}  // namespace
}  // namespace caduceus
