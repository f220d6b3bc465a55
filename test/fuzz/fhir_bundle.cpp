#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "host/fhir/bundle.h"
#include "host/fhir/validate.h"
#include "test/fuzz/entry.h"

namespace caduceus::fhir {

// Whatever comes: what is accepted is in the records, and those are valid bundles that give the same records again; what is refused has a valid
// OperationOutcome. Accepted: no resource is refused, and there is one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto imported = import_bundle({data, size});
  fuzz::accepted = imported && imported->refused.empty() && imported->resources > 0;
  if (!imported) return 0;
  for (const RefusedResource& refused : imported->refused) CHECK(parse_resource(refused.outcome.to_json()));
  std::map<std::string, std::size_t> resources;  // how often one record has it
  for (const Emr& emr : imported->records) {
    const Bytes& bytes = std::get<Bytes>(emr.content);
    const auto record = parse_resource(as_text(bytes));
    CHECK(record);
    std::map<std::string, std::size_t> here;
    for (const auto& entry : record->at("entry")) ++here[entry.dump()];
    for (const auto& [entry, count] : here) resources[entry] = std::max(resources[entry], count);
    CHECK(emr.keywords.size() <= 64);
    for (const std::string& keyword : emr.keywords) CHECK(!keyword.empty() && keyword.size() <= 64);

    const auto again = import_bundle(bytes);
    CHECK(again && again->refused.empty() && again->records.size() == 1);
    CHECK(std::get<Bytes>(again->records[0].content) == bytes && again->records[0].keywords == emr.keywords);
  }
  std::size_t all = 0;
  for (const auto& [entry, count] : resources) all += count;
  CHECK(all == imported->resources - imported->refused.size());
  return 0;
}

}  // namespace caduceus::fhir
