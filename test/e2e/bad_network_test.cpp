// The network that hospitals are shown on is as bad as it says, and no worse.
#include "test/e2e/bad_network.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

namespace caduceus::e2e {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class bad_network : public testing::Test {
 protected:
  void SetUp() override {
    auto made = BadNetwork::make(2, 1);
    if (!made) GTEST_SKIP() << made.error().message;
    network = *std::move(made);
    network->run();
    for (std::size_t host = 0; host <= observer; ++host) sockets.push_back(socket_at(host));
    // So that all know each other's cards, and no test waits for that.
    ASSERT_TRUE(hears(1, 0) && hears(0, 1) && hears(observer, 0) && hears(0, observer));
  }

  // A datagram socket bound on this host.
  FileDescriptor socket_at(std::size_t host) const {
    int made = -1;
    std::jthread([&] {
      network->enter(host);
      made = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    }).join();
    const sockaddr_in own = address_of(host);
    EXPECT_EQ(::bind(made, reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
    return FileDescriptor(made);
  }
  static sockaddr_in address_of(std::size_t host) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(7000);
    EXPECT_EQ(::inet_pton(AF_INET, BadNetwork::address(host).c_str(), &address.sin_addr), 1);
    return address;
  }
  void send(std::size_t from, std::size_t to) const {
    const sockaddr_in address = address_of(to);
    ASSERT_EQ(::sendto(sockets[from].get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address), 1);
  }
  [[nodiscard]] bool receive(std::size_t at, milliseconds patience) const {
    pollfd one{sockets[at].get(), POLLIN, 0};
    char byte = 0;
    return ::poll(&one, 1, static_cast<int>(patience.count())) == 1 && ::recv(one.fd, &byte, 1, 0) == 1;
  }
  // However busy this machine is.
  [[nodiscard]] bool hears(std::size_t host, std::size_t from) const {
    send(from, host);
    return receive(host, milliseconds(5000));
  }
  [[nodiscard]] bool is_deaf_to(std::size_t host, std::size_t from) const {
    send(from, host);
    return !receive(host, milliseconds(300));
  }

  static constexpr std::size_t observer = 2;
  std::unique_ptr<BadNetwork> network;
  std::vector<FileDescriptor> sockets;
};

TEST_F(bad_network, delays_every_frame_by_as_much) {
  network->set({.delay = milliseconds(50)});
  for (int i = 0; i < 5; ++i) {
    const auto began = Clock::now();
    ASSERT_TRUE(hears(1, 0));
    EXPECT_GE(Clock::now() - began, milliseconds(50));
  }
}

TEST_F(bad_network, loses_one_in_ten) {
  network->set({.lost_in_100 = 10});
  int came = 0;
  for (int i = 0; i < 2000; ++i) {
    send(0, 1);
    // Few at a time, so that no queue of the kernel's overflows.
    if (i % 20 == 19) {
      while (receive(1, milliseconds(5))) ++came;
    }
  }
  while (receive(1, milliseconds(500))) ++came;
  // Six standard deviations.
  EXPECT_GT(came, 1720);
  EXPECT_LT(came, 1880);
  EXPECT_EQ(network->counts().too_many, 0);
}

TEST_F(bad_network, cuts_hosts_off_until_they_are_not_and_the_observer_hears_all) {
  network->set({.cut_off = {0}});
  EXPECT_TRUE(is_deaf_to(1, 0));
  EXPECT_TRUE(is_deaf_to(0, 1));
  EXPECT_GE(network->counts().cut, 2);  // the kernel says something now and then, too
  EXPECT_TRUE(hears(observer, 0));
  EXPECT_TRUE(hears(0, observer));
  network->set({});
  EXPECT_TRUE(hears(1, 0));
  EXPECT_TRUE(hears(0, 1));
}

}  // namespace
}  // namespace caduceus::e2e
