#include "host/fhir/resource.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/fhir/shown_text.h"

namespace caduceus::fhir {
namespace {

Resource read(const std::string& text) { return read_resource(nlohmann::json::parse(text), text); }

TEST(resource, dates_are_compared_as_moments) {
  EXPECT_EQ(seconds_of("1970-01-01T00:00:01Z"), 1);
  EXPECT_EQ(seconds_of("2012-03-01T10:00:00-05:00"), seconds_of("2012-03-01T15:00:00Z"));
  EXPECT_EQ(seconds_of("2012-03-01T10:00:00.250+05:30"), seconds_of("2012-03-01T04:30:00Z"));
  EXPECT_EQ(seconds_of("2012"), seconds_of("2012-01-01"));
  EXPECT_EQ(seconds_of("2012-02"), seconds_of("2012-02-01T00:00:00Z"));
  EXPECT_EQ(seconds_of("1969-12-31"), -86'400);
  for (const char* wrong :
       {"", "x", "201", "2012-13", "2012-02-30", "2012-1x-01", "2012-03-01Tab:00:00Z", "2012-03-01T10:00:00+x", "-5-5-5-5-5"}) {
    EXPECT_FALSE(seconds_of(wrong)) << wrong;
  }
}

TEST(resource, keywords_are_coded_displays) {
  const Resource condition = read(R"~({"resourceType":"Condition","recordedDate":"2012-03-01","onsetDateTime":"1999",
      "code":{"coding":[{"display":" Viral  sinusitis\u0007 (disorder)"},{"code":"1"},{"display":"Sinusitis"}],"text":"not this"}})~");
  ASSERT_EQ(condition.keywords.size(), 2U);
  EXPECT_EQ(condition.keywords[0].text, "Viral sinusitis (disorder)");
  EXPECT_EQ(condition.date, "2012-03-01");
  EXPECT_EQ(read(R"({"resourceType":"MedicationRequest","medicationCodeableConcept":{"text":"Aspirin"}})").keywords.at(0).text, "Aspirin");
  EXPECT_TRUE(read(R"({"resourceType":"Observation","code":{"text":"Body height"}})").keywords.empty());
  EXPECT_TRUE(read(R"({"resourceType":"Procedure","status":"not-done","code":{"text":"Appendectomy"}})").keywords.empty());
  EXPECT_TRUE(read(R"({"resourceType":"AllergyIntolerance","code":{"text":"Nuts"},
      "verificationStatus":{"coding":[{"code":"refuted"}]}})")
                  .keywords.empty());
}

TEST(resource, a_keyword_is_cut_between_characters) {
  const std::string long_text = "x" + std::string(21, ' ') + [] {
    std::string all;
    for (int i = 0; i < 40; ++i) all += "病";
    return all;
  }();
  const Resource read_one = read(R"({"resourceType":"Condition","code":{"text":")" + long_text + "\"}}");
  EXPECT_EQ(read_one.keywords.at(0).text.size(), 62U);  // x, a space, 20 characters of 3 bytes
}

TEST(resource, encounters_are_found_where_they_are_named) {
  EXPECT_EQ(read(R"({"resourceType":"Claim","item":[{"encounter":[{"reference":"Encounter/1"}]}]})").encounters,
            std::vector<std::string>{"Encounter/1"});
  EXPECT_EQ(read(R"({"resourceType":"DocumentReference","context":{"encounter":[{"reference":"Encounter/2"}]}})").encounters,
            std::vector<std::string>{"Encounter/2"});
  EXPECT_EQ(read(R"({"resourceType":"MedicationStatement","context":{"reference":"Encounter/3"}})").encounters,
            std::vector<std::string>{"Encounter/3"});
}

TEST(resource, a_patient_has_the_official_name) {
  EXPECT_EQ(read(R"({"resourceType":"Patient","name":[{"text":"Lu"},{"use":"official","given":["Luna",null,"May"],"family":"Li"}]})").title,
            "Luna May Li");
  EXPECT_EQ(read(R"({"resourceType":"Patient"})").title, "");
}

TEST(resource, numbers_stay_as_they_are_written) {
  EXPECT_EQ(read(R"({"resourceType" : "Observation", "valueQuantity": {"value": 1.50}})").text,
            R"({"resourceType":"Observation","valueQuantity":{"value":1.50}})");
}

TEST(shown_text, is_one_line_of_whole_characters) {
  EXPECT_EQ(shown_text("\x1b[31mred\r\n\tagain ", 99), "[31mred again");
  EXPECT_EQ(shown_text("a\u202e\u0085b", 99), "a b");
  EXPECT_EQ(shown_text("\xff\xe7\x97", 99), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(shown_text("\xed\xa0\x80", 3), "\xef\xbf\xbd");  // half of a surrogate pair
  EXPECT_EQ(shown_text("病気", 5), "病");
  EXPECT_EQ(shown_text("🩺🩺", 4), "🩺");
  EXPECT_EQ(shown_text("a b", 2), "a");
}

}  // namespace
}  // namespace caduceus::fhir
