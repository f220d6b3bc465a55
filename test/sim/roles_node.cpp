#include "test/sim/roles_node.h"

#include "test/sim/roles_cluster.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t longest_wait = 8'000;  // ms, for a response
constexpr std::uint64_t most_skew = 3'000;

}  // namespace

RolesNode::RolesNode(RolesCluster& cluster, std::size_t number)
    : cluster_(cluster), number_(number), skew_(cluster.kernel().between(0, most_skew)) {}

Time RolesNode::now() const { return cluster_.ledger().now() + skew_; }

bool RolesNode::has(RolesPlant plant) const { return cluster_.setup().plant == plant; }

void RolesNode::start() {
  if (is_running_) return;
  is_running_ = true;
  started();
}

void RolesNode::crash() {
  if (!is_running_) return;
  const bool is_torn = cluster_.setup().faults.torn;
  disk_.crash(is_torn ? cluster_.kernel().rng().below(disk_.waiting() + 1) : 0);
  is_running_ = will_sync_ = false;
  ++life_;
  waiting_.clear();
  stopped();
}

void RolesNode::write(const roles::WriteSet& step, std::function<void()> then) {
  disk_.write(step, std::move(then));
  if (std::exchange(will_sync_, true)) return;
  after(cluster_.kernel().between(2, 10), [this] {
    will_sync_ = false;
    disk_.sync();
  });
  // The worst moment: before it is on disk.
  if (!cluster_.setup().faults.crash || cluster_.is_healed() || !cluster_.kernel().happens(60)) return;
  after(1, [this] {
    crash();
    cluster_.kernel().after(cluster_.kernel().between(100, 20'000), [this] { start(); });
  });
}

void RolesNode::after(std::uint64_t milliseconds, std::function<void()> what) {
  cluster_.kernel().after(milliseconds, [this, life = life_, what = std::move(what)] {
    if (life == life_) what();
  });
}

void RolesNode::every(std::uint64_t milliseconds, const std::function<void()>& what) {
  after(cluster_.kernel().between(milliseconds / 2, milliseconds + milliseconds / 2), [this, milliseconds, what] {
    what();
    every(milliseconds, what);
  });
}

void RolesNode::exchange(std::size_t to, Serve serve, Then then) {
  const std::uint64_t number = ++last_;
  waiting_.emplace(number, std::move(then));
  after(longest_wait, [this, number] { hear(number, nullptr); });
  cluster_.send(number_, to, [this, to, number, life = life_, serve = std::move(serve)] {
    serve([this, to, number, life](roles::RecordResponse response) {
      const auto shared = std::make_shared<const roles::RecordResponse>(std::move(response));
      cluster_.send(to, number_, [this, number, life, shared] {
        if (life == life_) hear(number, shared.get());
      });
    });
  });
}

void RolesNode::ask(std::size_t hospital, const Identity& caller, roles::RecordRequest request, Then then) {
  const auto shared = std::make_shared<const roles::RecordRequest>(std::move(request));
  exchange(
      hospital, [this, hospital, caller, shared](const Respond& respond) { cluster_.serve(hospital, caller, *shared, respond); },
      std::move(then));
}

void RolesNode::consult(std::function<void()> serve, std::function<void(bool)> then) {
  exchange(
      cluster_.ledger_node(),
      [serve = std::move(serve)](const Respond& respond) {
        serve();
        respond(roles::Done{});
      },
      [then = std::move(then)](const roles::RecordResponse* response) { then(response != nullptr); });
}

void RolesNode::hear(std::uint64_t number, const roles::RecordResponse* response) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  const Then then = std::move(found->second);
  waiting_.erase(found);
  then(response);
}

}  // namespace caduceus::sim
