#include "core/med/state.h"

#include <algorithm>

#include "core/crypto/hash.h"

namespace caduceus::med {
namespace {

constexpr std::size_t contract_bytes = 8;  // of the hash of its name

Bytes key_of(Table table, std::initializer_list<ByteView> parts) {
  Bytes key = StateKey::table(table);
  for (const ByteView part : parts) key.insert(key.end(), part.begin(), part.end());
  return key;
}

Bytes32 hash_of_identity(const Identity& identity) { return sha256(encode(identity)); }

}  // namespace

Bytes StateKey::used(Epoch epoch, const Identity& signer) {
  return key_of(Table::used, {big_endian(epoch.value()), hash_of_identity(signer)});
}
Bytes StateKey::retired(const Identity& signer) { return key_of(Table::retired, {hash_of_identity(signer)}); }
Bytes StateKey::calls(const Identity& account) { return key_of(Table::calls, {hash_of_identity(account)}); }
Bytes StateKey::storage(std::string_view contract, ByteView key) {
  const Bytes32 name = sha256(as_bytes(contract));
  return key_of(Table::storage, {ByteView(name).first(contract_bytes), key});
}

bool State::is_used(const Identity& signer, const Slot& slot) const {
  const auto used = record_in<UsedSlots>(trie_, StateKey::used(slot.epoch, signer));
  return used && std::ranges::binary_search(used->items, slot.number);
}

UsedSlots State::used_slots(const Identity& signer, Epoch epoch) const {
  return record_in<UsedSlots>(trie_, StateKey::used(epoch, signer)).value_or(UsedSlots{});
}

std::optional<Slot> newest_of_device(const UsedSlots& used, Epoch epoch, std::uint8_t device) {
  const auto& numbers = used.items;
  const auto found =
      std::find_if(numbers.rbegin(), numbers.rend(), [&](std::uint16_t number) { return Slot{epoch, number}.device() == device; });
  if (found == numbers.rend()) return std::nullopt;
  return Slot{epoch, *found};
}

bool State::is_retired(const Identity& signer) const { return trie_.get(StateKey::retired(signer)).has_value(); }

std::uint64_t State::next_call(const Identity& account) const {
  return record_in<std::uint64_t>(trie_, StateKey::calls(account)).value_or(0);
}

std::optional<Bytes> State::stored(std::string_view contract, ByteView key) const { return trie_.get(StateKey::storage(contract, key)); }

void State::for_each_stored(std::string_view contract, ByteView prefix,
                            const std::function<bool(ByteView key, ByteView value)>& visit) const {
  const Bytes first = StateKey::storage(contract, prefix);
  trie_.for_each_from(first, [&](ByteView key, ByteView value) {
    if (key.size() < first.size() || !std::ranges::equal(key.first(first.size()), first)) return false;
    return visit(key.subspan(1 + contract_bytes), value);
  });
}

}  // namespace caduceus::med
