// Text from a file, for people and for keywords.
#pragma once

#include <string>
#include <string_view>

namespace caduceus::fhir {

// In one line, and at most so many bytes: control characters and runs of white space become one space, none at either end; what is no
// UTF-8 becomes U+FFFD; no character is cut apart.
[[nodiscard]] std::string shown_text(std::string_view text, std::size_t most);

}  // namespace caduceus::fhir
