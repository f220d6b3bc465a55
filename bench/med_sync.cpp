// A node of MED that begins with nothing, next to two that have the chain: processes over TLS, stores on disk.
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <fstream>
#include <iostream>

#include "bench/med_rows.h"
#include "core/med/pow.h"
#include "host/net/tls_transport.h"
#include "host/node/med_server.h"
#include "host/store/rocks_store.h"
#include "test/med_world.h"
#include "test/node/consortium.h"
#include "test/temporary_folder.h"

namespace caduceus::bench {
namespace {

using Fields = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

// 1,000,000 records: each doctor signs ten at once, under four slots a block; eight blocks are in an epoch.
constexpr std::uint64_t blocks = 1000;
constexpr std::uint64_t blocks_an_epoch = 8;
constexpr std::size_t doctors = 25, slots = 4, records_each = 10;
constexpr std::uint64_t records = blocks * doctors * slots * records_each;

struct Synced {
  double seconds = 0;        // until the last block is the best
  double verify_seconds = 0;  // of the same bodies, one after the other on one thread, identities cached
  std::uint64_t bytes = 0;   // of headers and bodies
  std::uint64_t resident = 0, peak = 0;  // of the node, in bytes
};

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::cerr << "caduceus-lab: " << result.error().message << '\n';
    ::_exit(1);
  }
  return *std::move(result);
}

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// "VmRSS", "VmHWM"
std::uint64_t own_memory(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoull(line.substr(field.size() + 1)) * 1024;
  }
  CHECK(false);
}

class Sync {
 public:
  Sync() : consortium_(1, 1), world_(1, 1, doctors) {
    terms_.net = world_.keys().net;
    terms_.parameters = {1000, 1'000'000, MedWorld::epoch_length, {0x7F}};
    terms_.genesis = med_genesis(terms_.net, terms_.parameters,
                                 Time(NodeClock::wall().value() - (blocks / blocks_an_epoch + 2) * MedWorld::epoch_length));
    terms_.keys = world_.keys().parameters;
    terms_.hospitals = std::make_shared<const BlsCommittee>(std::vector<G2>{world_.pkg().public_key});  // who say nothing here
  }

  Synced run() {
    in_process([this](int) { make_chain(); });
    const auto first = std::filesystem::directory_iterator(folder_.path())->path();
    std::filesystem::copy(first, store_of(2), std::filesystem::copy_options::recursive);
    std::vector<std::string> addresses;
    std::vector<pid_t> servers;
    for (const std::size_t i : {1U, 2U}) {
      int answer = -1;
      servers.push_back(start([this, i](int out) { serve(i, out); }, answer));
      std::uint16_t port = 0;
      CHECK(::read(answer, &port, sizeof port) == sizeof port);
      addresses.push_back("127.0.0.1:" + std::to_string(port));
      ::close(answer);
    }
    const Synced synced = in_process([&](int out) { sync(addresses, out); });
    for (const pid_t server : servers) {
      ::kill(server, SIGKILL);
      ::waitpid(server, nullptr, 0);
    }
    return synced;
  }

 private:
  // Processes, since memory is the node's own then, and RocksDB's threads survive no fork.
  static pid_t start(const std::function<void(int out)>& job, int& answer) {
    std::array<int, 2> ends{};
    CHECK(::pipe(ends.data()) == 0);
    const pid_t process = ::fork();
    CHECK(process >= 0);
    if (process == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::close(ends[0]);
      std::clog.setstate(std::ios::failbit);  // who is connected
      job(ends[1]);
      ::_exit(0);
    }
    ::close(ends[1]);
    answer = ends[0];
    return process;
  }
  static Synced in_process(const std::function<void(int out)>& job) {
    int answer = -1;
    const pid_t process = start(job, answer);
    Synced synced;
    const bool has_answered = ::read(answer, &synced, sizeof synced) == sizeof synced;
    ::close(answer);
    int status = 0;
    ::waitpid(process, &status, 0);
    CHECK(status == 0);
    return has_answered ? synced : Synced{};
  }

  [[nodiscard]] static Identity identity(std::size_t i) { return {Role::miner, {std::string("m").append(std::to_string(i))}, 1}; }
  [[nodiscard]] std::filesystem::path store_of(std::size_t i) const { return folder_.path() / std::to_string(i); }

  // Into the store of node 1.
  void make_chain() {
    const auto store = must(store::open_rocks_store(store_of(1), MedStore::columns));
    const auto med_store = must(MedStore::open(*store, terms_.net, terms_.genesis));
    med::Node node(terms_.net, terms_.parameters, terms_.genesis, med_store->recover(), *med_store, {}, terms_.genesis.time);
    med::SignatureVerifier verifier(terms_.net, terms_.keys, 1U << 10U);
    for (std::uint64_t i = 1; i <= blocks; ++i) {
      const Time now = terms_.genesis.time + i * (MedWorld::epoch_length / blocks_an_epoch);
      const auto turn = static_cast<std::uint16_t>(i % blocks_an_epoch);
      std::vector<med::SignedGroup> groups;
      for (std::size_t doctor = 0; doctor < doctors; ++doctor) {
        for (std::size_t slot = 0; slot < slots; ++slot) {
          groups.push_back(
              world_.group(world_.doctor(doctor), records_each, now, static_cast<std::uint16_t>(blocks_an_epoch * slot + turn)));
        }
      }
      auto verified = verifier.verify(world_.bundle(world_.hospital(0), std::move(groups), now, turn), world_.rng);
      CHECK(verified && node.submit(*std::move(verified)));
      med::Candidate candidate = node.candidate(identity(1), now);
      candidate.header.nonce = *med::search(candidate.header, 0, ~std::uint64_t{0});
      CHECK(node.mined(std::move(candidate), now));
      const med::Output output = node.take_output();
      CHECK(store->write(med_store->batch_of(output)));
      for (auto& [block, state] : med_store->written(output)) node.stored(block, std::move(state));
    }
    CHECK(node.chain().best().height() == Height(blocks));
  }

