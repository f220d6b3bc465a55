// What waits for a block of MED (PROTOCOL.md §8 Pools, §9): hospitals' bundles, patients' calls, evidence; each with its signatures verified. Nobody
// can fill it alone: a hospital has its share of the bytes, an account its share of the calls.
#pragma once

#include <map>

#include "core/med/signing.h"
#include "core/med/transition.h"

namespace caduceus::med {

// What is announced of an item, and asked for.
enum class ItemKind : Byte { bundle = 0, call = 1, evidence = 2 };
constexpr bool is_known(ItemKind kind) { return kind <= ItemKind::evidence; }
struct ItemId {
  ItemKind kind = ItemKind::bundle;
  Bytes32 hash{};  // of what stands on chain: whoever signs it again, or blinds the signature, makes no other item

  static auto fields(auto& self) { return std::tie(self.kind, self.hash); }
  friend auto operator<=>(const ItemId&, const ItemId&) = default;
};
using Item = std::variant<SignedBundle, SignedCall, ReuseEvidence>;
[[nodiscard]] ItemId id_of(const Item& item);
[[nodiscard]] ItemId id_of(const Bundle& bundle);
[[nodiscard]] ItemId id_of(const Call& call);

struct PoolLimits {
  std::size_t bytes = 64U << 20U;  // of bundles
  std::size_t hospital_bytes = 16U << 20U;  // of one hospital's
  std::size_t calls = 1U << 16U;
  std::size_t account_calls = 16;
  std::size_t evidence = 256;
};

class Mempool {
 public:
  explicit Mempool(const PoolLimits& limits = {}) : limits_(limits) {}

  // Whether it is valid on top of the state, or may become so: a call whose number is not the account's next waits for those before it.
  // Reject::pool_known, pool_full, pool_share; Transition's.
  [[nodiscard]] Checked<ItemId> add(Signed<SignedBundle> bundle, const State& state, const BlockPlace& next);
  [[nodiscard]] Checked<ItemId> add(Signed<SignedCall> call, const State& state);
  [[nodiscard]] Checked<ItemId> add(Signed<ReuseEvidence> evidence, const State& state);

  [[nodiscard]] bool contains(const ItemId& id) const { return items_.contains(id); }
  // nullptr when it is not here.
  [[nodiscard]] const Item* find(const ItemId& id) const;
  // Those that came first.
  [[nodiscard]] std::vector<ItemId> ids(std::size_t most) const;
  [[nodiscard]] std::size_t size() const { return items_.size(); }

  // After a block: what is on chain, or has become invalid, goes.
  void sweep(const State& state, const BlockPlace& next);

  // The body of a block on top of this state, of what waits longest; at most MedBody::most_bytes. Of bundles whose signers cancel each other
  // the later one waits for the next.
  [[nodiscard]] Signed<MedBody> assemble(const NetworkId& net, const State& parent, const BlockPlace& place) const;

 private:
  struct Entry {
    Item item;
    std::size_t size = 0;
    std::uint64_t number = 0;  // of arrival
  };
  [[nodiscard]] ItemId keep(const ItemId& id, Item item);
  void remove(std::map<ItemId, Entry>::iterator entry);

  PoolLimits limits_;
  std::map<ItemId, Entry> items_;
  std::map<std::uint64_t, ItemId> by_arrival_;
  std::map<Identity, std::size_t> hospital_bytes_;
  std::map<Identity, std::map<std::uint64_t, ItemId>> calls_;  // by number: one an account and number
  std::size_t bytes_ = 0;
  std::size_t call_count_ = 0;
  std::size_t evidence_count_ = 0;
  std::uint64_t arrived_ = 0;
};

}  // namespace caduceus::med
