// Matchers for what verifiers and decoders answer. A refusal for another reason than the one named is a failure.
#pragma once

#include <gmock/gmock.h>

#include "core/base/result.h"

namespace caduceus {

inline void PrintTo(Reject reason, std::ostream* out) { *out << name(reason); }

MATCHER_P(refused_as, reason, "refused as " + std::string(name(reason))) { return !arg.has_value() && arg.error() == reason; }
MATCHER(accepted, "accepted") { return arg.has_value(); }

}  // namespace caduceus

// Where GoogleTest looks for it: the answer in words, in place of the bytes of what may be a key.
namespace tl {
template <class T>
void PrintTo(const expected<T, caduceus::Reject>& answer, std::ostream* out) {
  *out << (answer.has_value() ? "accepted" : "refused as " + std::string(caduceus::name(answer.error())));
}
}  // namespace tl
