// Who takes part: (role, name, key version), PROTOCOL.md §1.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <tuple>

#include "core/base/codec.h"

namespace caduceus {

enum class Role : std::uint8_t {
  hospital = 1,
  doctor = 2,
  patient = 3,
  patient_med = 4,  // a patient's pseudonym on MED, named by its index key (R3)
  miner = 5,
};
constexpr bool is_known(Role role) { return role >= Role::hospital && role <= Role::miner; }
std::string_view name(Role role);

// A patient's name is a random 80-bit handle, never a national number.
struct Identity {
  Role role = Role::hospital;
  Text<1, 64> name;           // of a-z 0-9 . -
  std::uint32_t version = 1;  // of its keys, from 1

  static auto fields(auto& self) { return std::tie(self.role, self.name, self.version); }
  [[nodiscard]] Checked<void> check() const;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

// "doctor:dr-lee.h1#1", for people to read; nothing parses it.
std::string to_string(const Identity& identity);

}  // namespace caduceus

template <>
struct std::hash<caduceus::Identity> {
  std::size_t operator()(const caduceus::Identity& identity) const noexcept {
    return std::hash<std::string>{}(identity.name.value) ^ (std::size_t{identity.version} << 8) ^ static_cast<std::size_t>(identity.role);
  }
};
