#include "app/hospital_folder.h"

#include <gtest/gtest.h>

#include <fstream>

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

}  // namespace
}  // namespace caduceus
