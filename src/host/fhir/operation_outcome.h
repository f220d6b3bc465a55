// What is wrong with a resource, as FHIR says it: https://hl7.org/fhir/R4/operationoutcome.html.
#pragma once

#include <string>
#include <vector>

namespace caduceus::fhir {

struct Issue {
  std::string code;         // of FHIR's IssueType: structure, value, required, duplicate, …
  std::string diagnostics;  // for people
  std::string expression;   // FHIRPath of what is at fault: Observation.component[2].valueQuantity; empty when the text is no JSON
};

// All issues are errors; there is at least one.
struct OperationOutcome {
  std::vector<Issue> issues;

  // The resource, as JSON.
  [[nodiscard]] std::string to_json() const;
};

}  // namespace caduceus::fhir
