// Whether a resource is what FHIR R4's schema says. Only this sees valijson.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <tl/expected.hpp>

#include "host/fhir/operation_outcome.h"

namespace caduceus::fhir {

// How many values a resource can have: what a refusal costs is in proportion to it.
inline constexpr std::size_t most_resource_values = 50'000;
// R4's own limit of a string that is no text, markdown or attachment.
inline constexpr std::size_t most_string_size = 1 << 20;

// The resource in a JSON text whose brackets are known to close (json_text.h), resources within it included. Or what is wrong with it: each
// fault with its place, at most 20. Beyond the schema, no object has two members of one name. The first call parses the schema.
[[nodiscard]] tl::expected<nlohmann::json, OperationOutcome> parse_resource(std::string_view text);

}  // namespace caduceus::fhir
