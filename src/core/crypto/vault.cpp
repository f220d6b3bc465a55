#include "core/crypto/vault.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

constexpr std::size_t padded_to = 512;
constexpr Byte padding_begins = 0x80;

Bytes32 slot_id(const Keyslot& slot) {
  return hash({encode(slot.version), encode(slot.kdf), encode(slot.oprf_key), slot.helper_id, encode(slot.helpers)});
}

// H6(R_1, …, R_m, Y, slot id)
SecretKey slot_key(const Keyslot& slot, std::span<const ByteView> extracted) {
  const Bytes32 id = slot_id(slot);
  std::vector<ByteView> parts(extracted.begin(), extracted.end());
  parts.emplace_back();  // Y
  parts.emplace_back(id);
  return derive_key(KeyHash::h6, "vault-key", std::span<const ByteView>(parts));
}

// What the patient signs: everything before the signature.
Bytes signed_part(const Keyslot& slot) {
  Bytes bytes = encode(slot);
  bytes.resize(bytes.size() - encode(slot.signature).size());
  return bytes;
}

SecretKey entry_key(const VaultKey& vault, const ByteArray<16>& id) {
  return derive_key(KeyHash::hsk, "index-entry", {vault.expose(), id});
}

SecretBytes entry_place(const Bytes32& index_key, const ByteArray<16>& id, std::uint32_t version) {
  return sequence({id, index_key, big_endian(version)});
}

}  // namespace

Checked<void> Keyslot::check() const {
  if (version != 1 || kdf != 1 || oprf_key != 0) return reject(Reject::keyslot_version);
  return {};
}

Bytes32 keyslot_hash(const Keyslot& slot) { return hash({encode(slot)}); }

Keyslot make_keyslot(const G1& ppub, const SigningKey& patient, const VaultKey& vault, const ByteArray<16>& helper_id,
                     std::span<const Extracted> extracted, Rng& rng) {
  Keyslot slot;
  slot.helper_id = helper_id;
  std::vector<ByteView> values;
  for (const auto& one : extracted) {
    slot.helpers.items.push_back(one.helper);
    values.emplace_back(one.value.expose());
  }
  CHECK(!values.empty());
  const Bytes sealed = seal(slot_key(slot, values), slot_id(slot), vault.expose(), rng);
  std::copy_n(sealed.begin(), slot.nonce.size(), slot.nonce.begin());
  std::copy_n(sealed.begin() + slot.nonce.size(), slot.sealed.size(), slot.sealed.begin());
  slot.signature = sign(ppub, patient, "keyslot", signed_part(slot), rng);
  return slot;
}

Checked<void> verify(const G1& ppub, const VerificationKey& patient, const Keyslot& slot) {
  TRY_VOID(slot.check());
  return verify(ppub, patient, "keyslot", signed_part(slot), slot.signature);
}

Checked<VaultKey> open_keyslot(const Keyslot& slot, std::span<const SecretKey> extracted) {
  TRY_VOID(slot.check());
  if (extracted.size() != slot.helpers.items.size()) return reject(Reject::keyslot_key);
  std::vector<ByteView> values;
  for (const auto& one : extracted) values.emplace_back(one.expose());
  Bytes sealed(slot.nonce.begin(), slot.nonce.end());
  sealed.insert(sealed.end(), slot.sealed.begin(), slot.sealed.end());
  const auto opened = open(slot_key(slot, values), slot_id(slot), sealed);
  if (!opened) return reject(Reject::keyslot_key);
  VaultKey vault;
  std::ranges::copy(opened->expose(), vault.expose().begin());
  return vault;
}

SealedEntry seal_entry(const VaultKey& vault, const Bytes32& index_key, const ByteArray<16>& id, std::uint32_t version,
                       const IndexEntry& entry, Rng& rng) {
  SecretBytes plain = encode_secret(entry);
  plain.append({&padding_begins, 1});
  plain.resize((plain.size() + padded_to - 1) / padded_to * padded_to);
  return {id, version, {seal(entry_key(vault, id), entry_place(index_key, id, version).expose(), plain.expose(), rng)}};
}

Checked<IndexEntry> open_entry(const VaultKey& vault, const Bytes32& index_key, const SealedEntry& sealed) {
  const SecretBytes place = entry_place(index_key, sealed.id, sealed.version);
  TRY(const SecretBytes plain, open(entry_key(vault, sealed.id), place.expose(), sealed.sealed.value));
  const ByteView bytes = plain.expose();
  // The padding hides the entry's length and keywords from who reads the chain, not from who opened the entry: only τ_j, which stands last,
  // stays secret here.
  const auto end = std::ranges::find_if(bytes.rbegin(), bytes.rend(), [](Byte b) { return declassify(b != 0 ? 1 : 0) != 0; });
  const auto size = static_cast<std::size_t>(bytes.rend() - end);
  if (size == 0 || declassify(*end) != padding_begins || bytes.size() % padded_to != 0 || bytes.size() - (size - 1) > padded_to) {
    return reject(Reject::index_entry_padding);
  }
  const ByteView encoded = bytes.first(size - 1);
  declassify(encoded.first(encoded.size() - std::min(encoded.size(), sizeof(IndexEntry::token))));
  return decode<IndexEntry>(encoded);
}

}  // namespace caduceus
