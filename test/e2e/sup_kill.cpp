#include "test/e2e/sup_kill.h"

#include <atomic>

#include "test/e2e/sup_check.h"
#include "test/temporary_folder.h"

namespace caduceus::e2e {
namespace {

using bench::Cluster;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds patience{60};

// PROTOCOL.md §8, Timer: 4 × 50 ms and the execution, were nothing lost; what TCP has to send again is under way for 300 ms and more.
constexpr sup::Timing slow_timing{.base = 1000, .idle = 1000, .flush = 20, .ahead = 2000};

Time wall() {
  return Time(
      static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()));
}

double since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

class Run {
 public:
  Run(const KillOptions& options, const std::function<void(const KillReport&)>& progress)
      : options_(options),
        progress_(progress),
        rng_(options.seed),
        consortium_(options.seed, hospitals, 2, options.network == nullptr ? sup::devnet_timing : slow_timing),
        cluster_(consortium_, settings()) {}

  KillReport run() {
    const auto began = Clock::now();
    if (options_.network != nullptr) options_.network->run();
    for (std::size_t place = 0; place < hospitals; ++place) {
      if (takes_part(place)) cluster_.start(place);
    }
    open_accounts();
    newest_ = Clock::now();
    {
      std::vector<std::jthread> clients;
      for (std::size_t i = 0; i < hospitals; ++i) {
        clients.emplace_back([this, i](const std::stop_token& stop) { submit_until(stop, i); });
      }
      if (options_.late_joiner) wait_for_blocks();
      for (const auto first = Clock::now(); broken().empty() && goes_on(first);) disturb();
      if (options_.network != nullptr) options_.network->set({});
      start_all();
    }
    if (broken().empty()) check();
    report_.acknowledged = acknowledged_.size();
    report_.repeats = repeats_;
    report_.seconds = since(began);
    return report_;
  }

 private:
  static constexpr std::size_t down = 2;

  [[nodiscard]] Cluster::Options settings() const {
    Cluster::Options settings{Cluster::Mode::real, folder_.path(), options_.late_joiner ? 0 : ~std::uint64_t{0}, {}, {}};
    if (options_.network == nullptr) return settings;
    for (std::size_t place = 0; place < hospitals; ++place) settings.addresses.push_back(BadNetwork::address(place) + ":7000");
    settings.before_it_runs = [network = options_.network](std::size_t place) { network->enter(place); };
    return settings;
  }
  [[nodiscard]] std::size_t late() const { return options_.late_joiner ? hospitals - 1 : hospitals; }
  [[nodiscard]] bool is_down(std::size_t place) const { return options_.one_down && place == down; }
  [[nodiscard]] bool takes_part(std::size_t place) const { return place != late() && !is_down(place); }
  [[nodiscard]] bool goes_on(Clock::time_point first) const {
    return options_.seconds ? since(first) < *options_.seconds : report_.kills < options_.kills;
  }
  [[nodiscard]] std::string broken() {
    const std::scoped_lock lock(mutex_);
    return report_.broken;
  }
  void fail(const std::string& why) {
    const std::scoped_lock lock(mutex_);
    if (report_.broken.empty()) report_.broken = why;
  }
  [[nodiscard]] Identity client(std::size_t i) const { return consortium_.world.doctor(i).identity(); }
  [[nodiscard]] milliseconds up_to(std::uint64_t most) { return milliseconds(rng_.below(most)); }

  // Until somebody says that it is committed, whoever is killed meanwhile.
  std::optional<sup::Committed> commit(Asker& asker, const SupTransaction& transaction, std::size_t first) {
    const auto end = Clock::now() + patience;
    for (std::size_t attempt = 0; Clock::now() < end; ++attempt) {
      if (attempt > 0) ++repeats_;
      const auto reply = asker.ask((first + attempt) % hospitals, sup::Submit{transaction}, seconds(5));
      if (!reply) {
        std::this_thread::sleep_for(milliseconds(20));
        continue;
      }
      if (const auto* committed = std::get_if<sup::Committed>(&*reply)) return *committed;
      const auto* refusal = std::get_if<Refusal>(&*reply);
      if (refusal != nullptr && refusal->reason.value != "busy") {
        fail("refused: " + refusal->reason.value + ": " + refusal->explanation.value);
        return std::nullopt;
      }
    }
    fail("a transaction was not committed in time");
    return std::nullopt;
  }

  void open_accounts() {
    Asker asker(cluster_, client(0));
    for (const SupTransaction& one : consortium_.world.registrations()) {
      if (!commit(asker, one, 0)) return;
    }
    worsen_network({});
  }

