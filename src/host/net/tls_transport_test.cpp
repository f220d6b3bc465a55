// Who gets in, and who does not: certificates, identities, limits on numbers. tls_abuse_test.cpp has what they send.
#include "host/net/tls_transport.h"

#include <gtest/gtest.h>

#include "test/net_world.h"
#include "test/tls_probe.h"

namespace caduceus {
namespace {

using test::doctor;
using test::enrol;
using test::hospital;
using test::Recorder;
using test::TcpProbe;
using test::TlsProbe;

class tls : public testing::Test {
 protected:
  std::unique_ptr<TlsTransport> join(const TransportLimits& limits = {}) { return world.join(hospital(2), {hospital(1)}, events, limits); }
  bool until_over(TlsProbe& probe) {
    return world.run_until([&] {
      probe.pump();
      return probe.is_over();
    });
  }
  bool until_served(TlsProbe& probe, std::size_t ups) {
    return world.run_until([&] {
      probe.pump();
      return probe.is_ready() && events.ups.size() >= ups;
    });
  }
  // Somebody with these credentials comes, and goes again because of this.
  void expect_refused(const TlsCredentials* credentials, Purpose purpose, std::string_view why) {
    const auto node = join();
    TlsProbe probe(node->port(), credentials, purpose);
    EXPECT_TRUE(until_over(probe));
    EXPECT_TRUE(world.run_until([&] { return events.heard_of(why); })) << testing::PrintToString(events.troubles);
    EXPECT_TRUE(events.ups.empty());
  }

  test::TlsWorld world;
  Recorder events;
};

TEST_F(tls, refuses_a_certificate_of_another_authority) {
  const TlsAuthority other = make_tls_authority(test::always);
  TlsCredentials credentials = enrol(other, hospital(1));
  expect_refused(&credentials, Purpose::peer, "its certificate: ");
}

TEST_F(tls, refuses_a_certificate_that_has_expired_or_is_not_valid_yet) {
  const TlsCredentials old = enrol(world.authority, doctor(1), {Time(1'000'000'000'000), Time(1'100'000'000'000)});
  expect_refused(&old, Purpose::client, "certificate has expired");
  const TlsCredentials early = enrol(world.authority, doctor(1), {Time(3'900'000'000'000), Time(4'000'000'000'000)});
  expect_refused(&early, Purpose::client, "certificate is not yet valid");
}

TEST_F(tls, refuses_the_authoritys_own_certificate) {
  // The PKG's key makes certificates, not connections: its server has a certificate of its own.
  const TlsCredentials credentials{SecretBytes(world.authority.key.expose()), world.authority.certificate, world.authority.certificate};
  expect_refused(&credentials, Purpose::client, "its certificate: ");
}

TEST_F(tls, refuses_a_peer_that_is_not_configured_even_with_a_good_certificate) {
  const TlsCredentials credentials = enrol(world.authority, hospital(7));
  expect_refused(&credentials, Purpose::peer, "caduceus:hospital:h7:1 is not among the configured peers");
}

TEST_F(tls, refuses_a_peer_that_ought_to_be_dialled) {
  const auto node = world.start(world.options(hospital(2), {hospital(3)}), events);
  const TlsCredentials credentials = enrol(world.authority, hospital(3));
  TlsProbe probe(node->port(), &credentials, Purpose::peer);
  EXPECT_TRUE(until_over(probe));
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("dials, though its identity is the higher"); }));
}

TEST_F(tls, refuses_who_has_no_certificate_unless_anybody_may) {
  expect_refused(nullptr, Purpose::client, "a client without a certificate is not served here");
  expect_refused(nullptr, Purpose::peer, "is not among the configured peers");

  TlsTransportOptions options = world.options(hospital(2), {});
  options.admits = test::anybody;
  const auto node = world.start(std::move(options), events);
  TlsProbe probe(node->port(), nullptr, Purpose::client);
  ASSERT_TRUE(until_served(probe, 1));
  EXPECT_EQ(events.ups[0].second, Caller());
}

