// The seeds of import (docs/FHIR.md).
#include "test/fuzz/corpus.h"

namespace caduceus::fuzz {

void add_fhir(const Corpus& corpus) {
  const std::string patient =
      R"({"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"1","name":[{"given":["Lu",null],"family":"Li"}]}})";
  const std::string encounters = R"({"resource":{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},
    "period":{"start":"2011-01-01"}}},{"resource":{"resourceType":"Encounter","id":"e2","status":"finished","class":{"code":"IMP"},"period":{"start":"2012-03-01T10:00:00+08:00"},
    "serviceProvider":{"reference":"Organization/o"}}},{"resource":{"resourceType":"Organization","id":"o","name":"St. Mary"}})";
  const std::string conditions = R"({"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:1"},"recordedDate":"2011-06",
    "code":{"coding":[{"display":"Gout"}]}}},{"resource":{"resourceType":"MedicationRequest","status":"active","subject":{"reference":"Patient/1"},
    "encounter":{"reference":"Encounter/e2"},"medicationReference":{"reference":"Medication/m"},"dosageInstruction":[{"maxDosePerLifetime":
    {"value":1.50}}]}},{"resource":{"resourceType":"Medication","id":"m","code":{"text":"Colchicine"}}})";
  const auto bundle = [&](const std::string& entries) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[)" + entries + "]}";
  };
  const auto add = [&](std::string_view name, const std::string& text) { corpus.add("fhir_bundle", name, as_bytes(text)); };
  add("valid", bundle(patient + "," + encounters + "," + conditions));
  add("valid_without_encounter", bundle(patient + "," + conditions));
  add("valid_patient", patient.substr(patient.find("{\"resourceType"), patient.size() - patient.find("{\"resourceType") - 1));
  add("valid_contained", R"({"resourceType":"List","status":"current","mode":"working","contained":[{"resourceType":"Device","id":"d"}]})");
  add("two_patients", bundle(R"({"resource":{"resourceType":"Patient"}},{"resource":{"resourceType":"Patient"}})"));
  add("other_patient", bundle(patient + R"(,{"resource":{"resourceType":"Condition","subject":{"reference":"Patient/2"}}})"));
  add("category_is_no_array", bundle(R"({"resource":{"resourceType":"Condition","subject":{},"category":{"text":"\ud83e\ude7a"}}})"));
  add("duplicate_member", R"({"resourceType":"Patient","id":"1","id":"2"})");
  add("huge_number", bundle(R"({"resource":{"resourceType":"Observation","code":{},"valueQuantity":{"value":1e999}}})"));
  add("not_utf8", bundle("{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"\xff\"}}"));
  add("deep", bundle(std::string(70, '[') + std::string(70, ']')));
  add("cut", bundle(patient).substr(0, 100));
}

}  // namespace caduceus::fuzz
