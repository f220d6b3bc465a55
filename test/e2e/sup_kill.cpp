#include "test/e2e/sup_kill.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "bench/sup/cluster.h"
#include "host/node/sup_service.h"
#include "test/temporary_folder.h"

namespace caduceus::e2e {
namespace {

using bench::Cluster;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds patience{60};

Time wall() {
  return Time(
      static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()));
}

// Asks one hospital, over a connection that is made anew when it broke.
class Asker {
 public:
  Asker(const Cluster& cluster, Identity self) : cluster_(cluster), self_(std::move(self)) {}

  // Nothing: it is not there, or did not answer in time.
  std::optional<sup::Reply> ask(std::size_t place, const sup::Question& question, milliseconds timeout) {
    if (client_ && place_ != place) client_.reset();
    if (!client_) {
      auto connected = cluster_.try_connect(place, self_);
      if (!connected) return std::nullopt;
      client_.emplace(*std::move(connected));
      place_ = place;
    }
    const auto bytes = client_->call(*frame_of(Channel::request, ClientRequest{++number_, question}), timeout);
    if (!bytes) {
      client_.reset();
      return std::nullopt;
    }
    auto answer = decode<ClientAnswer>(ByteView(*bytes).subspan(1));
    CHECK(answer && answer->number == number_);
    return std::move(answer->reply);
  }

 private:
  const Cluster& cluster_;
  Identity self_;
  std::optional<Client> client_;
  std::size_t place_ = 0;
  std::uint64_t number_ = 0;
};

class Run {
 public:
  Run(const KillOptions& options, const std::function<void(const KillReport&)>& progress)
      : options_(options),
        progress_(progress),
        rng_(options.seed),
        consortium_(options.seed, hospitals, 2),
        cluster_(consortium_, settings()) {}

  KillReport run() {
    const auto began = Clock::now();
    for (std::size_t place = 0; place < hospitals; ++place) {
      if (place != late() && !(options_.one_down && place == down)) cluster_.start(place);
    }
    open_accounts();
    {
      std::vector<std::jthread> clients;
      for (std::size_t i = 0; i < hospitals; ++i) {
        clients.emplace_back([this, i](const std::stop_token& stop) { submit_until(stop, i); });
      }
      if (options_.late_joiner) wait_for_blocks();
      while (report_.kills < options_.kills && broken().empty()) kill_one();
      start_all();
      if (options_.late_joiner) cluster_.start(late());
    }
    check();
    report_.acknowledged = acknowledged_.size();
    report_.repeats = repeats_;
    report_.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    return report_;
  }

 private:
  static constexpr std::size_t hospitals = 4;
  static constexpr std::size_t down = 2;

