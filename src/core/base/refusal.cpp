#include "core/base/refusal.h"

namespace caduceus {

Refusal Refusal::of(Reject reason) { return {{std::string(name(reason))}, {std::string(explain(reason))}}; }

}  // namespace caduceus
