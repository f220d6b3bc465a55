#include "test/sim/roles_ledger.h"

#include <algorithm>

namespace caduceus::sim {
namespace {

constexpr std::uint64_t sblock_every = 2'000, mblock_every = 5'000;  // ms
constexpr std::size_t blocks_until_final = 2;

}  // namespace

void RolesLedger::start() {
  next_sblock();
  next_mblock();
}

void RolesLedger::next_sblock() {
  times_.push_back(now());
  std::vector<std::variant<EmergencyTerms, DisputeTerms, DisputeAnswerTerms>> taken;
  std::swap(taken, waiting_);
  for (const auto& one : taken) {
    if (kernel_.happens(4)) {
      waiting_.push_back(one);  // a later block
    } else {
      std::visit([&](const auto& terms) { commit(terms, {height(), now()}); }, one);
    }
  }
  kernel_.after(sblock_every, [this] { next_sblock(); });
}

void RolesLedger::commit(const EmergencyTerms& terms, const sup::Committed& committed) {
  constexpr std::uint64_t most_off = 600'000;  // §8
  if (distance(terms.ts3, committed.time) > most_off || revocations_.contains(terms.doctor)) return;
  emergencies_.try_emplace(hash_of(terms), sup::EmergencyRecord{committed, terms});
}

void RolesLedger::commit(const DisputeTerms& terms, const sup::Committed& committed) {
  if (emergencies_.contains(terms.htxu)) disputes_.try_emplace(hash_of(terms), sup::DisputeRecord{committed, terms, {}});
}

void RolesLedger::commit(const DisputeAnswerTerms& terms, const sup::Committed& /*committed*/) {
  const auto dispute = disputes_.find(terms.dispute);
  if (dispute == disputes_.end() || dispute->second.answer) return;
  dispute->second.answer = hash_of(terms);
  answers_.emplace(terms.dispute, terms);
}

void RolesLedger::revoke(const Identity& doctor) { revocations_.try_emplace(doctor, sup::Committed{height(), now()}); }

std::optional<sup::EmergencyRecord> RolesLedger::emergency(const TransactionHash& htxu, Height at) const {
  const auto found = emergencies_.find(htxu);
  if (found == emergencies_.end() || found->second.committed.height > at) return std::nullopt;
  return found->second;
}

std::vector<std::pair<TransactionHash, sup::EmergencyRecord>> RolesLedger::emergencies(Height from) const {
  std::vector<std::pair<TransactionHash, sup::EmergencyRecord>> all;
  for (const auto& one : emergencies_) {
    if (one.second.committed.height >= from) all.emplace_back(one);
  }
  return all;
}

std::optional<sup::DisputeRecord> RolesLedger::dispute(const TransactionHash& dispute, Height at) const {
  const auto found = disputes_.find(dispute);
  if (found == disputes_.end() || found->second.committed.height > at) return std::nullopt;
  return found->second;
}

std::optional<DisputeAnswerTerms> RolesLedger::answer(const TransactionHash& dispute) const {
  const auto found = answers_.find(dispute);
  return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<sup::Committed> RolesLedger::revocation(const Identity& doctor, Height at) const {
  const auto found = revocations_.find(doctor);
  if (found == revocations_.end() || found->second.height > at) return std::nullopt;
  return found->second;
}

// A block, or the newest one that is not final is lost, with all that it had.
void RolesLedger::next_mblock() {
  if (!open_.empty() && kernel_.happens(8)) {
    for (const Bundle& bundle : open_.back().bundles) {
      // A block before it may have the same bundle, which was handed in twice.
      for (const TransactionHash& htxm : record_hashes(bundle)) {
        if (const auto found = records_.find(htxm); found != records_.end() && found->second.height == open_.back().height)
          records_.erase(found);
      }
    }
    open_.pop_back();
  } else {
    ++mblocks_;
    open_.push_back({mblocks_, std::exchange(bundles_, {}), std::exchange(calls_, {})});
    std::ranges::sort(open_.back().calls, {}, &Call::number);
    place(open_.back(), Fate::in_block);
  }
  if (open_.size() > blocks_until_final) {
    place(open_.front(), Fate::final);
    for (const Call& call : open_.front().calls) execute(call);
    open_.erase(open_.begin());
  }
  kernel_.after(mblock_every, [this] { next_mblock(); });
}

void RolesLedger::place(const Mblock& block, Fate fate) {
  for (const Bundle& bundle : block.bundles) {
    for (const RecordGroup& group : bundle.groups.items) {
      for (const RecordLine& line : group.records.items) {
        const RecordTerms terms{group.doctor, bundle.hospital, line.record, line.written};
        const auto [found, is_new] = records_.try_emplace(hash_of(terms), Place{terms, block.height, fate});
        if (found->second.height == block.height) found->second.fate = fate;
      }
    }
  }
}

void RolesLedger::execute(const Call& call) {
  std::uint64_t& next = next_calls_[call.account];
  if (call.number != next) return;
  const auto changes = med::run_emr_index(*this, call);
  if (!changes) return;
  ++next;
  for (const med::StorageChange& change : *changes) {
    if (change.value.empty()) {
      storage_.erase(change.key);
    } else {
      storage_.insert_or_assign(change.key, change.value);
    }
  }
}

std::optional<RolesLedger::Place> RolesLedger::find(const TransactionHash& htxm) const {
  const auto found = records_.find(htxm);
  return found == records_.end() ? std::nullopt : std::optional(found->second);
}

std::uint64_t RolesLedger::next_call(const Identity& account) const {
  const auto found = next_calls_.find(account);
  return found == next_calls_.end() ? 0 : found->second;
}

std::optional<Bytes> RolesLedger::get(ByteView key) const {
  const auto found = storage_.find(Bytes(key.begin(), key.end()));
  return found == storage_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace caduceus::sim
