#include "host/fhir/bundle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "host/fhir/validate.h"

namespace caduceus::fhir {
namespace {

using nlohmann::json;

constexpr const char* johnnie = "Johnnie679_Hermiston71_2cd30bd6-3a87-4191-af90-6daa70f58f55.json";
constexpr const char* luna = "Luna60_McCullough561_6662f0ca-b617-4e02-8f55-7275e9f49aa0.json";

std::string patient_file(const char* name) {
  std::ifstream file(std::string(CADUCEUS_PATIENTS) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string text_of(const Emr& emr) {
  const Bytes& bytes = std::get<Bytes>(emr.content);
  return {bytes.begin(), bytes.end()};
}

ImportedBundle imported(const std::string& text) {
  auto bundle = import_bundle(as_bytes(text));
  EXPECT_TRUE(bundle) << (bundle ? "" : name(bundle.error()));
  return bundle ? *std::move(bundle) : ImportedBundle{};
}

std::string bundle_of(const std::vector<std::string>& resources) {
  std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
  for (std::size_t i = 0; i < resources.size(); ++i) text += (i == 0 ? "{\"resource\":" : ",{\"resource\":") + resources[i] + "}";
  return text + "]}";
}

std::string encounter(const std::string& id, const std::string& date) {
  return R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"id":")" + id + R"(","period":{"start":")" + date +
         "\"}}";
}
std::string condition(const std::string& id, const std::string& more) {
  return R"({"resourceType":"Condition","id":")" + id + R"(","subject":{"reference":"Patient/p"},)" + more + "}";
}
const std::string patient = R"({"resourceType":"Patient","id":"p","name":[{"family":"Li"}]})";

// The ids in a record, in its order.
std::string ids_in(const Emr& emr) {
  const json bundle = json::parse(text_of(emr));
  std::string ids;
  for (const json& entry : bundle.at("entry")) ids += entry.at("resource").at("id").get<std::string>() + " ";
  return ids;
}
// "entry code expression" of each refused resource.
std::vector<std::string> refusals(const ImportedBundle& bundle) {
  std::vector<std::string> all;
  for (const RefusedResource& refused : bundle.refused) {
    const Issue& issue = refused.outcome.issues.at(0);
    all.push_back(std::to_string(refused.entry) + " " + issue.code + " " + issue.expression);
  }
  return all;
}

TEST(bundle, two_patients_of_synthea) {
  const auto begin = std::chrono::steady_clock::now();
  const ImportedBundle first = imported(patient_file(johnnie)), second = imported(patient_file(luna));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);

  EXPECT_EQ(first.resources, 237U);
  EXPECT_EQ(second.resources, 223U);
  EXPECT_TRUE(first.refused.empty());
  ASSERT_EQ(second.refused.size(), 2U);
  std::vector<std::string> reasons;
  for (const RefusedResource& refused : second.refused) reasons.push_back(refused.resource.substr(0, refused.resource.find('/')));
  std::ranges::sort(reasons);
  EXPECT_EQ(reasons, (std::vector<std::string>{"Condition", "Observation"}));
  for (const RefusedResource& refused : second.refused) {
    ASSERT_EQ(refused.outcome.issues.size(), 1U);
    EXPECT_TRUE(refused.outcome.issues[0].expression == "Condition.category" || refused.outcome.issues[0].code == "value")
        << refused.outcome.to_json();
    std::cout << refused.resource << ": " << refused.outcome.issues[0].diagnostics << '\n';
  }
  EXPECT_EQ(first.records.size(), 22U);
  EXPECT_EQ(second.records.size(), 23U);
  EXPECT_EQ(first.records[0].patient, "Johnnie679 Hermiston71");

  std::size_t smallest = ~std::size_t{0}, largest = 0, all = 0;
  for (const ImportedBundle* bundle : {&first, &second}) {
    for (const Emr& emr : bundle->records) {
      const std::size_t size = text_of(emr).size();
      smallest = std::min(smallest, size);
      largest = std::max(largest, size);
      all += size;
    }
  }
  EXPECT_GT(smallest, 1'000U);
  EXPECT_LT(largest, 40'000U);
  std::cout << "45 records of " << smallest << " to " << largest << " bytes, " << all << " in all; imported in " << took.count() << " ms\n";
}

TEST(bundle, records_hold_every_accepted_resource_and_are_valid) {
  for (const char* file : {johnnie, luna}) {
    const std::string text = patient_file(file);
    const ImportedBundle bundle = imported(text);
    std::set<std::string> ids, expected;
    std::string last;
    for (const Emr& emr : bundle.records) {
      EXPECT_TRUE(parse_resource(text_of(emr))) << emr.title;
      const json record = json::parse(text_of(emr));
      std::size_t encounters = 0;
      for (const json& entry : record.at("entry")) {
        ids.insert(entry.at("resource").at("id").get<std::string>());
        if (entry.at("resource").at("resourceType") == "Encounter") ++encounters;
      }
      EXPECT_EQ(encounters, 1U) << emr.title;
      EXPECT_LE(last, emr.date.substr(0, 10));
      last = emr.date.substr(0, 10);
      EXPECT_TRUE(emr.title.starts_with(last + " ")) << emr.title;
      EXPECT_EQ(emr.media_type, "application/fhir+json");
      EXPECT_LE(emr.keywords.size(), 64U);
      EXPECT_EQ(std::set(emr.keywords.begin(), emr.keywords.end()).size(), emr.keywords.size());
      for (const std::string& keyword : emr.keywords) EXPECT_TRUE(!keyword.empty() && keyword.size() <= 64) << keyword;
    }
    const json whole = json::parse(text);
    for (const json& entry : whole.at("entry")) expected.insert(entry.at("resource").at("id").get<std::string>());
    for (const RefusedResource& refused : bundle.refused) expected.erase(refused.resource.substr(refused.resource.find('/') + 1));
    EXPECT_EQ(ids, expected);
    const ImportedBundle again = imported(text);
    for (std::size_t i = 0; i < bundle.records.size(); ++i) EXPECT_EQ(bundle.records[i].content, again.records[i].content);
  }
}

TEST(bundle, what_belongs_to_no_encounter_goes_by_its_date) {
  const ImportedBundle bundle = imported(bundle_of({
      patient,
      encounter("late", "2012-03-01T08:00:00+08:00"),
      encounter("early", "2011-01-01"),
      condition("c1", R"("recordedDate":"2011-06-01")"),
      condition("c2", R"("recordedDate":"2012-03-01T01:00:00Z")"),
      condition("c3", R"("recordedDate":"1999")"),
      condition("c4", R"("onsetString":"x")"),
      condition("c5", R"("recordedDate":"2013","encounter":{"reference":"Encounter/early"})"),
      condition("c6", R"("recordedDate":"2011-06-01","encounter":{"reference":"Encounter/gone"})"),
  }));
  ASSERT_EQ(bundle.records.size(), 2U);
  EXPECT_EQ(ids_in(bundle.records[0]), "p early c1 c3 c5 c6 ");
  EXPECT_EQ(ids_in(bundle.records[1]), "p late c2 c4 ");
  EXPECT_EQ(bundle.records[1].title, "2012-03-01 AMB");
  EXPECT_EQ(bundle.records[1].encounter, "late");
}

TEST(bundle, context_goes_where_it_is_referred_to) {
  const std::string medication =
      R"({"resourceType":"Medication","id":"m","code":{"text":"Aspirin"},"manufacturer":{"reference":"Organization/o"}})";
  const ImportedBundle bundle = imported(bundle_of({
      patient,
      R"({"resourceType":"Organization","id":"o"})",
      R"({"resourceType":"Organization","id":"nobody"})",
      medication,
      encounter("e1", "2011"),
      encounter("e2", "2012"),
      R"({"resourceType":"MedicationRequest","id":"r","status":"active","intent":"order","subject":{"reference":"Patient/p"},
          "encounter":{"reference":"Encounter/e1"},"medicationReference":{"reference":"Medication/m"}})",
  }));
  ASSERT_EQ(bundle.records.size(), 2U);
  EXPECT_EQ(ids_in(bundle.records[0]), "p o m e1 r ");
  EXPECT_EQ(bundle.records[0].keywords, std::vector<std::string>{"Aspirin"});
  EXPECT_EQ(ids_in(bundle.records[1]), "p nobody e2 ");
}

TEST(bundle, keywords_begin_with_what_an_emergency_wants) {
  std::vector<std::string> resources{patient};
  for (int i = 0; i < 80; ++i)
    resources.push_back(condition("c" + std::to_string(i), R"("code":{"text":"c)" + std::to_string(i % 70) + "\"}"));
  resources.push_back(R"({"resourceType":"AllergyIntolerance","id":"a","patient":{"reference":"Patient/p"},"code":{"text":"Nuts"}})");
  const ImportedBundle bundle = imported(bundle_of(resources));
  ASSERT_EQ(bundle.records.size(), 1U);
  ASSERT_EQ(bundle.records[0].keywords.size(), 64U);
  EXPECT_EQ(bundle.records[0].keywords.front(), "Nuts");
  EXPECT_EQ(bundle.records[0].title, "81 resources without an encounter");
}

TEST(bundle, a_single_resource_is_a_record) {
  const ImportedBundle one = imported(condition("c", R"("recordedDate":"2012-03-01","code":{"text":"Gout"})"));
  ASSERT_EQ(one.records.size(), 1U);
  EXPECT_EQ(one.records[0].title, "2012-03-01 Condition: Gout");
  EXPECT_EQ(one.records[0].keywords, std::vector<std::string>{"Gout"});
  EXPECT_EQ(imported("\xef\xbb\xbf" + patient).records.at(0).title, "Patient: Li");
  EXPECT_EQ(refusals(imported(R"({"resourceType":"Condition"})")), std::vector<std::string>{"0 required Condition"});
  EXPECT_TRUE(imported(R"({"resourceType":"Condition"})").records.empty());
}

TEST(bundle, nobody_elses_records) {
  const ImportedBundle bundle = imported(bundle_of({
      R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/q"}})",
      patient,
      R"({"resourceType":"Patient","id":"q"})",
      R"({"resourceType":"Condition","id":"c2","subject":{"reference":"urn:uuid:0"}})",
      R"({"resourceType":"Condition","id":"c3","subject":{"reference":"http://other.example/Patient/x"}})",
      condition("c4", R"("onsetString":"x")"),
      R"({"resourceType":"Condition","id":"c5","subject":{"reference":"Group/g"}})",
      R"({"resourceType":"Condition","id":"c6","subject":{"display":"she"}})",
  }));
  EXPECT_EQ(refusals(bundle), (std::vector<std::string>{"0 business-rule Condition", "2 business-rule Patient.id",
                                                        "3 business-rule Condition", "4 business-rule Condition"}));
  ASSERT_EQ(bundle.records.size(), 1U);
  EXPECT_EQ(ids_in(bundle.records[0]), "p c4 c5 c6 ");
  // Without the patient herself it is whom the first is about.
  EXPECT_EQ(refusals(imported(bundle_of(
                {condition("c1", R"("onsetString":"x")"), R"({"resourceType":"Condition","subject":{"reference":"Patient/q"}})"}))),
            std::vector<std::string>{"1 business-rule Condition"});
}

TEST(bundle, an_address_is_part_of_a_reference) {
  const auto at = [](const std::string& reference) {
    return imported(
               R"({"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":"http://a.example/Patient/p","resource":)" + patient +
               R"(},{"fullUrl":"http://a.example/Condition/c","resource":{"resourceType":"Condition","id":"c","subject":{"reference":")" +
               reference + "\"}}}]}")
        .refused.size();
  };
  EXPECT_EQ(at("Patient/p"), 0U);
  EXPECT_EQ(at("http://a.example/Patient/p"), 0U);
  EXPECT_EQ(at("Patient/p/_history/3"), 0U);
  EXPECT_EQ(at("http://b.example/Patient/p"), 1U);
}

// A record would not be a valid bundle: the fuzzer found it.
TEST(bundle, a_full_url_is_a_uri) {
  const auto with = [](const std::string& url) {
    return imported(R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":)" + url + R"(,"resource":)" + patient + "}]}");
  };
  for (const std::string url : {R"("urn: uuid:1")", R"("a\tb")", R"("a\u000bb")", "5", "null", R"("\x")"}) {
    const ImportedBundle bundle = with(url);
    EXPECT_EQ(refusals(bundle), std::vector<std::string>{"0 value Bundle.entry[0].fullUrl"}) << url;
    EXPECT_EQ(bundle.resources, 1U);
    EXPECT_TRUE(bundle.records.empty());
  }
  EXPECT_EQ(with('"' + std::string(most_string_size + 1, 'a') + '"').refused.size(), 1U);
  EXPECT_TRUE(with(R"("urn:uuid:1")").refused.empty());
  EXPECT_TRUE(with(R"("")").refused.empty());
}

TEST(bundle, one_bad_resource_takes_nothing_with_it) {
  const ImportedBundle bundle = imported(bundle_of({
      patient,
      R"({"resourceType":"Condition","id":"x","subject":1e999})",
      R"({"resourceType":"Condition","id":"\x"})",
      "{\"id\":\"\xff\xfe\"}",
      R"({"resourceType":"Nonsense"})",
      "[1]",
      "null",
      patient,
      condition("c", R"("onsetString":"x")"),
      condition("c", R"("onsetString":"y")"),
  }));
  EXPECT_EQ(bundle.resources, 10U);
  EXPECT_EQ(refusals(bundle), (std::vector<std::string>{"1 structure ", "2 structure ", "3 structure ", "4 not-supported ", "5 structure ",
                                                        "6 structure ", "7 duplicate Patient.id", "9 duplicate Condition.id"}));
  ASSERT_EQ(bundle.records.size(), 1U);
  EXPECT_EQ(ids_in(bundle.records[0]), "p c ");
  EXPECT_EQ(imported(R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"DELETE","url":"Patient/1"}},5]})").resources,
            1U);
  EXPECT_EQ(imported(R"({"resourceType":"Bundle"})").resources, 0U);
}