TEST_F(tls, refuses_clients_whom_the_node_does_not_admit) {
  TlsTransportOptions options = world.options(hospital(2), {});
  options.admits = [](const Caller& who) { return who == Caller(Subject(doctor(1))); };
  const auto node = world.start(std::move(options), events);
  const TlsCredentials one = enrol(world.authority, doctor(1)), two = enrol(world.authority, doctor(2));
  TlsProbe good(node->port(), &one, Purpose::client), bad(node->port(), &two, Purpose::client);
  EXPECT_TRUE(until_over(bad));
  EXPECT_TRUE(until_served(good, 1));
}

TEST_F(tls, refuses_tls_1_2_and_who_does_not_say_what_for) {
  const auto node = join();
  const auto connect = [&](int version) {
    const openssl::Context context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    const TcpProbe tcp(node->port());
    const openssl::Session session(SSL_new(context.get()));
    SSL_set_fd(session.get(), tcp.get());
    int outcome = 0;
    EXPECT_TRUE(world.run_until([&] {
      Bytes byte(1);
      outcome = SSL_connect(session.get());
      if (outcome == 1) outcome = SSL_read(session.get(), byte.data(), 1);
      return outcome <= 0 && SSL_get_error(session.get(), outcome) != SSL_ERROR_WANT_READ;
    }));
  };
  connect(TLS1_2_VERSION);
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("unsupported protocol"); })) << testing::PrintToString(events.troubles);
  connect(TLS1_3_VERSION);
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("does not say what it connects for"); }))
      << testing::PrintToString(events.troubles);
  EXPECT_TRUE(events.ups.empty());
}

TEST_F(tls, a_dialled_address_must_show_the_identity_that_was_dialled) {
  Recorder other_events;
  const auto other = world.join(hospital(3), {hospital(1)}, other_events);
  world.ports[hospital(2)] = other->port();
  const auto node = world.join(hospital(1), {hospital(2)}, events);
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("its certificate is of caduceus:hospital:h3:1: is the address right?"); }));
  EXPECT_TRUE(events.ups.empty());
}

TEST_F(tls, a_dialled_address_must_have_a_certificate_of_our_authority) {
  const TlsAuthority other_authority = make_tls_authority(test::always);
  TlsTransportOptions options = world.options(hospital(2), {hospital(1)});
  options.credentials = enrol(other_authority, hospital(2));
  Recorder other_events;
  const auto other = world.start(std::move(options), other_events);
  world.ports[hospital(2)] = other->port();
  const auto node = world.join(hospital(1), {hospital(2)}, events);
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("its certificate: "); })) << testing::PrintToString(events.troubles);
  EXPECT_TRUE(events.ups.empty());
}

TEST_F(tls, a_command_line_with_a_peers_certificate_does_not_push_the_peer_aside) {
  const auto node = join();
  const TlsCredentials credentials = enrol(world.authority, hospital(1));
  TlsProbe peer(node->port(), &credentials, Purpose::peer);
  ASSERT_TRUE(until_served(peer, 1));
  TlsProbe line(node->port(), &credentials, Purpose::client);
  ASSERT_TRUE(until_served(line, 2));
  line.send_frame(Bytes{5});
  ASSERT_TRUE(world.run_until([&] { return events.frames.size() == 1; }));
  EXPECT_GT(events.frames[0].first, PeerId(1));
  EXPECT_TRUE(events.is_up(PeerId(1)));
}

TEST_F(tls, a_newer_connection_of_a_peer_takes_the_place_of_the_older) {
  const auto node = join();
  const TlsCredentials credentials = enrol(world.authority, hospital(1));
  TlsProbe older(node->port(), &credentials, Purpose::peer);
  ASSERT_TRUE(until_served(older, 1));
  TlsProbe newer(node->port(), &credentials, Purpose::peer);
  ASSERT_TRUE(until_served(newer, 2));
  EXPECT_TRUE(until_over(older));
  EXPECT_EQ(events.downs.size(), 1);
  node->send(PeerId(1), std::make_shared<const Bytes>(1, Byte{1}));
  EXPECT_TRUE(world.run_until([&] {
    newer.pump();
    return newer.frames.size() == 1;
  }));
}

