// What others wrote, for a terminal. Text (core/base/codec.h) is any bytes: among our lines it must not make one of its own.
#pragma once

#include <string>
#include <string_view>

#include "core/base/refusal.h"

namespace caduceus {

// In one line, and whole: fhir::shown_text without a limit, since decoding had one.
[[nodiscard]] std::string one_line(std::string_view foreign);
// "explanation (reason)"
[[nodiscard]] std::string one_line(const Refusal& refusal);

}  // namespace caduceus
