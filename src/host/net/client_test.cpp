#include "host/net/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "test/net_world.h"

namespace caduceus {
namespace {

using test::doctor;
using test::enrol;
using test::hospital;
using namespace std::chrono_literals;

class client : public testing::Test {
 protected:
  void SetUp() override {
    TlsTransportOptions options = world.options(hospital(2), {});
    options.admits = test::anybody;
    options.credentials = enrol(world.authority, server);
    certificate = options.credentials.certificate;
    node = world.start(std::move(options), events);
    events.answer = [this](PeerId from, const Bytes& bytes) { node->send(from, std::make_shared<const Bytes>(bytes)); };
  }
  // What a command line does, on a thread of its own, while the node runs here.
  template <class Work>
  auto run(Work work) {
    auto done = std::async(std::launch::async, std::move(work));
    EXPECT_TRUE(world.run_until([&] { return done.wait_for(0s) == std::future_status::ready; }));
    return done.get();
  }
  ClientOptions options(std::optional<TlsCredentials> self, const ExpectedServer& expected) {
    return {"127.0.0.1:" + std::to_string(node->port()), std::move(self), expected};
  }
  Result<Bytes> call(const ClientOptions& with, ByteView request, std::chrono::milliseconds timeout = 30s) {
    return run([&]() -> Result<Bytes> {
      TRY(Client one, Client::connect(with, 30s));
      return one.call(request, timeout);
    });
  }
  std::string address() { return "127.0.0.1:" + std::to_string(node->port()); }

  test::TlsWorld world;
  test::Recorder events;
  Subject server = Pkg{};
  Bytes certificate;
  std::unique_ptr<TlsTransport> node;
};

TEST_F(client, asks_and_is_answered) {
  Bytes request(3'000'000);
  SeededRng(1).fill(request);
  TransportLimits limits;
  limits.client_frame = 4 << 20;
  TlsTransportOptions wide = world.options(hospital(2), {}, limits);
  node = world.start(std::move(wide), events);
  const auto with = options(enrol(world.authority, doctor(1)), Subject(hospital(2)));
  const auto answers = run([&] {
    auto one = Client::connect(with, 30s);
    std::vector<Result<Bytes>> got;
    for (const ByteView each : {ByteView(request), as_bytes("x"), ByteView(request)}) got.push_back(one->call(each, 30s));
    return got;
  });
  EXPECT_TRUE(*answers[0] == request);
  EXPECT_EQ(*answers[1], Bytes{'x'});
  EXPECT_TRUE(*answers[2] == request);
  EXPECT_EQ(events.ups.back().second, Caller(Subject(doctor(1))));
}

TEST_F(client, a_newcomer_knows_the_pkg_by_its_fingerprint) {
  EXPECT_EQ(*call(options({}, fingerprint(certificate)), as_bytes("csr")), (Bytes{'c', 's', 'r'}));
  EXPECT_EQ(events.ups.back().second, Caller());
  Bytes32 wrong = fingerprint(certificate);
  wrong[31] ^= 1;
  EXPECT_EQ(call(options({}, wrong), as_bytes("csr")).error().message,
            address() + ": another server than the one you were told about: its certificate's fingerprint is " +
                to_hex(fingerprint(certificate)));
  EXPECT_EQ(events.frames.size(), 1) << "said nothing to the wrong server";
}

TEST_F(client, speaks_to_nobody_else_than_it_means) {
  const auto self = [&] { return enrol(world.authority, doctor(1)); };
  EXPECT_TRUE(call(options(self(), Subject(Pkg{})), as_bytes("x")));
  EXPECT_EQ(call(options(self(), Subject(hospital(9))), as_bytes("x")).error().message,
            address() + ": the certificate is of caduceus:pkg, not of caduceus:hospital:h9:1: is the address right?");
  const TlsAuthority other = make_tls_authority(test::always);
  EXPECT_THAT(call(options(enrol(other, doctor(1)), Subject(Pkg{})), as_bytes("x")).error().message,
              testing::HasSubstr("its certificate: "));
  EXPECT_EQ(events.frames.size(), 1);
}

TEST_F(client, does_not_wait_for_ever) {
  events.answer = nullptr;
  EXPECT_EQ(call(options(enrol(world.authority, doctor(1)), server), as_bytes("x"), 20ms).error().message,
            address() + ": no answer in time");
  events.answer = [this](PeerId from, const Bytes&) { node->disconnect(from); };
  EXPECT_EQ(call(options(enrol(world.authority, doctor(1)), server), as_bytes("x")).error().message,
            address() + ": it closed the connection: does it serve you? Its log says why");
}

TEST_F(client, takes_no_longer_answer_than_it_is_prepared_for) {
  auto with = options(enrol(world.authority, doctor(1)), server);
  with.answer_limit = 3;
  EXPECT_TRUE(call(with, as_bytes("abc")));
  EXPECT_EQ(call(with, as_bytes("abcd")).error().message, address() + ": its answer: a length or count above the type's limit");
}

TEST_F(client, says_what_is_wrong_with_an_address) {
  auto with = options(enrol(world.authority, doctor(1)), server);
  node.reset();
  EXPECT_EQ(call(with, as_bytes("x")).error().message, with.address + ": Connection refused; is it running, and is this its address?");
  with.address = "h1";
  EXPECT_EQ(call(with, as_bytes("x")).error().message, "\"h1\" is no address: write host:port");
}

}  // namespace
}  // namespace caduceus
