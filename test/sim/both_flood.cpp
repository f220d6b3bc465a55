#include "test/sim/both_flood.h"

#include "core/base/check.h"
#include "test/sim/both_cluster.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t second = 1000;
constexpr std::uint64_t patience = 15 * second;  // of the honest doctor, once all is healed
constexpr std::size_t burst = 6;                 // a second, at each hospital: more than the pool holds of one signer, or at all
constexpr std::uint64_t lasts = 30 * second;     // of a flood

}  // namespace

// Two hospitals, and a doctor of each.
Flood::Flood(std::uint64_t seed) : world_(seed, 2, 1, 0), verifier_(world_.keys(), 16) {
  for (auto& verified : verifier_.verify_each(world_.registrations(), world_.rng)) {
    CHECK(verified.has_value());
    accounts_.push_back(*std::move(verified));
  }
}

VerifiedTransaction Flood::signed_by(const SupWorld::Member& doctor, Time now) {
  auto verified = verifier_.verify_each({world_.emergency(doctor, now)}, world_.rng);
  CHECK(verified.front().has_value());
  return *std::move(verified.front());
}

// To every hospital, as their clients and relays do.
void BothCluster::submit_everywhere(const VerifiedTransaction& transaction) {
  for (std::size_t i = 0; i < setup_.hospitals; ++i) {
    if (!nodes_[i]->is_running()) continue;
    const auto taken = nodes_[i]->submit(transaction);
    if (!taken && taken.error() == Reject::pool_share) ++report_.over_share;
  }
}

void BothCluster::begin_flood() {
  flood_until_ = kernel_.now() + lasts;
  for (const VerifiedTransaction& account : flood_->accounts()) submit_everywhere(account);
  kernel_.after(5 * second, [this] {
    pour();
    need_help();
  });
}

void BothCluster::pour() {
  if (kernel_.now() >= flood_until_) return;
  for (std::size_t i = 0; i < burst; ++i, ++report_.flooded) submit_everywhere(flood_->another(wall()));
  kernel_.after(second, [this] { pour(); });
}

// In the middle of the flood: what it left in the pools is there first.
void BothCluster::need_help() {
  if (kernel_.now() >= flood_until_) return;
  emergencies_.push_back({flood_->emergency(wall()), kernel_.now(), false});
  ask_for_help(emergencies_.size() - 1);
  kernel_.after(4 * second, [this] { need_help(); });
}

// Again and again until it is committed, as a doctor's agent does; ten minutes later no Sblock may carry it.
void BothCluster::ask_for_help(std::size_t which) {
  Emergency& one = emergencies_[which];
  const BothNode& hospital = *nodes_[setup_.hospitals - 1U];
  const std::uint64_t waits = kernel_.now().value() - one.made.value();
  one.is_committed = hospital.is_running() && hospital.sup_state()->committed(one.transaction.hash()).has_value();
  if (one.is_committed) {
    report_.longest_emergency = std::max(report_.longest_emergency, waits);
    return;
  }
  if (is_healed_ && one.made >= healed_ && waits > patience) fail("an emergency request is not committed in a flood");
  if (waits > sup::emergency_window) return;
  submit_everywhere(one.transaction);
  kernel_.after(second, [this, which] { ask_for_help(which); });
}

}  // namespace caduceus::sim
