#include "core/base/reject.h"

#include <array>

namespace caduceus {
namespace {

struct Entry {
  std::string_view name;
  std::string_view meaning;
};

constexpr auto entries = std::to_array<Entry>({
#define X(entry, meaning) {#entry, meaning},
    CADUCEUS_REJECTS(X)
#undef X
});

}  // namespace

std::string_view name(Reject reason) { return entries.at(static_cast<std::size_t>(reason)).name; }
std::string_view explain(Reject reason) { return entries.at(static_cast<std::size_t>(reason)).meaning; }

}  // namespace caduceus
