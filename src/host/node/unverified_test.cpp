#include "host/node/unverified.h"

#include <gtest/gtest.h>

namespace caduceus {
namespace {

// Knows who is paused.
class Pauses final : public Transport {
 public:
  void send(PeerId /*peer*/, Frame /*frame*/) override {}
  void pause(PeerId peer) override { paused.insert(peer); }
  void resume(PeerId peer) override { paused.erase(peer); }
  void disconnect(PeerId /*peer*/) override {}
  void ban(PeerId /*peer*/, std::chrono::milliseconds /*duration*/) override {}
  void stop() override {}

  std::set<PeerId> paused;
};

struct unverified : testing::Test {
  Pauses transport;
  const Identity lee{Role::doctor, {"dr-lee.h1"}, 1}, kim{Role::doctor, {"dr-kim.h1"}, 1};
  const PeerId first{4}, second{5}, third{6};
};

TEST_F(unverified, who_sends_too_much_is_paused_on_all_connections_until_enough_is_done) {
  Unverified<Identity> charges(100);
  charges.connected(lee, first, transport);
  charges.connected(lee, second, transport);
  charges.connected(kim, third, transport);
  charges.add(lee, 60, transport);
  EXPECT_TRUE(transport.paused.empty());
  charges.add(lee, 40, transport);
  EXPECT_EQ(transport.paused, (std::set<PeerId>{first, second}));
  charges.done(lee, 40, transport);
  EXPECT_TRUE(transport.paused.empty());
}

TEST_F(unverified, who_comes_back_has_no_more_than_before) {
  Unverified<Identity> charges(100);
  charges.connected(lee, first, transport);
  charges.add(lee, 100, transport);
  charges.disconnected(lee, first);
  transport.paused.clear();  // a pause lasts as long as the connection
  charges.connected(lee, second, transport);
  EXPECT_EQ(transport.paused, (std::set<PeerId>{second}));
  charges.done(lee, 100, transport);
  EXPECT_TRUE(transport.paused.empty());
  // All of it was of before: from now on the whole is free again.
  charges.add(lee, 99, transport);
  EXPECT_TRUE(transport.paused.empty());
}

TEST_F(unverified, what_is_done_of_a_client_that_is_gone_resumes_nobody) {
  Unverified<PeerId> charges(100);
  charges.connected(first, first, transport);
  charges.add(first, 50, transport);
  charges.disconnected(first, first);
  charges.done(first, 50, transport);
  charges.done(first, 50, transport);  // of nobody any more
  EXPECT_TRUE(transport.paused.empty());
}

}  // namespace
}  // namespace caduceus
