// Peers that are known by a name: when it is looked up, and what becomes of the addresses that it leads to.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <ranges>
#include <set>

#include "host/net/client.h"
#include "test/net_world.h"

namespace caduceus {
namespace {

using test::doctor;
using test::enrol;
using test::hospital;
using test::Recorder;
using namespace std::chrono_literals;

int ask_system(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto next = reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return next(name, service, hints, found);
}

// Answers in the system's place, in all of this executable, for the names that a test gives it.
class NameServer {
 public:
  void set(const std::string& name, const std::vector<std::string>& numbers) {
    const std::lock_guard lock(mutex_);
    numbers_[name] = numbers;
  }
  // Whoever looks it up has to wait.
  void hold(const std::string& name) {
    const std::lock_guard lock(mutex_);
    held_.insert(name);
  }
  void release() {
    const std::lock_guard lock(mutex_);
    held_.clear();
    released_.notify_all();
  }
  void clear() {
    release();
    const std::lock_guard lock(mutex_);
    numbers_.clear();
    asked_.clear();
  }
  int asked(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return asked_[name];
  }

  int look_up(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
    const bool takes_names = name != nullptr && (hints == nullptr || (hints->ai_flags & AI_NUMERICHOST) == 0);
    std::unique_lock lock(mutex_);
    if (!takes_names || !numbers_.contains(name)) {
      lock.unlock();
      return ask_system(name, service, hints, found);
    }
    ++asked_[name];
    released_.wait(lock, [&] { return !held_.contains(name); });
    addrinfo* all = nullptr;
    for (const std::string& number : std::views::reverse(numbers_[name])) {
      addrinfo* one = nullptr;
      if (const int error = ask_system(number.c_str(), service, hints, &one)) return error;
      one->ai_next = all;
      all = one;
    }
    *found = all;
    return all == nullptr ? EAI_NONAME : 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  std::map<std::string, std::vector<std::string>> numbers_;
  std::set<std::string> held_;
  std::map<std::string, int> asked_;
};

NameServer& name_server() {
  static NameServer one;
  return one;
}

// 127.0.0.2 takes no connection at this port and refuses none, as if all packets to it were lost: its queue is full.
class BlackHole {
 public:
  explicit BlackHole(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    const auto* const to = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, to, sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 0), 0);
    for (int& one : waiting_) {
      one = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      ::connect(one, to, sizeof address);
    }
    pollfd last{waiting_.back(), POLLOUT, 0};
    EXPECT_EQ(::poll(&last, 1, 50), 0) << "its queue is longer";
  }
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;
  ~BlackHole() {
    for (const int one : waiting_) ::close(one);
    ::close(listener_);
  }

 private:
  int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  std::array<int, 3> waiting_{};
};

class names : public testing::Test {
 protected:
  // Before the world ends, whose resolver may be waiting.
  void TearDown() override { name_server().clear(); }

  std::unique_ptr<TlsTransport> join_second() { return world.join(hospital(2), {hospital(1)}, second_events); }
  std::string second_at(const std::string& host) { return host + ":" + std::to_string(world.ports[hospital(2)]); }
  // The first hospital, which dials all others.
  std::unique_ptr<TlsTransport> join_first(std::vector<PeerAddress> peers) {
    TlsTransportOptions options = world.options(hospital(1), {});
    options.peers = std::move(peers);
    return world.start(std::move(options), events);
  }
  bool until_up(PeerId peer) {
    return world.run_until([&] { return events.is_up(peer); });
  }

