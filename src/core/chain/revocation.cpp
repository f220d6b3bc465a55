#include "core/chain/revocation.h"

#include "core/crypto/keccak.h"

namespace caduceus {

Bytes32 revocation_key(const Identity& hospital, const Identity& doctor) {
  Writer writer;
  write(writer, hospital);
  write(writer, doctor);
  return keccak256(writer.take());
}

Bytes encode_entry(const RevocationEntry& entry) {
  Bytes items;
  write_rlp(items, rlp_integer(entry.expires.value()));
  write_rlp(items, rlp_integer(entry.height.value()));
  Bytes value;
  write_rlp_list_header(value, items.size());
  value.insert(value.end(), items.begin(), items.end());
  return value;
}

Checked<RevocationEntry> decode_entry(ByteView value) {
  TRY(ByteView items, decode_rlp_list(value));
  const auto next = [&]() -> Checked<std::uint64_t> { return read_rlp_string(items).and_then(integer_of_rlp); };
  TRY(const std::uint64_t expires, next());
  TRY(const std::uint64_t height, next());
  if (!items.empty()) return reject(Reject::trailing_bytes);
  return RevocationEntry{Time(expires), Height(height)};
}

Checked<std::optional<RevocationEntry>> verify_revocation(const Bytes32& root, const Identity& hospital, const Identity& doctor,
                                                          const TrieProof& proof) {
  TRY(const std::optional<Bytes> value, verify(root, revocation_key(hospital, doctor), proof));
  if (!value) return std::optional<RevocationEntry>();
  TRY(const RevocationEntry entry, decode_entry(*value));
  return std::optional(entry);
}

}  // namespace caduceus
