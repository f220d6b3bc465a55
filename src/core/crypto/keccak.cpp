#include "core/crypto/keccak.h"

#include <cryptopp/keccak.h>

namespace caduceus {

Bytes32 keccak256(ByteView bytes) {
  Bytes32 out;
  CryptoPP::Keccak_256().CalculateDigest(out.data(), bytes.data(), bytes.size());
  return out;
}

}  // namespace caduceus
