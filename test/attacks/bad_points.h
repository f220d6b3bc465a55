// Encodings that are no element of the group, one for every way of not being one (PROTOCOL.md R1).
#pragma once

#include "core/crypto/group.h"

namespace caduceus {

struct BadEncoding {
  std::string what;
  Bytes bytes;  // as many as a good one has
  Reject reason;
};

// Of points of P = G1 or G2.
template <class P>
std::vector<BadEncoding> bad_points();

// Of scalars.
std::vector<BadEncoding> bad_scalars();

}  // namespace caduceus
