#include "host/fhir/operation_outcome.h"

#include <nlohmann/json.hpp>

namespace caduceus::fhir {

std::string OperationOutcome::to_json() const {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Issue& issue : issues) {
    nlohmann::ordered_json one{{"severity", "error"}, {"code", issue.code}, {"diagnostics", issue.diagnostics}};
    if (!issue.expression.empty()) one["expression"] = {issue.expression};
    all.push_back(std::move(one));
  }
  const nlohmann::ordered_json outcome{{"resourceType", "OperationOutcome"}, {"issue", std::move(all)}};
  // What a parser says of a broken text may quote it.
  return outcome.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace caduceus::fhir
