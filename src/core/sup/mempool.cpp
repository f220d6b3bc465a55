#include "core/sup/mempool.h"

#include <algorithm>

#include "core/sup/transition.h"

namespace caduceus::sup {

std::size_t Mempool::lane_of(const SupTransaction& transaction) {
  const bool is_urgent =
      std::holds_alternative<EmergencyTransaction>(transaction) || std::holds_alternative<RevocationTransaction>(transaction);
  return is_urgent ? urgent : ordinary;
}

Checked<void> Mempool::add(VerifiedTransaction transaction) {
  const TransactionHash& htx = transaction.hash();
  if (places_.contains(htx)) return reject(Reject::pool_known);
  if (transaction.w() != Bytes32{} && strings_.contains(transaction.w())) return reject(Reject::aggregate_w_reused);
  Lane& lane = lanes_.at(lane_of(transaction.value()));
  const std::size_t size = encode(transaction.value()).size();
  if (lane.entries.size() >= limits_.transactions || lane.bytes + size > limits_.bytes) return reject(Reject::pool_full);
  const auto signers = signers_of(transaction.value());
  const auto has_share = [&](const Identity* signer) {
    const auto used = lane.shares.find(*signer);
    return used == lane.shares.end() || used->second < limits_.share;
  };
  if (!std::ranges::all_of(signers, has_share)) return reject(Reject::pool_share);

  for (const Identity* signer : signers) ++lane.shares[*signer];
  lane.bytes += size;
  places_.emplace(htx, next_);
  if (transaction.w() != Bytes32{}) strings_.insert(transaction.w());
  if (const auto* emergency = std::get_if<EmergencyTransaction>(&transaction.value())) by_time_.emplace(emergency->terms.ts3, htx);
  lane.entries.emplace(next_++, Entry{std::move(transaction), size});
  return {};
}

void Mempool::remove(const TransactionHash& htx) {
  const auto place = places_.find(htx);
  if (place == places_.end()) return;
  for (Lane& lane : lanes_) {
    const auto found = lane.entries.find(place->second);
    if (found == lane.entries.end()) continue;
    const VerifiedTransaction& transaction = found->second.transaction;
    for (const Identity* signer : signers_of(transaction.value())) {
      if (const auto share = lane.shares.find(*signer); --share->second == 0) lane.shares.erase(share);
    }
    lane.bytes -= found->second.size;
    strings_.erase(transaction.w());
    if (const auto* emergency = std::get_if<EmergencyTransaction>(&transaction.value())) by_time_.erase({emergency->terms.ts3, htx});
    lane.entries.erase(found);
  }
  places_.erase(place);
}

void Mempool::expire(Time sblock) {
  while (!by_time_.empty() && by_time_.begin()->first + emergency_window < sblock) remove(TransactionHash(by_time_.begin()->second));
}

void Mempool::for_each(const std::function<bool(const VerifiedTransaction& transaction, std::size_t size)>& visit) const {
  for (const Lane& lane : lanes_) {
    for (const auto& [number, entry] : lane.entries) {
      if (!visit(entry.transaction, entry.size)) return;
    }
  }
}

Pooled Mempool::fullness() const {
  if (places_.empty()) return Pooled::nothing;
  std::size_t bytes = 0;
  for (const Lane& lane : lanes_) bytes += lane.bytes;
  return places_.size() >= SupBody::most_transactions || bytes >= most_body_bytes ? Pooled::full : Pooled::partial;
}

}  // namespace caduceus::sup
