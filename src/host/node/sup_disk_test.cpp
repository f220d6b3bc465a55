// A hospital's server on a disk that fails: it ends at once and says why, and says nothing that is not on disk.
#include <gtest/gtest.h>

#include "host/net/loopback.h"
#include "host/node/halt.h"
#include "host/node/sup_server.h"
#include "test/node/consortium.h"
#include "test/store/faulty_disk.h"

namespace caduceus {
namespace {

// A committee of one commits by itself.
struct Alone {
  Consortium consortium{5, 1};
  store::FaultyDisk disk{SupStore::columns.size(), 1};
  boost::asio::io_context loop;
  LoopbackNetwork network;
  std::unique_ptr<store::Store> store = disk.open();
  std::unique_ptr<SupServer> server = open();
  std::unique_ptr<Transport> transport;

  std::unique_ptr<SupServer> open() {
    auto opened = SupServer::open(loop, consortium.genesis, 0, consortium.key(0), *store, {});
    if (!opened) halt(opened.error().message);
    return *std::move(opened);
  }
  void run_until(std::uint64_t height) {
    transport = network.join(consortium.genesis.hospitals.items[0].identity, {}, [](const Caller&) { return true; }, {}, server->events());
    server->start(*transport);
    while (server->node().replica().committed().height().value() < height) {
      while (network.step()) {
      }
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds(1));
    }
  }
};

class sup_disk : public testing::Test {
 protected:
  sup_disk() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(sup_disk, that_is_full_halts_the_node) {
  const auto run = [] {
    Alone hospital;
    hospital.disk.refuse_at_write(3, "No space left on device");
    hospital.run_until(1'000);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(halted_status), "HALTED: .*No space left on device");
}

TEST_F(sup_disk, that_lost_power_halts_the_node) {
  const auto run = [] {
    Alone hospital;
    hospital.disk.cut_power_at_write(5);
    hospital.run_until(1'000);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(halted_status), "HALTED: ");
}

TEST_F(sup_disk, has_what_was_committed_after_a_start) {
  Alone hospital;
  hospital.run_until(2);
  const Height before = hospital.server->node().replica().committed().height();
  hospital.transport.reset();
  hospital.server.reset();
  hospital.store.reset();
  hospital.store = hospital.disk.open();
  hospital.server = hospital.open();
  // A write may have been under way.
  EXPECT_GE(hospital.server->node().replica().committed().height() + 2, before);
  EXPECT_GE(hospital.server->node().replica().safety().voted().value(), hospital.server->node().replica().committed().height().value());
}

}  // namespace
}  // namespace caduceus
