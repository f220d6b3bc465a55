#include "test/sim/counting_ledger.h"

#include <algorithm>
#include <cstring>

namespace caduceus::sim {
namespace {

sup::StateRef with(const Bytes32& state) {
  auto result = std::make_shared<sup::LedgerState>();
  result->roots.state = state;
  return result;
}

}  // namespace

Checked<List<std::uint64_t, 4096>> CountingLedger::numbers(ByteView body) {
  if (body.empty()) return List<std::uint64_t, 4096>{};
  return decode<List<std::uint64_t, 4096>>(body);
}

sup::StateRef CountingLedger::genesis() const { return with({}); }

Checked<sup::StateRef> CountingLedger::execute(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) {
  TRY(const auto transactions, numbers(body));
  std::uint64_t sum = 0;
  std::memcpy(&sum, parent->roots.state.data(), sizeof sum);
  sum += place.height.value();
  for (const std::uint64_t number : transactions.items) {
    if (number == invalid) return reject(Reject::unknown_value);
    sum = (sum ^ number) * 0x9e3779b97f4a7c15U;
    sum ^= sum >> 29;
  }
  Bytes32 state{};
  std::memcpy(state.data(), &sum, sizeof sum);
  return with(state);
}

Bytes CountingLedger::assemble(const sup::StateRef& /*parent*/, const sup::BlockPlace& /*place*/) {
  if (pool_.empty()) return {};
  List<std::uint64_t, 4096> body;
  for (const std::uint64_t number : pool_) {
    if (body.items.size() == most_in_block) break;
    body.items.push_back(number);
  }
  return encode(body);
}

sup::Pooled CountingLedger::pooled() const {
  if (pool_.empty()) return sup::Pooled::nothing;
  return pool_.size() < most_in_block ? sup::Pooled::partial : sup::Pooled::full;
}

void CountingLedger::committed(const SupBlock& block, const sup::StateRef& /*state*/) {
  const auto body = numbers(block.body.value);
  for (const std::uint64_t number : body->items) pool_.erase(number);
}

// The checksum in two parts, so that there is more than one.
std::optional<sup::StatePart> CountingLedger::part(const sup::StateRef& state, ByteView cursor) const {
  const ByteView all(state->roots.state);
  const auto bytes = [](ByteView view) { return Bytes(view.begin(), view.end()); };
  if (cursor.empty()) return sup::StatePart{{bytes(all.first(4))}, {{1}}};
  return sup::StatePart{{bytes(all.subspan(4))}, {}};
}

std::unique_ptr<sup::Restorer> CountingLedger::restore() const {
  class Joiner final : public sup::Restorer {
   public:
    Checked<void> add(ByteView part) override {
      all_.insert(all_.end(), part.begin(), part.end());
      if (all_.size() > sizeof(Bytes32)) return reject(Reject::too_long);
      return {};
    }
    Checked<sup::StateRef> finish(const SupRoots& roots) override {
      if (!std::ranges::equal(all_, roots.state)) return reject(Reject::snapshot_roots);
      return with(roots.state);
    }

   private:
    Bytes all_;
  };
  return std::make_unique<Joiner>();
}

sup::StateRef CountingLedger::load(const SupHeader& committed) { return with(committed.roots.state); }

}  // namespace caduceus::sim
