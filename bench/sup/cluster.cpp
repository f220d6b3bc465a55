#include "bench/sup/cluster.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>
#include <thread>

#include "bench/processes.h"
#include "bench/sup/order.h"
#include "host/net/tls_transport.h"
#include "host/node/sup_server.h"
#include "host/node/system_random.h"
#include "host/store/memory_store.h"
#include "host/store/rocks_store.h"

namespace caduceus::bench {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::cerr << "caduceus-lab: " << result.error().message << '\n';
    ::_exit(1);
  }
  return *std::move(result);
}

}  // namespace

Cluster::Cluster(const Consortium& consortium, const Options& options)
    : consortium_(consortium),
      options_(options),
      addresses_(options.addresses.empty() ? free_addresses(consortium.keys.size()) : options.addresses),
      processes_(addresses_.size()) {
  void* const shared = ::mmap(nullptr, sizeof(CryptoCounts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED);
  counts_ = new (shared) CryptoCounts{};
  std::array<int, 2> ends{};
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
  spawner_ = ::fork();
  CHECK(spawner_ >= 0);
  if (spawner_ == 0) {
    ::close(ends[0]);
    spawn(ends[1]);
  }
  ::close(ends[1]);
  control_ = ends[0];
}

Cluster::~Cluster() {
  for (std::size_t place = 0; place < size(); ++place) kill(place);
  ::close(control_);
  ::waitpid(spawner_, nullptr, 0);
  ::munmap(counts_, sizeof(CryptoCounts));
}

void Cluster::spawn(int control) const {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGCHLD, SIG_IGN);  // nobody asks how they ended
  for (std::uint64_t place = 0; ::read(control, &place, sizeof place) == sizeof place;) {
    const pid_t process = ::fork();
    if (process == 0) {
      ::close(control);
      run(place);
    }
    CHECK(process > 0 && ::write(control, &process, sizeof process) == sizeof process);
  }
  ::_exit(0);
}

void Cluster::start(std::size_t place) {
  CHECK(!is_running(place));
  const std::uint64_t number = place;
  CHECK(::write(control_, &number, sizeof number) == sizeof number);
  CHECK(::read(control_, &processes_[place], sizeof(pid_t)) == sizeof(pid_t));
}

void Cluster::start_all() {
  for (std::size_t place = 0; place < size(); ++place) start(place);
}

void Cluster::kill(std::size_t place) {
  if (!is_running(place)) return;
  ::kill(processes_[place], SIGKILL);
  while (::kill(processes_[place], 0) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  processes_[place] = 0;
}

double Cluster::cpu_seconds() const {
  double seconds = 0;
  for (const pid_t process : processes_) {
    if (process != 0) seconds += cpu_seconds_of(process);
  }
  return seconds;
}

Result<Client> Cluster::try_connect(std::size_t place, const Identity& as) const {
  const ClientOptions options{addresses_[place], consortium_.credentials(as), Subject(consortium_.genesis.hospitals.items[place].identity)};
  return Client::connect(options, std::chrono::seconds(5));
}

Client Cluster::connect(std::size_t place, const Identity& as) const {
  for (int i = 0;; ++i) {
    auto client = try_connect(place, as);
    if (client || i == 100) return must(std::move(client));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void Cluster::run(std::size_t place) const {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGCHLD, SIG_DFL);
  if (options_.before_it_runs) options_.before_it_runs(place);
  const sup::Genesis& genesis = consortium_.genesis;
  const auto self = static_cast<sup::Place>(place);
  boost::asio::io_context loop(1);
  SystemRandom random;
  TlsTransportOptions options{consortium_.credentials(genesis.hospitals.items[place].identity), addresses_[place], {}, {}, {}, {}};
  options.admits = [](const Caller& caller) { return caller.has_value(); };
  for (std::size_t peer = 0; peer < addresses_.size(); ++peer) {
    if (peer != place) options.peers.push_back({genesis.hospitals.items[peer].identity, addresses_[peer]});
  }

  if (options_.mode == Mode::real) {
    const auto store = must(store::open_rocks_store(options_.folder / std::to_string(place), SupStore::columns));
    const auto server = must(SupServer::open(loop, genesis, self, consortium_.key(place), *store, {1, options_.kept_blocks}));
    const auto transport = must(start_tls_transport(loop, std::move(options), server->events(), random));
    server->start(*transport);
    loop.run();
    ::_exit(0);
  }
  store::MemoryStore store(SupStore::columns.size());
  const auto sup_store = must(SupStore::open(store, genesis.network(), 1000));
  const BlsCommittee bls = genesis.committee();
  const CountedCommittee committee(bls, *counts_);
  const BlsCommitteeKey bls_key(consortium_.key(place));
  const CountedKey key(bls_key, *counts_);
  const sup::Rules rules = genesis.rules();
  OrderLedger ledger(8192);
  OrderService service(ledger);
  WorkerPool pool(loop, 1);
  SupNode node({loop, genesis, committee, rules, self, key, store, *sup_store, ledger, pool, {[](ByteView) { return Checked<void>(); }}},
               service);
  service.serve(node);
  const auto transport = must(start_tls_transport(loop, std::move(options), node, random));
  node.start(*transport);
  loop.run();
  ::_exit(0);
}

}  // namespace caduceus::bench
