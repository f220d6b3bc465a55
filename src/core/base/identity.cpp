#include "core/base/identity.h"

#include <algorithm>

namespace caduceus {

std::string_view name(Role role) {
  switch (role) {
    case Role::hospital: return "hospital";
    case Role::doctor: return "doctor";
    case Role::patient: return "patient";
    case Role::patient_med: return "pn-med";
    case Role::miner: return "miner";
  }
  return "unknown";
}

Checked<void> Identity::check() const {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  if (!std::ranges::all_of(name.value, allowed)) return reject(Reject::identity_name);
  if (version == 0) return reject(Reject::identity_version);
  return {};
}

std::string to_string(const Identity& identity) {
  return std::string(name(identity.role)) + ":" + identity.name.value + "#" + std::to_string(identity.version);
}

}  // namespace caduceus
