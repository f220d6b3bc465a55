// Where a simulated hospital keeps records' bytes: beside its tables, on the same disk.
#pragma once

#include "core/roles/tables.h"

namespace caduceus::sim {

struct SimBody {
  Bytes32 salt{};
  Blob<0, 65'536> emr;

  static auto fields(auto& self) { return std::tie(self.salt, self.emr); }
};
// By HeldRecord::body. No role has a table of this number.
inline constexpr roles::Table<Bytes32, SimBody> sim_bodies{200};

}  // namespace caduceus::sim
