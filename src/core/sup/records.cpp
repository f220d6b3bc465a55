#include "core/sup/records.h"

#include "core/crypto/keccak.h"

namespace caduceus::sup {
namespace {

template <class... Parts>
Bytes key(Table table, const Parts&... parts) {
  Writer writer;
  write(writer, static_cast<Byte>(table));
  (write(writer, parts), ...);
  return writer.take();
}

Bytes32 hashed(const Identity& identity) { return keccak256(encode(identity)); }

}  // namespace

Bytes StateKey::account(const Identity& identity) { return key(Table::account, hashed(identity)); }
Bytes StateKey::patient_account(const Identity& account) { return key(Table::patient_account, hashed(account)); }
Bytes StateKey::transaction(const TransactionHash& htx) { return key(Table::transaction, htx); }
Bytes StateKey::emergency(const TransactionHash& htxu) { return key(Table::emergency, htxu); }
Bytes StateKey::dispute(const TransactionHash& dispute) { return key(Table::dispute, dispute); }
Bytes StateKey::emergency_page(Height height, std::uint16_t page) { return key(Table::emergency_page, height, page); }

// 16 bytes of the account's hash are enough: whoever finds two accounts that agree in them has two accounts for one dispute.
Bytes StateKey::disputed_by(const TransactionHash& htxu, const Identity& account) {
  const Bytes32 hash = hashed(account);
  ByteArray<16> half{};
  std::copy_n(hash.begin(), half.size(), half.begin());
  return key(Table::disputed_by, htxu, half);
}

Bytes StateKey::expiry(Time expires, const Bytes32& revocation) { return key(Table::expiry, expires, revocation); }
Bytes StateKey::evidence(Place replica) { return key(Table::evidence, replica); }
Bytes StateKey::observed(std::uint64_t number) { return key(Table::observed, number); }
Bytes StateKey::sblock(Height height) { return key(Table::sblock, height); }

Checked<void> check_named(const std::optional<SblockRecord>& named, const MblockHeader& header) {
  if (!named || named->hash != header.sblock) return reject(Reject::observed_sblock);
  if (header.time < named->time) return reject(Reject::observed_time);
  return {};
}

}  // namespace caduceus::sup