  [[nodiscard]] Cluster::Options settings() const {
    return {Cluster::Mode::real, folder_.path(), options_.late_joiner ? 0 : ~std::uint64_t{0}};
  }
  [[nodiscard]] std::size_t late() const { return options_.late_joiner ? hospitals - 1 : hospitals; }
  [[nodiscard]] bool takes_part(std::size_t place) const { return place != late() && !(options_.one_down && place == down); }
  [[nodiscard]] std::string broken() {
    const std::scoped_lock lock(mutex_);
    return report_.broken;
  }
  void fail(const std::string& why) {
    const std::scoped_lock lock(mutex_);
    if (report_.broken.empty()) report_.broken = why;
  }
  [[nodiscard]] Identity client(std::size_t i) const { return consortium_.world.doctor(i).identity(); }

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
      const auto* refusal = std::get_if<sup::Refusal>(&*reply);
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
    }
  }

  void kill_one() {
    const auto random = [this](std::uint64_t most) { return milliseconds(rng_.below(most)); };
    std::this_thread::sleep_for(random(300));
    std::size_t place = rng_.below(hospitals);
    while (!takes_part(place)) place = rng_.below(hospitals);
    if (!cluster_.is_running(place)) {
      cluster_.start(place);
      return;
    }
    cluster_.kill(place);
    ++report_.kills;
    // Most come back at once; some later, so that several are down together and nothing goes on for a while.
    if (rng_.below(3) > 0) cluster_.start(place);
    const std::scoped_lock lock(mutex_);
    report_.acknowledged = acknowledged_.size();
    progress_(report_);
  }

  void start_all() {
    for (std::size_t place = 0; place < hospitals; ++place) {
      if (takes_part(place) && !cluster_.is_running(place)) cluster_.start(place);
    }
  }

  [[nodiscard]] sup::Status status(Asker& asker, std::size_t place) {
    for (const auto end = Clock::now() + patience; Clock::now() < end;) {
      const auto reply = asker.ask(place, sup::AskStatus{}, seconds(5));
      if (reply && std::holds_alternative<sup::Status>(*reply)) return std::get<sup::Status>(*reply);
      std::this_thread::sleep_for(milliseconds(50));
    }
    fail("hospital " + std::to_string(place) + " does not answer");
    return {};
  }

  void wait_for_blocks() {
    Asker asker(cluster_, client(0));
    while (broken().empty() && status(asker, 0).first < Height(options_.pruned_blocks)) std::this_thread::sleep_for(milliseconds(100));
  }

  // All have what was acknowledged, and one another's blocks.
  void check() {
    Asker asker(cluster_, client(0));
    Height needed;
    for (const auto& [htx, committed] : acknowledged_) needed = std::max(needed, committed.height);
    std::map<std::size_t, sup::Status> reached;
    for (std::size_t place = 0; place < hospitals && broken().empty(); ++place) {
      if (options_.one_down && place == down) continue;
      const auto end = Clock::now() + patience;
      do {
        reached[place] = status(asker, place);
        if (Clock::now() > end) fail("hospital " + std::to_string(place) + " does not reach the others' height");
      } while (reached[place].height < needed && broken().empty());
      if (place == late()) report_.first_of_late_joiner = reached[place].first.value();
      for (const auto& [htx, committed] : acknowledged_) {
        if (!broken().empty()) return;
        check_committed(asker, place, htx, committed);
      }
    }
    if (!broken().empty()) return;
    Height common = reached.begin()->second.height;
    for (const auto& [place, status] : reached) common = std::min(common, status.height);
    report_.height = common.value();
    std::optional<BlockHash> first;
    for (const auto& [place, status] : reached) {
      const auto reply = asker.ask(place, sup::AskBlock{common}, seconds(5));
      const auto* block = reply ? std::get_if<SupBlock>(&*reply) : nullptr;
      if (block == nullptr) {
        if (options_.late_joiner) continue;  // pruned in between
        return fail("hospital " + std::to_string(place) + " has not the block of height " + std::to_string(common.value()));
      }
      if (!first) first = block_hash(block->header);
      if (block_hash(block->header) != *first) fail("two hospitals have different blocks of height " + std::to_string(common.value()));
    }
    if (!first) fail("no hospital shows the block of the common height");
  }

  void check_committed(Asker& asker, std::size_t place, const TransactionHash& htx, const sup::Committed& committed) {
    const sup::AskProof question{sup::SnapshotTrie::state, {sup::StateKey::emergency(htx)}};
    for (const auto end = Clock::now() + patience; Clock::now() < end;) {
      const auto reply = asker.ask(place, question, seconds(5));
      const auto* entry = reply ? std::get_if<sup::ProvenEntry>(&*reply) : nullptr;
      if (entry == nullptr) {
        std::this_thread::sleep_for(milliseconds(50));  // it has just started
        continue;
      }
      const auto value = sup::verify(consortium_.genesis.network(), committee_, 3, question, *entry);
      if (!value) return fail("hospital " + std::to_string(place) + ": " + std::string(explain(value.error())));
      if (!*value) return fail("hospital " + std::to_string(place) + " has lost " + to_hex(htx));
      if (as_record<sup::EmergencyRecord>(**value).committed != committed) {
        return fail("hospital " + std::to_string(place) + " committed " + to_hex(htx) + " elsewhere than was acknowledged");
      }
      return;
    }
    fail("hospital " + std::to_string(place) + " proves nothing");
  }

  KillOptions options_;
  const std::function<void(const KillReport&)>& progress_;
  SeededRng rng_;
  TemporaryFolder folder_;
  Consortium consortium_;
  BlsCommittee committee_ = consortium_.genesis.committee();
  Cluster cluster_;
  std::mutex mutex_;
  std::map<TransactionHash, sup::Committed> acknowledged_;
  std::atomic<std::uint64_t> repeats_ = 0;
  KillReport report_;
};

}  // namespace

KillReport kill_hospitals(const KillOptions& options, const std::function<void(const KillReport&)>& progress) {
  return Run(options, progress).run();
}

}  // namespace caduceus::e2e