TEST(bundle, what_is_no_fhir_at_all) {
  const auto why = [](const std::string& text) { return import_bundle(as_bytes(text)).error(); };
  EXPECT_EQ(why(""), Reject::json_structure);
  EXPECT_EQ(why("[]"), Reject::json_structure);
  EXPECT_EQ(why("{\"resourceType\":\"Bundle\",\"entry\":[{]}"), Reject::json_structure);
  EXPECT_EQ(why("{\"resourceType\":\"Bundle\",\"entry\":5}"), Reject::json_structure);
  EXPECT_EQ(why("{}"), Reject::fhir_resource);
  EXPECT_EQ(why("{\"resourceType\":5}"), Reject::fhir_resource);
  EXPECT_EQ(why("{\"resourceType\":\"Bundle\",\"entry\":" + std::string(1000, '[') + std::string(1000, ']') + "}"), Reject::json_depth);
  EXPECT_EQ(why(std::string(most_bundle_size + 1, ' ')), Reject::fhir_size);
  std::string many = "{\"resourceType\":\"Bundle\",\"entry\":[";
  for (std::size_t i = 0; i < most_entries; ++i) many += "1,";
  EXPECT_EQ(why(many + "1]}"), Reject::fhir_resources);
}

TEST(bundle, what_records_share_cannot_fill_the_memory) {
  std::vector<std::string> resources{R"({"resourceType":"Patient","id":"p","photo":[{"data":")" + std::string(8 << 20, 'A') + "\"}]}"};
  for (int i = 0; i < 40; ++i) resources.push_back(encounter("e" + std::to_string(i), "2012"));
  EXPECT_EQ(import_bundle(as_bytes(bundle_of(resources))).error(), Reject::fhir_records);
}

}  // namespace
}  // namespace caduceus::fhir
