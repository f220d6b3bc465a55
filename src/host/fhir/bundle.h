// Import of FHIR R4 as JSON: a bundle of one patient's resources, or a single resource, becomes medical records. docs/FHIR.md
#pragma once

#include <functional>

#include "core/base/result.h"
#include "host/fhir/emr.h"
#include "host/fhir/operation_outcome.h"

namespace caduceus::fhir {

inline constexpr std::size_t most_bundle_size = std::size_t{64} << 20;
inline constexpr std::size_t most_entries = 50'000;
inline constexpr std::size_t most_records_size = std::size_t{256} << 20;  // all records of a bundle

struct RefusedResource {
  std::size_t entry;     // its place in the bundle, from 0
  std::string resource;  // "Condition/8a2f…", as far as it says so
  OperationOutcome outcome;
};

struct ImportedBundle {
  std::size_t resources = 0;  // accepted and refused; each accepted one is in at least one record
  std::vector<Emr> records;   // oldest first: one for each encounter, as a bundle of type collection (application/fhir+json)
  std::vector<RefusedResource> refused;  // in the bundle's order
};

// done and all: entries.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

// Each resource is looked at by itself; one that is refused takes nothing with it. Refused as well: a second resource of one id or fullUrl, a
// second patient, and what is about another patient than the bundle's. The same bytes make the same records.
// Reject::json_structure, json_depth, fhir_size, fhir_resource, fhir_resources, fhir_records.
[[nodiscard]] Checked<ImportedBundle> import_bundle(ByteView bytes, const Progress& progress = {});

}  // namespace caduceus::fhir
