#include "host/fhir/validate.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace caduceus::fhir {
namespace {

// "code expression" of each issue; "valid".
std::string verdict(const std::string& text) {
  const auto resource = parse_resource(text);
  if (resource) return "valid";
  std::string all;
  for (const Issue& issue : resource.error().issues) all += (all.empty() ? "" : "; ") + issue.code + " " + issue.expression;
  // What is said about a fault is itself a valid resource.
  const auto outcome = parse_resource(resource.error().to_json());
  EXPECT_TRUE(outcome) << resource.error().to_json();
  return all;
}

std::string observation(const std::string& more) {
  return R"({"resourceType":"Observation","status":"final","code":{"text":"x"})" + (more.empty() ? "" : "," + more) + "}";
}

TEST(validate, says_where_and_what) {
  EXPECT_EQ(verdict(observation("")), "valid");
  EXPECT_EQ(verdict(R"({"resourceType":"Observation","status":"final"})"), "required Observation");
  EXPECT_EQ(verdict(observation(R"("category":{"text":"x"})")), "structure Observation.category");
  EXPECT_EQ(verdict(observation(R"("category":["x"])")), "structure Observation.category[0]");
  EXPECT_EQ(verdict(observation(R"("effectiveDateTime":"2012-03-01 10:00")")), "value Observation.effectiveDateTime");
  EXPECT_EQ(verdict(observation(R"("effectiveDateTime":"2012-03-01T10:00:00Z\n")")), "value Observation.effectiveDateTime");
  EXPECT_EQ(verdict(observation(R"("component":[{"code":{}},{"code":{},"valueQuantity":{"value":"5"}}])")),
            "structure Observation.component[1].valueQuantity.value");
  EXPECT_EQ(verdict(observation(R"("weight":5)")), "structure Observation");
  EXPECT_EQ(verdict(R"({"resourceType":"Observation","status":"done","code":{},"issued":"2012"})"),
            "value Observation.issued; value Observation.status");
  const auto refused = parse_resource(observation(R"("effectiveDateTime":"yesterday")"));
  EXPECT_EQ(refused.error().issues.at(0).diagnostics, "Observation.effectiveDateTime: \"yesterday\" is no dateTime");
}

TEST(validate, what_is_no_resource) {
  EXPECT_EQ(verdict(R"({"resourceType":"Bot"})"), "not-supported ");  // Medplum's, not R4's
  EXPECT_EQ(verdict(R"({"resourceType":5})"), "structure ");
  EXPECT_EQ(verdict("{}"), "structure ");
  EXPECT_EQ(verdict("[]"), "structure ");
  EXPECT_EQ(verdict("{\"resourceType\":\"Patient\",\"id\":\"\xff\"}"), "structure ");
  EXPECT_EQ(verdict("{\"resourceType\":\"Patient\",}"), "structure ");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","active":tru})"), "structure ");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","id":"a","id":"b"})"), "structure ");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","name":[{"family":"a","family":"b"}]})"), "structure ");
}

TEST(validate, whole_numbers_are_whole_and_of_32_bits) {
  const auto rank = [](const std::string& number) { return verdict(R"({"resourceType":"Patient","telecom":[{"rank":)" + number + "}]}"); };
  EXPECT_EQ(rank("1"), "valid");
  EXPECT_EQ(rank("2147483647"), "valid");
  for (const char* wrong : {"0", "-1", "1.5", "1.0", "1e3", "2147483648", "99999999999999999999999", "1e300"}) {
    EXPECT_NE(rank(wrong).find(" Patient.telecom[0].rank"), std::string::npos) << wrong << ": " << rank(wrong);
  }
  EXPECT_EQ(rank("1e999"), "structure ");  // no double holds it
}

TEST(validate, resources_within_resources) {
  const auto within = [](const std::string& inner) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + inner + "}]}";
  };
  EXPECT_EQ(verdict(within(observation(""))), "valid");
  EXPECT_EQ(verdict(within(observation(R"("contained":[{"resourceType":"Patient","gender":"x"}])"))),
            "value Bundle.entry[0].resource.contained[0].gender");
  EXPECT_EQ(verdict(within("{\"id\":\"1\"}")), "required Bundle.entry[0].resource");
  EXPECT_EQ(verdict(within("5")), "structure Bundle.entry[0].resource");
  EXPECT_EQ(verdict(within(R"({"resourceType":"Bot"})")), "not-supported Bundle.entry[0].resource");
  EXPECT_EQ(verdict(observation(R"("subject":{"resourceType":"Patient"})")), "structure Observation.subject");

  // Each level once, not once for each type that there is.
  std::string deep = observation("");
  for (int i = 0; i < 15; ++i) deep = observation("\"contained\":[" + deep + "]");
  EXPECT_EQ(verdict(deep), "valid");
}

TEST(validate, long_strings_and_many_values) {
  const std::string a(100'000, 'a');
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","language":")" + a + "\"}"), "valid");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","id":")" + a + "\"}"), "value Patient.id");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","implicitRules":")" + std::string(most_string_size + 1, 'a') + "\"}"),
            "value Patient.implicitRules");
  const std::string image = R"({"resourceType":"Patient","photo":[{"data":")" + std::string(4 << 20, 'A') + "\"}]}";
  EXPECT_EQ(verdict(image), "valid");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","name":[{"family":""}]})"), "value Patient.name[0].family");

  std::string many;
  for (std::size_t i = 0; i < most_resource_values; ++i) many += "{},";
  EXPECT_EQ(verdict(observation("\"component\":[" + many + "{}]")), "too-costly ");
  const auto refused = parse_resource(observation("\"component\":[" + many.substr(0, 30'000) + "{}]"));
  EXPECT_EQ(refused.error().issues.size(), 20U);
}

TEST(validate, a_primitive_may_be_null_where_an_extension_says_why) {
  const std::string extension = R"({"extension":[{"url":"http://example.org","valueString":"x"}]})";
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","name":[{"given":[null,"A"],"_given":[)" + extension + ",null]}]}"), "valid");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","name":[null]})"), "structure Patient.name[0]");
  EXPECT_EQ(verdict(R"({"resourceType":"Patient","birthDate":null})"), "structure Patient.birthDate");
}

}  // namespace
}  // namespace caduceus::fhir
