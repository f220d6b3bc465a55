// A patient's index key (PROTOCOL.md §2 R3): her pseudonym on both chains, which whoever has her identity computes, and nobody inverts.
// docs/decisions/0011.
#pragma once

#include "core/crypto/keystore.h"
#include "core/crypto/one_time_string.h"

namespace caduceus {

// Part of the protocol, unlike a keystore's: everybody has to find the same key.
constexpr Argon2Cost index_key_cost{.memory = 65'536, .passes = 3, .lanes = 1};

// Argon2id(ID_C), the salt is the network. About 0.1 s and 64 MiB.
[[nodiscard]] Bytes32 index_key(const NetworkId& net, const Identity& patient);

// Her account on MED: (pn-med, the index key in hexadecimal, version). CHECK: a patient's identity.
[[nodiscard]] Identity med_account(const NetworkId& net, const Identity& patient);

}  // namespace caduceus
