#include "app/hospital_folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "app/backup_manifest.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

class hospital_folder : public testing::Test {
 protected:
  Result<HospitalConfig> with(const std::string& json) {
    std::ofstream(folder_.path() / "hospital.json") << json;
    return HospitalFolder(folder_.path()).config();
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(hospital_folder, says_whether_it_mines_and_how_often_it_publishes) {
  const auto both = with(R"({"mine": true, "publish_seconds": 1})");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_TRUE(both->mines);
  EXPECT_EQ(both->publish_seconds, 1U);
  const auto older = with(R"({"mine": false})");
  ASSERT_TRUE(older) << older.error().message;
  EXPECT_FALSE(older->mines);
  EXPECT_EQ(older->publish_seconds, 30U);
}

TEST_F(hospital_folder, takes_no_other_configuration) {
  for (const char* const bad : {"", "[]", "{}", R"({"mine": 1})", R"({"mine": true, "publish_seconds": 0})",
                                R"({"mine": true, "publish_seconds": 3601})", R"({"mine": true, "publish_seconds": -1})",
                                R"({"mine": true, "publish_seconds": "1"})", R"({"mine": true, "publish_seconds": 1.5})"}) {
    const auto config = with(bad);
    ASSERT_FALSE(config) << bad;
    EXPECT_NE(config.error().message.find("hospital.json"), std::string::npos);
  }
}

TEST(backup_manifest, paths_are_below_the_backup_and_take_any_name_of_an_identity) {
  for (const char* const good : {"state-1/hospital.json", "blobs/00/00ff", "state-1/licences/dr..lee-1-0-17", "state-1/licences/..-1-0-17",
                                 "state-1/licences/...", "MANIFEST_1"}) {
    EXPECT_TRUE(is_backup_path(good)) << good;
  }
  for (const char* const bad : {"", "/", "/etc/passwd", ".", "..", "../x", "./x", "a/../b", "a/..", "a/.", "a/", "a//b",
                                "state-1/hospital (copy).json", "a\nb", "a\\b", "\xc3\xa9"}) {
    EXPECT_FALSE(is_backup_path(bad)) << bad;
  }
}

}  // namespace
}  // namespace caduceus
