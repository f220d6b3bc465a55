// The patient's index of records on MED (PROTOCOL.md §5): entries sealed under her vault key VK, and the keyslot in which VK lies under
// her biometrics. Opening either is a local computation: no biometrics, template or key is ever in a transaction.
#pragma once

#include <span>
#include <tuple>

#include "core/crypto/certificateless_signature.h"
#include "core/crypto/encryption_factors.h"
#include "core/crypto/fuzzy_extractor.h"

namespace caduceus {

using VaultKey = SecretKey;

struct Keyslot {
  std::uint8_t version = 1;
  std::uint8_t kdf = 1;         // HKDF-SHA-256
  std::uint32_t oprf_key = 0;   // 0: none, Y is empty. The place for a threshold oblivious PRF of the hospitals
  ByteArray<16> helper_id{};
  List<Helper, 10, 1> helpers;  // several fingers can be enrolled together; all of them are needed then
  ByteArray<12> nonce{};
  ByteArray<48> sealed{};       // VK and the tag
  Signature signature;          // the patient's, "keyslot", over what stands before it

  static auto fields(auto& self) {
    return std::tie(self.version, self.kdf, self.oprf_key, self.helper_id, self.helpers, self.nonce, self.sealed, self.signature);
  }
  // Reject::keyslot_version.
  [[nodiscard]] Checked<void> check() const;
};

// H(slot), which MED stores.
Bytes32 keyslot_hash(const Keyslot& slot);

// VK under H6(R_1, …, R_m, Y, slot id); one R a helper (CHECK). Enrolling again makes a new slot; after a leak VK is changed as well.
[[nodiscard]] Keyslot make_keyslot(const G1& ppub, const SigningKey& patient, const VaultKey& vault, const ByteArray<16>& helper_id,
                                   std::span<const Extracted> extracted, Rng& rng);
// The patient's signature. Reject::signature_other_key, signature_invalid, point_is_identity, keyslot_version.
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& patient, const Keyslot& slot);
// One R a helper. Reject::keyslot_key, keyslot_version.
[[nodiscard]] Checked<VaultKey> open_keyslot(const Keyslot& slot, std::span<const SecretKey> extracted);

// EE: one record, as the patient finds it again.
struct IndexEntry {
  List<Text<1, 64>, 64> keywords;
  Bytes32 htxm{};
  Identity hospital;
  RecordPlace place;
  SecretKey token;  // τ_j

  static auto fields(auto& self) { return std::tie(self.keywords, self.htxm, self.hospital, self.place, self.token); }
};

struct SealedEntry {
  ByteArray<16> id{};
  std::uint32_t version = 1;
  Blob<28, 16'384> sealed;

  static auto fields(auto& self) { return std::tie(self.id, self.version, self.sealed); }
};

// Padded to a multiple of 512 bytes, under a key of its own, bound to its place: another entry's, account's or version's does not open.
[[nodiscard]] SealedEntry seal_entry(const VaultKey& vault, const Bytes32& index_key, const ByteArray<16>& id, std::uint32_t version,
                                     const IndexEntry& entry, Rng& rng);
// Reject::sealed_invalid, index_entry_padding, and as decode().
[[nodiscard]] Checked<IndexEntry> open_entry(const VaultKey& vault, const Bytes32& index_key, const SealedEntry& sealed);

}  // namespace caduceus