TEST_F(tls, serves_so_many_clients_and_so_many_of_one_identity) {
  TransportLimits limits;
  limits.clients = 5;
  const auto node = join(limits);
  std::vector<TlsCredentials> credentials;
  for (int i = 0; i < 10; ++i) credentials.push_back(enrol(world.authority, doctor(i)));
  std::vector<std::unique_ptr<TlsProbe>> probes;
  const auto connect = [&](const TlsCredentials& one) {
    probes.push_back(std::make_unique<TlsProbe>(node->port(), &one, Purpose::client));
    return probes.back().get();
  };
  ASSERT_TRUE(until_served(*connect(credentials[0]), 1));
  ASSERT_TRUE(until_served(*connect(credentials[0]), 2));
  EXPECT_TRUE(until_over(*connect(credentials[0])));
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("has too many connections"); }));
  for (std::size_t i = 1; i < 4; ++i) ASSERT_TRUE(until_served(*connect(credentials[i]), 2 + i));
  EXPECT_TRUE(until_over(*connect(credentials[5])));
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("too many clients"); }));
  // One leaves, one comes.
  probes[0].reset();
  ASSERT_TRUE(world.run_until([&] { return events.downs.size() == 1; }));
  EXPECT_TRUE(until_served(*connect(credentials[6]), 6));
}

TEST_F(tls, answers_hundreds_of_clients_each_its_own) {
  constexpr std::size_t count = 256;
  const auto node = join();
  events.answer = [&](PeerId from, const Bytes& bytes) { node->send(from, std::make_shared<const Bytes>(bytes)); };
  std::vector<TlsCredentials> credentials;
  for (std::size_t i = 0; i < count / 2; ++i) credentials.push_back(enrol(world.authority, doctor(static_cast<int>(i))));
  std::vector<std::unique_ptr<TlsProbe>> probes;
  for (std::size_t i = 0; i < count; ++i) {
    probes.push_back(std::make_unique<TlsProbe>(node->port(), &credentials[i / 2], Purpose::client));
    ASSERT_TRUE(until_served(*probes.back(), i + 1));
  }
  for (std::size_t i = 0; i < count; ++i) probes[i]->send_frame(as_bytes(std::to_string(i)));
  ASSERT_TRUE(world.run_until([&] {
    for (auto& probe : probes) probe->pump();
    return std::ranges::all_of(probes, [](const auto& probe) { return probe->frames.size() == 1; });
  }));
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(as_text(probes[i]->frames[0]), std::to_string(i));
}

TEST_F(tls, says_what_is_wrong_with_its_options) {
  const auto why = [&](TlsTransportOptions options) {
    const auto started = start_tls_transport(world.loop, std::move(options), events, world.rng);
    return started ? std::string("nothing") : started.error().message;
  };
  const auto node = join();
  TlsTransportOptions options = world.options(hospital(1), {});
  options.listen = "127.0.0.1:" + std::to_string(node->port());
  EXPECT_EQ(why(std::move(options)), "cannot listen on 127.0.0.1:" + std::to_string(node->port()) +
                                         ": Address already in use; is it an address of this machine, and free?");
  options = world.options(hospital(1), {});
  options.listen = "nowhere";
  EXPECT_EQ(why(std::move(options)), "cannot listen on \"nowhere\": write host:port");
  options = world.options(hospital(1), {hospital(2)});
  options.peers[0].address = "h2";
  EXPECT_EQ(why(std::move(options)), "\"h2\" is no address of hospital:h2#1: write host:port");
  EXPECT_EQ(why(world.options(hospital(1), {hospital(1)})), "hospital:h1#1 is this node itself: leave it out of its peers");
  EXPECT_EQ(why(world.options(hospital(1), {hospital(2), hospital(2)})), "hospital:h2#1 stands among the peers twice");
  options = world.options(hospital(1), {});
  options.credentials.key = make_tls_key();
  EXPECT_EQ(why(std::move(options)), "the TLS certificate is for another key than the one beside it: enrol again");
  options = world.options(hospital(1), {});
  options.credentials.authority = make_tls_authority(test::always).certificate;
  EXPECT_EQ(why(std::move(options)), "the TLS certificate was not issued by the PKG whose certificate is beside it: enrol again");
  options = world.options(hospital(1), {});
  options.credentials.certificate.pop_back();
  EXPECT_EQ(why(std::move(options)), "the TLS key, certificate or the PKG's certificate is damaged: enrol again");
}

}  // namespace
}  // namespace caduceus
