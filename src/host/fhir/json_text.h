// Where the values of a JSON text stand in it. FHIR's numbers have the precision that they are written with (1.50 is not 1.5), and what is
// hashed and signed should be what came: so a record keeps its text, and only what is asked of it is parsed.
//
// Brackets and strings are looked at here, down to 64 levels. Whether a value is well formed says its parser.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace caduceus::fhir {

inline constexpr std::size_t most_json_depth = 64;

struct Member {
  std::string_view name;  // as written: without its quotes, escapes as they are
  std::string_view value;
};

// Of an object: with nothing but white space before and behind it. Reject::json_structure, json_depth; too_long: more than `most`.
[[nodiscard]] Checked<std::vector<Member>> members_of(std::string_view object, std::size_t most);
// Of an array, in the same way.
[[nodiscard]] Checked<std::vector<std::string_view>> elements_of(std::string_view array, std::size_t most);

// How many objects, arrays, strings and literals are in it, and white space outside of strings left out. Of what members_of() or
// elements_of() gave.
[[nodiscard]] std::size_t count_values(std::string_view value);
[[nodiscard]] std::string without_white_space(std::string_view value);

}  // namespace caduceus::fhir
