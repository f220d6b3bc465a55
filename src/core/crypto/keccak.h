// Keccak-256, the hash of Ethereum's tries: Keccak as it was submitted, whose padding is not that of SHA3-256.
#pragma once

#include "core/base/bytes.h"

namespace caduceus {

Bytes32 keccak256(ByteView bytes);

}  // namespace caduceus
