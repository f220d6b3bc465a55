// The encrypted keystore's bytes (docs/PROTOCOL.md, "Sealing"): secrets under a passphrase, Argon2id and AES-256-GCM. Where the
// file lies and how it is written is host/store's matter.
#pragma once

#include "core/base/rng.h"
#include "core/base/secret.h"

namespace caduceus {

// The cost of one guess (§10).
struct Argon2Cost {
  std::uint32_t memory = 65'536;  // KiB
  std::uint32_t passes = 3;
  std::uint32_t lanes = 1;

  static auto fields(auto& self) { return std::tie(self.memory, self.passes, self.lanes); }
  // At most 1 GiB, 16 passes, 16 lanes, so that a file cannot ask for more than a machine has; at least what Argon2 takes.
  // Reject::keystore_parameters.
  [[nodiscard]] Checked<void> check() const;
};

// Takes memory · passes: about 0.1 s with the default.
[[nodiscard]] Bytes seal_keystore(const SecretBytes& content, const SecretBytes& passphrase, const Argon2Cost& cost, Rng& rng);

// Reject::keystore_format, keystore_parameters, truncated, trailing_bytes, too_long, keystore_passphrase.
[[nodiscard]] Checked<SecretBytes> open_keystore(ByteView file, const SecretBytes& passphrase);

}  // namespace caduceus