  void submit_until(const std::stop_token& stop, std::size_t i) {
    Asker asker(cluster_, client(i));
    for (std::size_t n = 0; !stop.stop_requested(); ++n) {
      const EmergencyTransaction transaction = [&] {
        const std::scoped_lock lock(mutex_);
        return consortium_.world.emergency(consortium_.world.doctor((i + hospitals * n) % consortium_.world.doctors()), wall());
      }();
      const auto committed = commit(asker, transaction, i);
      if (!committed) return;
      const std::scoped_lock lock(mutex_);
      acknowledged_.emplace(hash_of(transaction.terms), *committed);
      report_.longest_pause = std::max(report_.longest_pause, since(std::exchange(newest_, Clock::now())));
    }
  }

  void worsen_network(std::set<std::size_t> cut_off) {
    if (options_.network != nullptr) options_.network->set({milliseconds(50), 10, std::move(cut_off)});
  }

  void disturb() {
    std::this_thread::sleep_for(up_to(options_.network == nullptr ? 500 : 6000));
    if (options_.network != nullptr) change_partition();
    kill_one();
    const std::scoped_lock lock(mutex_);
    report_.acknowledged = acknowledged_.size();
    progress_(report_);
  }

  // Ends one, or begins every second time: one hospital, or two, for a few seconds.
  void change_partition() {
    std::set<std::size_t> side;
    if (!std::exchange(is_cut_, false) && rng_.below(2) == 0) {
      side = {rng_.below(hospitals), rng_.below(hospitals)};
      is_cut_ = true;
      ++report_.partitions;
    }
    worsen_network(std::move(side));
  }

  // The leader every second time. Most come back at once; some a round or two later, so that several are down and nothing goes on for a while.
  void kill_one() {
    for (std::size_t place = 0; place < hospitals; ++place) {
      if (takes_part(place) && !cluster_.is_running(place) && rng_.below(3) > 0) cluster_.start(place);
    }
    const auto leads = report_.kills % 2 == 1 ? leader() : std::nullopt;
    const std::size_t place = leads.value_or(rng_.below(hospitals));
    if (!cluster_.is_running(place)) return;
    cluster_.kill(place);
    ++report_.kills;
    if (leads) ++report_.leaders_killed;
    if (rng_.below(3) > 0) cluster_.start(place);
  }

  // Of the view that a running hospital, any of them, is in now.
  [[nodiscard]] std::optional<std::size_t> leader() {
    const std::size_t first = rng_.below(hospitals);
    for (std::size_t i = 0; i < hospitals; ++i) {
      const std::size_t place = (first + i) % hospitals;
      if (!cluster_.is_running(place)) continue;
      const auto reply = asker_.ask(place, sup::AskStatus{}, seconds(2));
      const auto* status = reply ? std::get_if<sup::Status>(&*reply) : nullptr;
      if (status != nullptr) return status->view.value() % hospitals;
    }
    return std::nullopt;
  }

  void start_all() {
    for (std::size_t place = 0; place < hospitals; ++place) {
      if (!is_down(place) && !cluster_.is_running(place)) cluster_.start(place);
    }
  }

  void wait_for_blocks() {
    while (broken().empty()) {
      const auto status = asker_.insist<sup::Status>(0, sup::AskStatus{});
      if (!status) return fail(status.error().message);
      if (status->first >= Height(options_.pruned_blocks)) return;
      std::this_thread::sleep_for(milliseconds(100));
    }
  }

  void check() {
    if (acknowledged_.empty()) return fail("nothing was acknowledged, so nothing is shown");
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < hospitals; ++place) {
      if (!is_down(place)) places.push_back(place);
    }
    const auto ending = check_hospitals(cluster_, consortium_, places, acknowledged_, options_.late_joiner);
    if (!ending) return fail(ending.error().message);
    report_.height = ending->height.value();
    report_.root = to_hex(ending->root);
    if (options_.late_joiner) report_.first_of_late_joiner = ending->first.at(late()).value();
  }

  KillOptions options_;
  const std::function<void(const KillReport&)>& progress_;
  SeededRng rng_;
  TemporaryFolder folder_;
  Consortium consortium_;
  Cluster cluster_;
  Asker asker_{cluster_, client(hospitals)};  // nobody who submits: a member has few connections
  bool is_cut_ = false;
  std::mutex mutex_;
  Acknowledged acknowledged_;
  Clock::time_point newest_;  // acknowledgement
  std::atomic<std::uint64_t> repeats_ = 0;
  KillReport report_;
};

}  // namespace

KillReport kill_hospitals(const KillOptions& options, const std::function<void(const KillReport&)>& progress) {
  return Run(options, progress).run();
}

}  // namespace caduceus::e2e
