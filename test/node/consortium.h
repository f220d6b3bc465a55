// A consortium for tests and benchmarks: a PKG, hospitals with all their keys and certificates, their doctors, and a genesis.
#pragma once

#include "core/sup/genesis.h"
#include "host/net/certificate.h"
#include "test/sup_world.h"

namespace caduceus {

struct Consortium {
  Consortium(std::uint64_t seed, std::size_t hospitals, std::size_t doctors_each = 1, sup::Timing timing = sup::devnet_timing);

  // From an hour ago for a day.
  [[nodiscard]] TlsCredentials credentials(const Identity& identity) const;

  [[nodiscard]] BlsKey key(std::size_t place) const { return {keys[place].secret.copy(), keys[place].public_key}; }

  SupWorld world;
  std::vector<BlsKey> keys;  // of consensus
  Validity validity;
  TlsAuthority authority;
  sup::Genesis genesis;
};

}  // namespace caduceus
