// BLS multi-signatures as a plain sum, without proofs of possession (Boneh, Lynn and Shacham's signature, added up). The tests show
// that a key made of the others' keys signs in their name; ours refuses the key.
#pragma once

#include <span>

#include "core/crypto/group.h"

namespace caduceus::published {

// e(sum, P2) = e(H(message), Σ public keys), H that of our BLS signatures.
[[nodiscard]] bool verify_multi_signature(std::span<const G2> public_keys, ByteView message, const G1& sum);

}  // namespace caduceus::published
