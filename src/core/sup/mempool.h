// What waits to be put into a block of SUP (PROTOCOL.md §8, Pools): transactions whose signatures hold, and evidence.
//
// What is urgent (tx_ur, tx_qr) has a lane of its own, with room of its own: no flood of registrations or disputes delays an emergency.
// A lane is first in, first out. In a lane one signer has no more than its share.
#pragma once

#include <map>
#include <set>

#include "core/chain/sup_body.h"
#include "core/chain/sup_signing.h"
#include "core/sup/ledger.h"

namespace caduceus::sup {

// Of one lane. Encoded bytes.
struct PoolLimits {
  std::size_t transactions = 8 * SupBody::most_transactions;
  std::size_t bytes = 4 * most_body_bytes;
  std::size_t share = SupBody::most_transactions;  // transactions that one identity signed
};

class Mempool {
 public:
  explicit Mempool(const PoolLimits& limits = {}) : limits_(limits) {}

  // Reject::pool_known, pool_full, pool_share; aggregate_w_reused (R4: a signer signed two transactions under one w, and the first one waits
  // here: they must not get into one block).
  [[nodiscard]] Checked<void> add(VerifiedTransaction transaction);
  // It was committed, or is not valid any more. Nothing happens when it is not there.
  void remove(const TransactionHash& htx);
  // Takes out each tx_ur that no Sblock of this time or later may carry.
  void expire(Time sblock);

  // Urgent ones first, each lane in the order of arrival, while visit() says true.
  void for_each(const std::function<bool(const VerifiedTransaction& transaction, std::size_t size)>& visit) const;
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] bool contains(const TransactionHash& htx) const { return places_.contains(htx); }
  [[nodiscard]] Pooled fullness() const;

 private:
  struct Entry {
    VerifiedTransaction transaction;
    std::size_t size = 0;  // encoded
  };
  using Number = std::uint64_t;  // of arrival
  struct Lane {
    std::map<Number, Entry> entries;
    std::size_t bytes = 0;
    std::map<Identity, std::size_t> shares;
  };
  static constexpr std::size_t urgent = 0, ordinary = 1, lane_count = 2;
  static std::size_t lane_of(const SupTransaction& transaction);

  PoolLimits limits_;
  std::array<Lane, lane_count> lanes_;
  std::map<TransactionHash, Number> places_;
  std::set<Bytes32> strings_;  // H(w)
  std::set<std::pair<Time, TransactionHash>> by_time_;  // of tx_ur, by ts3
  Number next_ = 0;
};

}  // namespace caduceus::sup
