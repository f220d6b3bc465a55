// Key agreement and encryption factors against @noble/curves'.
#include "core/crypto/hash.h"
#include "test/vectors_sharing.h"

namespace caduceus {
namespace {

constexpr std::size_t visits = 2;  // of a patient at a hospital, of a doctor with a patient

TEST(FirstVisitVectors, identity_keys) {
  const Json file = load_vectors("first_visit");
  ASSERT_EQ(file.at("visits").size(), visits);
  for (std::size_t i = 0; i < visits; ++i) {
    const VisitVectors visit(i);
    const Identity initiator = visit.initiator.signing.identity;
    const Identity responder = visit.responder.signing.identity;
    EXPECT_EQ(registered(initiator).public_point, visit.initiator.signing.public_point);
    EXPECT_EQ(to_hex(pairing(visit.initiator.agreement.g1.expose(), hash_to_g2({encode(responder)})).to_bytes()),
              text_at(visit.v, "pairing_key"));
    EXPECT_EQ(to_hex(pairing(hash_to_g1(PointHash::key_agreement, {encode(initiator)}), visit.responder.agreement.g2.expose()).to_bytes()),
              text_at(visit.v, "pairing_key"));
    for (const auto* keys : {&visit.initiator, &visit.responder}) {
      // e(Ŝ1, P2) = e(H1-KA(ID), s_ka·P2): that the vectors' parties hold keys of the vectors' PKG.
      EXPECT_EQ(pairing(keys->agreement.g1.expose(), G2::generator()),
                pairing(hash_to_g1(PointHash::key_agreement, {encode(keys->signing.identity)}), value_at<G2>(file, "agreement_g2")));
      EXPECT_EQ(pairing(G1::generator(), keys->agreement.g2.expose()),
                pairing(value_at<G1>(file, "agreement_g1"), hash_to_g2({encode(keys->signing.identity)})));
    }
  }
}

void expect_keys(const AgreedKeys& ours, const InitialFactors& factors, const Json& v) {
  EXPECT_EQ(to_hex(ours.confirm_initiator.expose()), text_at(v, "k_init"));
  EXPECT_EQ(to_hex(ours.confirm_responder.expose()), text_at(v, "k_resp"));
  EXPECT_EQ(to_hex(ours.to_responder.expose()), text_at(v, "enc_i2r"));
  EXPECT_EQ(to_hex(ours.to_initiator.expose()), text_at(v, "enc_r2i"));
  EXPECT_EQ(to_hex(factors.alpha.expose().encode()), text_at(v, "s_alpha"));
  EXPECT_EQ(to_hex(factors.beta.expose().encode()), text_at(v, "s_beta"));
}

TEST(FirstVisitVectors, messages) {
  for (std::size_t i = 0; i < visits; ++i) {
    const VisitVectors visit(i);
    const Json& v = visit.v;
    SCOPED_TRACE(text_at(v, "what"));

    Initiator initiator = visit.begin();
    EXPECT_EQ(to_hex(encode(initiator.hello())), text_at(v, "hello"));
    EXPECT_EQ(to_hex(initiator.hello().t1.encode()), text_at(v, "t_1"));
    EXPECT_EQ(to_hex(initiator.hello().t2.encode()), text_at(v, "t_2"));
    ASSERT_EQ(initiator.hello().t1_prime.has_value(), !v.at("t_1_prime").is_null());
    if (initiator.hello().t1_prime) {
      EXPECT_EQ(to_hex(initiator.hello().t1_prime->encode()), text_at(v, "t_1_prime"));
    }
    EXPECT_EQ(value_at<Hello>(v, "hello"), initiator.hello());

    Responder responder = visit.answer();
    EXPECT_EQ(to_hex(responder.reply().t1.encode()), text_at(v, "t_a1"));
    EXPECT_EQ(to_hex(responder.reply().t2.encode()), text_at(v, "t_a2"));
    EXPECT_EQ(to_hex(encode(responder.reply().signature)), text_at(v.at("responder_signature"), "bytes"));
    EXPECT_EQ(to_hex(responder.reply().confirmation), text_at(v, "responder_mac"));
    EXPECT_EQ(to_hex(encode(responder.reply())), text_at(v, "reply"));
    expect_keys(responder.keys(), responder.factors(), v);

    const Confirm confirm = must(visit.receive(initiator, value_at<Reply>(v, "reply")));
    EXPECT_EQ(to_hex(confirm.confirmation), text_at(v, "initiator_mac"));
    EXPECT_EQ(to_hex(encode(confirm)), text_at(v, "confirm"));
    expect_keys(initiator.keys(), initiator.factors(), v);

    EXPECT_EQ(to_hex(encode(must(responder.receive(visit.ppub, value_at<Confirm>(v, "confirm"))))), text_at(v, "ack"));
    EXPECT_TRUE(initiator.receive(value_at<Ack>(v, "ack")));
    EXPECT_EQ(initiator.state(), AgreementState::active);
    EXPECT_TRUE(responder.is_active());
  }
}

// s_α^0 and the chain of s_β are not to be seen from outside; each s_α^i depends on them.
TEST(FirstVisitVectors, factors) {
  const AgreedVisit visit;
  for (const auto& v : visit.file.at("factors")) {
    const std::uint32_t batch = v.at("batch");
    const std::uint32_t n = v.at("n");
    EXPECT_EQ(to_hex(encode(RecordPlace{batch, n})), text_at(v, "last_place"));
    for (const InitialFactors* factors : {&visit.patient.factors(), &visit.hospital.factors()}) {
      const auto alpha = must(encryption_factors(*factors, batch, n));
      ASSERT_EQ(alpha.size(), n);
      if (v.contains("alpha_last")) {
        EXPECT_EQ(to_hex(alpha.back().expose().encode()), text_at(v, "alpha_last"));
        EXPECT_EQ(to_hex(emergency_token(alpha.back()).expose()), text_at(v, "tau_last"));
        continue;
      }
      ASSERT_EQ(v.at("alpha").size(), n + 1);
      for (std::uint32_t i = 1; i <= n; ++i) {
        EXPECT_EQ(to_hex(alpha[i - 1].expose().encode()), v.at("alpha")[i].get<std::string>());
        EXPECT_EQ(to_hex(emergency_token(alpha[i - 1]).expose()), v.at("tau")[i - 1].get<std::string>());
      }
    }
  }
}

// Where several checks fail: of a Reply we check the signature first, of a Confirm the MAC.
TEST(FirstVisitVectors, what_is_refused) {
  const VisitVectors visit(0);
  SeededRng rng{1};
  for (const auto& v : visit.file.at("refused")) {
    const std::string message = text_at(v, "message");
    SCOPED_TRACE(message);
    if (message == "hello") {
      ASSERT_TRUE(fails(v, "t_1_prime"));
      const auto hello = value_at<Hello>(v, "bytes");
      expect_refused(Responder::answer(visit.ppub, visit.responder, visit.initiator.signing.verification_key(), hello, rng),
                     Reject::agreement_half, v);
    } else if (message == "reply") {
      const auto reply = value_at<Reply>(v, "bytes");
      const bool other_key = reply.signature.public_point != visit.responder.signing.public_point;
      const Reject expected = other_key               ? Reject::signature_other_key
                              : fails(v, "signature") ? Reject::signature_invalid
                                                      : Reject::agreement_mac;
      Initiator initiator = visit.begin();
      expect_refused(initiator.receive(visit.ppub, visit.initiator, reply, rng), expected, v);
      EXPECT_EQ(initiator.state(), AgreementState::waiting);
    } else if (message == "confirm") {
      const Reject expected = fails(v, "mac")            ? Reject::agreement_mac
                              : fails(v, "public_point") ? Reject::signature_other_key
                                                         : Reject::signature_invalid;
      Responder responder = visit.answer();
      expect_refused(responder.receive(visit.ppub, value_at<Confirm>(v, "bytes")), expected, v);
      EXPECT_FALSE(responder.is_active());
    } else {
      ASSERT_EQ(message, "ack");
      ASSERT_TRUE(fails(v, "mac"));
      Initiator initiator = visit.begin();
      ASSERT_TRUE(visit.receive(initiator, value_at<Reply>(visit.v, "reply")));
      expect_refused(initiator.receive(value_at<Ack>(v, "bytes")), Reject::agreement_mac, v);
      EXPECT_EQ(initiator.state(), AgreementState::pending);
    }
  }
}

TEST(FirstVisitVectors, what_is_malformed) {
  const Reasons own{
      {"T_1' goes to hospitals, and to no one else", Reject::agreement_half},
      {"an optional value is not marked 0 or 1", Reject::unknown_value},
      {"no first visit of these roles", Reject::agreement_parties},
  };
  std::map<std::string, Json> of;
  for (const auto& v : load_vectors("first_visit").at("malformed")) of[text_at(v, "message")].push_back(v);
  ASSERT_EQ(of.size(), 3U);
  expect_malformed<Hello>(of.at("hello"), own);
  expect_malformed<Reply>(of.at("reply"), own);
  expect_malformed<Confirm>(of.at("confirm"), own);
}

}  // namespace
}  // namespace caduceus
