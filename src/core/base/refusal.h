// Why a node does not do, or cannot say, what it was asked.
#pragma once

#include <tuple>

#include "core/base/codec.h"

namespace caduceus {

// A Reject by its name, or what is the matter with the node.
struct Refusal {
  Text<1, 64> reason;
  Text<0, 256> explanation;

  static Refusal of(Reject reason);
  static auto fields(auto& self) { return std::tie(self.reason, self.explanation); }
};

}  // namespace caduceus