  void with_transport(MedServer& server, boost::asio::io_context& loop, std::size_t self, const std::vector<PeerAddress>& peers,
                      const std::function<void(std::uint16_t port)>& then) {
    TlsTransportOptions options{consortium_.credentials(identity(self)), "127.0.0.1:0", peers, {}, MedServer::limits(), {}};
    options.admits = [](const Caller& caller) { return caller.has_value(); };
    SystemRandom random;
    const auto transport = must(start_tls_transport(loop, std::move(options), server.events(), random));
    server.start(*transport);
    then(transport->port());
    loop.run();
  }

  void serve(std::size_t self, int out) {
    boost::asio::io_context loop(1);
    const auto store = must(store::open_rocks_store(store_of(self), MedStore::columns));
    const auto server = must(MedServer::open(loop, terms_, {identity(0)}, *store, {}));
    // Node 0 dials: nobody asks for its address.
    with_transport(*server, loop, self, {{identity(0), "127.0.0.1:1"}},
                   [&](std::uint16_t port) { CHECK(::write(out, &port, sizeof port) == sizeof port); });
  }

  void sync(const std::vector<std::string>& addresses, int out) {
    boost::asio::io_context loop(1);
    const auto store = must(store::open_rocks_store(store_of(0), MedStore::columns));
    const auto server = must(MedServer::open(loop, terms_, {identity(1), identity(2)}, *store, {}));
    const auto begin = Clock::now();
    Synced synced;
    boost::asio::steady_timer timer(loop);
    std::function<void()> look = [&] {
      timer.expires_after(std::chrono::milliseconds(5));
      timer.async_wait([&](const boost::system::error_code&) {
        if (server->node().node().chain().best().height() < Height(blocks)) return look();
        synced.seconds = seconds_since(begin);
        loop.stop();
      });
    };
    look();
    with_transport(*server, loop, 0, {{identity(1), addresses[0]}, {identity(2), addresses[1]}}, [](std::uint16_t) {});
    ::malloc_trim(0);
    synced.resident = own_memory("VmRSS:");
    synced.peak = own_memory("VmHWM:");
    measure_floor(server->node(), synced);
    CHECK(::write(out, &synced, sizeof synced) == sizeof synced);
  }

  void measure_floor(const MedNode& node, Synced& synced) {
    med::SignatureVerifier verifier(terms_.net, terms_.keys, 1U << 10U);
    const med::Chain& chain = node.node().chain();
    for (const med::HeldHeader* at = &chain.best(); at->parent != nullptr; at = at->parent) {
      auto body = node.store().body(at->hash);
      CHECK(body.has_value());
      synced.bytes += encode(at->header).size() + encode(*body).size();
      const auto begin = Clock::now();
      CHECK(verifier.verify(at->header.transactions, *std::move(body), world_.rng).has_value());
      synced.verify_seconds += seconds_since(begin);
    }
  }

  Consortium consortium_;
  MedWorld world_;
  MedTerms terms_;
  TemporaryFolder folder_;
};

const Synced& synced() {
  static const Synced figures = Sync().run();
  return figures;
}

Fields sync_row(double /*seconds*/) {
  const Synced& one = synced();
  const auto count = static_cast<double>(blocks);
  return {{"us", rounded(one.seconds * 1e6 / count)},
          {"floor_us", rounded(one.verify_seconds * 1e6 / count)},
          {"ratio", rounded(one.seconds / one.verify_seconds)},
          {"blocks_per_s", rounded(count / one.seconds)},
          {"mb_per_s", rounded(static_cast<double>(one.bytes) / 1e6 / one.seconds)},
          {"records_per_s", std::round(static_cast<double>(records) / one.seconds)},
          {"blocks", blocks},
          {"records", records}};
}

Fields memory_row(double /*seconds*/) {
  const Synced& one = synced();
  return {{"mb", rounded(static_cast<double>(one.resident) / 1e6)},
          {"peak_mb", rounded(static_cast<double>(one.peak) / 1e6)},
          {"chain_mb", rounded(static_cast<double>(one.bytes) / 1e6)},
          {"ratio", rounded(static_cast<double>(one.resident) / static_cast<double>(one.bytes))},
          {"bytes_per_record", rounded(static_cast<double>(one.bytes) / static_cast<double>(records))},
          {"blocks", blocks},
          {"records", records}};
}

}  // namespace

std::vector<MedRow> med_sync_rows() { return {{"sync", sync_row}, {"memory", memory_row}}; }

}  // namespace caduceus::bench