  test::TlsWorld world;
  Recorder events, second_events;
  std::unique_ptr<TlsTransport> second = join_second();
};

TEST_F(names, a_peer_is_dialled_where_it_was_while_its_name_is_looked_up) {
  name_server().set("h2.test", {"127.0.0.1"});
  const auto first = join_first({{hospital(2), second_at("h2.test")}});
  ASSERT_TRUE(until_up(PeerId(1)));
  name_server().hold("h2.test");
  second.reset();
  ASSERT_TRUE(world.run_until([&] { return !events.is_up(PeerId(1)) && name_server().asked("h2.test") == 2; }));
  second = join_second();
  EXPECT_TRUE(until_up(PeerId(1)));
}

TEST_F(names, a_name_that_leads_elsewhere_is_followed) {
  name_server().set("h2.test", {"127.0.0.3"});
  const auto first = join_first({{hospital(2), second_at("h2.test")}});
  ASSERT_TRUE(world.run_until([&] { return events.heard_of("Connection refused"); }));
  name_server().set("h2.test", {"127.0.0.1"});
  EXPECT_TRUE(until_up(PeerId(1)));
}

TEST_F(names, a_name_that_leads_nowhere_is_said_once_and_looked_up_again) {
  name_server().set("h2.test", {});
  const auto first = join_first({{hospital(2), second_at("h2.test")}});
  ASSERT_TRUE(world.run_until([&] { return name_server().asked("h2.test") > 3; }));
  EXPECT_EQ(events.troubles.size(), 1) << testing::PrintToString(events.troubles);
  EXPECT_TRUE(events.heard_of("Host not found"));
  name_server().set("h2.test", {"127.0.0.1"});
  EXPECT_TRUE(until_up(PeerId(1)));
}

TEST_F(names, a_look_up_takes_nothing_of_the_time_to_connect) {
  name_server().set("h2.test", {"127.0.0.1"});
  name_server().hold("h2.test");
  world.times.handshake = 200ms;
  const auto first = join_first({{hospital(2), second_at("h2.test")}});
  const auto later = std::chrono::steady_clock::now() + 500ms;
  ASSERT_TRUE(world.run_until([&] { return std::chrono::steady_clock::now() > later; }));
  EXPECT_TRUE(events.troubles.empty()) << testing::PrintToString(events.troubles);
  name_server().release();
  EXPECT_TRUE(until_up(PeerId(1)));
}

TEST_F(names, a_number_waits_for_nobodys_look_up) {
  name_server().set("h3.test", {"127.0.0.1"});
  name_server().hold("h3.test");
  const auto first = join_first({{hospital(3), "h3.test:1"}, {hospital(2), second_at("127.0.0.1")}});
  EXPECT_TRUE(until_up(PeerId(2)));
}

TEST_F(names, an_answer_that_nobody_waits_for_any_more_is_nothing) {
  name_server().set("h2.test", {"127.0.0.1"});
  name_server().hold("h2.test");
  auto first = join_first({{hospital(2), second_at("h2.test")}});
  ASSERT_TRUE(world.run_until([&] { return name_server().asked("h2.test") == 1; }));
  first.reset();
  second.reset();
  name_server().release();
  world.loop.run_for(20s);
  EXPECT_TRUE(world.loop.stopped()) << "something still waits";
}

TEST_F(names, an_address_that_does_not_answer_leaves_time_for_the_next) {
  const BlackHole hole(world.ports[hospital(2)]);
  name_server().set("h2.test", {"127.0.0.2", "127.0.0.1"});
  world.times.handshake = 2s;
  const auto first = join_first({{hospital(2), second_at("h2.test")}});
  EXPECT_TRUE(until_up(PeerId(1)));
}

TEST_F(names, a_command_line_has_time_for_the_next_address_too) {
  const BlackHole hole(world.ports[hospital(2)]);
  name_server().set("h2.test", {"127.0.0.2", "127.0.0.1"});
  const ClientOptions options{second_at("h2.test"), enrol(world.authority, doctor(1)), Subject(hospital(2))};
  auto connected = std::async(std::launch::async, [&] { return Client::connect(options, 4s).has_value(); });
  ASSERT_TRUE(world.run_until([&] { return connected.wait_for(0s) == std::future_status::ready; }));
  EXPECT_TRUE(connected.get());
}

}  // namespace
}  // namespace caduceus

int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  return caduceus::name_server().look_up(name, service, hints, found);
}
