#include "bench/sup/real.h"

#include <iostream>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "host/node/sup_service.h"

namespace caduceus::bench {
namespace {

using Clock = std::chrono::steady_clock;

Time wall() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Time(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count()));
}

Frame submit(std::uint64_t number, SupTransaction transaction) {
  return frame_of(Channel::request, ClientRequest{number, sup::Submit{std::move(transaction)}});
}

// What was committed, as the hospital says; anything else is a bug here or there.
std::uint64_t committed_number(const Bytes& frame) {
  const auto answer = decode<ClientAnswer>(ByteView(frame).subspan(1));
  CHECK(answer);
  if (const auto* refusal = std::get_if<Refusal>(&answer->reply)) std::cerr << refusal->reason.value << '\n';
  CHECK(std::holds_alternative<sup::Committed>(answer->reply));
  return answer->number;
}

Clock::duration since(Clock::time_point then) { return Clock::now() - then; }
double milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

constexpr std::chrono::seconds patience{60};

}  // namespace

RealClient::RealClient(Consortium& consortium, const Cluster& cluster) : consortium_(consortium), cluster_(cluster) {
  for (std::size_t place = 0; place < cluster.size(); ++place) {
    clients_.push_back(cluster.connect(place, consortium.world.doctor(place).identity()));
  }
  const std::vector<SupTransaction> accounts = consortium.world.registrations();
  for (std::size_t i = 0; i < accounts.size(); ++i) CHECK(clients_[0].send(*submit(i, accounts[i]), patience));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const auto frame = clients_[0].receive(patience);
    CHECK(frame && frame->has_value());
    static_cast<void>(committed_number(**frame));
  }
}

EmergencyTransaction RealClient::request() {
  return consortium_.world.emergency(consortium_.world.doctor(next_++ % consortium_.world.doctors()), wall());
}

Latencies RealClient::one_by_one(std::size_t count) {
  Latencies latencies;
  for (std::size_t i = 0; i < count; ++i) {
    const Frame frame = submit(i, request());
    const auto began = Clock::now();
    const auto answer = clients_[i % clients_.size()].call(*frame, patience);
    CHECK(answer);
    latencies.add(milliseconds(since(began)));
    CHECK(committed_number(*answer) == i);
  }
  return latencies;
}

LoadFigures RealClient::load(std::uint64_t outstanding, double seconds) {
  // Signed before the clock runs: the client is not what is measured.
  std::vector<EmergencyTransaction> ready;
  const auto enough = static_cast<std::size_t>(1200 * (seconds + 1));
  while (ready.size() < enough) ready.push_back(request());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  Latencies latencies;
  std::atomic<std::uint64_t> commands = 0;

  const Meter meter(cluster_);
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  {
    std::vector<std::jthread> threads;
    for (Client& client : clients_) {
      threads.emplace_back([&] {
        std::unordered_map<std::uint64_t, Clock::time_point> under_way;
        while (Clock::now() < end || !under_way.empty()) {
          while (Clock::now() < end && under_way.size() < outstanding / clients_.size()) {
            const std::size_t number = next++;
            CHECK(number < ready.size());
            CHECK(client.send(*submit(number, ready[number]), patience));
            under_way.emplace(number, Clock::now());
          }
          const auto frame = client.receive(patience);
          CHECK(frame && frame->has_value());
          const auto found = under_way.find(committed_number(**frame));
          CHECK(found != under_way.end());
          const std::scoped_lock lock(mutex);
          latencies.add(milliseconds(since(found->second)));
          under_way.erase(found);
          ++commands;
        }
      });
    }
  }
  LoadFigures figures = meter.finish();
  figures.commands = commands;
  figures.latencies = std::move(latencies);
  return figures;
}

double RealClient::pause_after_the_leader_is_killed(Cluster& cluster) {
  const auto status = [&](std::size_t place) {
    const auto answer = clients_[place].call(*frame_of(Channel::request, ClientRequest{0, sup::AskStatus{}}), patience);
    CHECK(answer);
    const auto decoded = decode<ClientAnswer>(ByteView(*answer).subspan(1));
    CHECK(decoded && std::holds_alternative<sup::Status>(decoded->reply));
    return std::get<sup::Status>(decoded->reply);
  };
  std::vector<EmergencyTransaction> ready;
  while (ready.size() < 2000) ready.push_back(request());

  const std::size_t leader = status(0).view.value() % cluster.size();
  // Requests at all survivors; each says when it commits something.
  std::mutex mutex;
  Clock::time_point newest = Clock::now();
  Clock::duration longest{};
  std::atomic<std::size_t> next = 0;
  const auto end = Clock::now() + std::chrono::seconds(10);
  std::vector<std::jthread> threads;
  for (std::size_t place = 0; place < clients_.size(); ++place) {
    if (place == leader) continue;
    threads.emplace_back([&, place] {
      while (Clock::now() < end) {
        const std::size_t number = next++;
        CHECK(number < ready.size());
        const auto answer = clients_[place].call(*submit(number, ready[number]), patience);
        CHECK(answer);
        static_cast<void>(committed_number(*answer));
        const std::scoped_lock lock(mutex);
        const auto now = Clock::now();
        longest = std::max(longest, now - newest);
        newest = now;
      }
    });
  }
  cluster.kill(leader);
  threads.clear();
  return milliseconds(longest);
}

}  // namespace caduceus::bench
