// R14: what is left secret when secrets get out. Forward: everything that anyone keeps, the PKG's master secrets too, and a recorded exchange.
// Backward, and onward: all of one session. The attacker tries every key that it can put together; that the same means open what they
// should open is shown beside.
#include "test/attacks/sharing_attacker.h"

namespace caduceus {
namespace {

// A recorded exchange: what went over the wire, with the envelope opened.
struct Recorded {
  std::vector<Identity> parties;  // doctor, hospital
  G1 t_b;
  Answer answer;
  Bytes32 subject{};
  Bytes32 request{};
  RecordPlace place;

  [[nodiscard]] Checked<RecordBody> open_with(const G1& shared, const Gt& k) const {
    const AnswerTerms terms{parties[0], parties[1], t_b, answer.t_a, subject, request};
    TRY(const SecretKey key, answer_key(terms, Secret<G1>(shared), Secret<Gt>(k), place));
    return open_body(key, answer.bodies.items[0].value);
  }
  // No pair of these opens it.
  void expect_closed(const std::vector<G1>& shared, const std::vector<Gt>& keys) const {
    for (std::size_t i = 0; i < shared.size(); ++i) {
      if (shared[i].is_identity()) continue;
      for (std::size_t n = 0; n < keys.size(); ++n) {
        if (keys[n].is_one()) continue;
        EXPECT_THAT(open_with(shared[i], keys[n]), refused_as(Reject::sealed_invalid)) << i << ", " << n;
      }
    }
  }
};

// Sums and differences of two, and each times every scalar: what a·T_b is guessed to be.
std::vector<G1> combinations(const std::vector<G1>& points, const std::vector<Scalar>& scalars) {
  std::vector<G1> all = points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      all.push_back(points[i] + points[k]);
      all.push_back(points[i] - points[k]);
    }
    for (const Scalar& scalar : scalars) all.push_back(scalar * points[i]);
  }
  return all;
}

// K_j's candidates: every point with every one on the other side.
std::vector<Gt> pairings(const std::vector<G1>& left, const std::vector<G2>& right) {
  std::vector<Gt> all;
  for (const G1& p : left) {
    for (const G2& q : right) all.push_back(pairing(p, q));
  }
  return all;
}

struct ConsentedSession {
  GrantRequester requester;
  Scalar a;
  Recorded recorded;

  ConsentedSession(Sharing& s, const Grant& grant, const RecordPlace& place) : requester(s.ask(grant, {place})) {
    AcceptedRequest accepted = must(s.check(requester.request()));
    a = a_of(accepted.to_persist());
    recorded = {{s.doctor.signing.identity, s.hospital.signing.identity},
                requester.request().t_b,
                s.answer(accepted, {place}),
                policy_hash(grant.policy),
                request_hash(requester.request()),
                place};
  }
};

struct Secrecy : testing::Test {
  Sharing s;
  const RecordPlace place{1, 2};
  const Grant grant = s.grant(s.policy({place}, 9));
  const G2 t1_prime = s.patient_side.secret().expose() * G2::generator();
  const G2& factor = grant.factors.items[0];  // F_j = c1·κ_j·P2

  // All scalars that anyone keeps: master secrets, everyone's d, x and d + x, c1, s_α^j, κ_j, Q.
  [[nodiscard]] std::vector<Scalar> kept() const {
    const Scalar& c1 = s.patient_side.secret().expose();
    const Scalar& factor_j = s.factor(place).expose();
    const Scalar kappa = policy_factor_of(factor_j, grant.policy);
    const Scalar q = consent_of(grant.policy);
    std::vector<Scalar> all{s.secrets.signing.expose(),
                            s.secrets.agreement.expose(),
                            c1,
                            c1.inverse(),
                            factor_j,
                            kappa,
                            c1 * kappa,
                            (c1 * kappa).inverse(),
                            q,
                            c1 + q,
                            (c1 + q).inverse()};
    for (const IdentityKeys* keys : {&s.patient, &s.hospital, &s.employer, &s.doctor}) {
      const Scalar& d = keys->signing.partial.expose();
      const Scalar& x = keys->signing.secret_value.expose();
      all.insert(all.end(), {d, x, d + x});
    }
    return all;
  }
};

using forward_secrecy = Secrecy;
using one_session = Secrecy;

// a·T_b = b·T_a and K_j = g^(a·b·c1·κ_j): whoever has all but a and b has a Diffie–Hellman problem before it.
TEST_F(forward_secrecy, all_long_term_secrets_together_open_no_past_answer) {
  const ConsentedSession past(s, grant, place);
  const GrantRequest& request = past.requester.request();
  const std::vector<Scalar> scalars = kept();
  const Scalar& c1 = s.patient_side.secret().expose();
  const G1& t_a = past.recorded.answer.t_a;

  // What the proofs give with the doctor's key in hand: t = v − h(d + x), but v_b = t_b + h·b has two unknowns.
  const RequestProof& proof = request.proof;
  const Scalar t = proof.response - proof.challenge * (s.doctor.signing.partial.expose() + s.doctor.signing.secret_value.expose());
  EXPECT_NE(t, b_of(past.requester));
  EXPECT_NE((proof.response_b - t) * proof.challenge.inverse(), b_of(past.requester));
  std::vector<Scalar> guesses = scalars;
  guesses.insert(guesses.end(), {t, proof.response_b, proof.response_b - t, (proof.response_b - t) * proof.challenge.inverse(),
                                 proof.response_b * proof.challenge.inverse()});

  const std::vector<G1> shared = combinations({t_a, request.t_b, s.hospital_side.t1()}, guesses);
  const std::vector<Gt> keys =
      pairings({t_a, request.t_b, t_a + request.t_b, s.hospital_side.t1()},
               {factor, t1_prime, request.alpha_cb, grant.alpha, (c1 + consent_of(grant.policy)) * request.alpha_cb});
  past.recorded.expect_closed(shared, keys);
  // Even with K_j itself, a·T_b is missing; and with a·T_b, K_j.
  past.recorded.expect_closed(shared, {pairing(b_of(past.requester) * t_a, factor)});
  past.recorded.expect_closed({past.a * request.t_b}, keys);
}

// The means are right: b, or a with what the hospital keeps, is all that is missing.
TEST_F(forward_secrecy, with_a_or_b_it_would_be_open) {
  const ConsentedSession past(s, grant, place);
  const G1& t_a = past.recorded.answer.t_a;
  const G1& t_b = past.recorded.t_b;
  const Scalar& b = b_of(past.requester);
  EXPECT_THAT(past.recorded.open_with(b * t_a, pairing(b * t_a, factor)), accepted());
  const Scalar kappa = policy_factor_of(s.factor(place).expose(), grant.policy);
  EXPECT_THAT(past.recorded.open_with(past.a * t_b, pairing((past.a * kappa) * t_b, t1_prime)), accepted());
}

// Secrets are gone when they have served: nothing of b is in what the doctor keeps.
TEST_F(forward_secrecy, an_erased_session_opens_nothing) {
  ConsentedSession past(s, grant, place);
  EXPECT_THAT(past.requester.open(past.recorded.answer), accepted());
  past.requester.erase();
  EXPECT_TRUE(b_of(past.requester).is_zero());
  EXPECT_THAT(past.requester.open(past.recorded.answer), refused_as(Reject::point_is_identity));
}

// One session's a, b and sk, and the grant with it, beside a session before and one after under the same grant, and one of another record.
TEST_F(one_session, given_away_opens_no_other) {
  const ConsentedSession before(s, grant, place);
  const ConsentedSession leaked(s, grant, place);
  const ConsentedSession after(s, grant, place);
  const G1& t_a = leaked.recorded.answer.t_a;
  const G1& t_b = leaked.recorded.t_b;
  const Scalar& b = b_of(leaked.requester);
  const G1 shared = b * t_a;
  const Gt k = pairing(shared, factor);
  ASSERT_THAT(leaked.recorded.open_with(shared, k), accepted());

  const std::vector<Scalar> scalars{leaked.a, b, leaked.a * b, b.inverse(), leaked.a * b.inverse()};
  for (const ConsentedSession* other : {&before, &after}) {
    const G1& other_a = other->recorded.answer.t_a;
    const G1& other_b = other->recorded.t_b;
    const std::vector<G1> points = combinations({other_a, other_b, t_a, t_b}, scalars);
    std::vector<Gt> keys =
        pairings({leaked.a * other_b, b * other_a, other_a, other_b, shared}, {factor, t1_prime, other->requester.request().alpha_cb});
    keys.push_back(k);
    other->recorded.expect_closed(points, keys);
    // sk itself, the other's terms apart.
    const AnswerTerms terms{s.doctor.signing.identity, s.hospital.signing.identity, t_b, t_a,
                            leaked.recorded.subject,   leaked.recorded.request};
    const SecretKey sk = must(answer_key(terms, Secret<G1>(shared), Secret<Gt>(k), place));
    EXPECT_THAT(open_body(sk, leaked.recorded.answer.bodies.items[0].value), accepted());
    EXPECT_THAT(open_body(sk, other->recorded.answer.bodies.items[0].value), refused_as(Reject::sealed_invalid));
  }
}

TEST_F(one_session, its_answer_does_not_open_as_anothers) {
  const ConsentedSession one(s, grant, place);
  const ConsentedSession two(s, grant, place);
  EXPECT_THAT(one.requester.open(two.recorded.answer), refused_as(Reject::sealed_invalid));
  Answer mixed = one.recorded.answer;
  mixed.bodies = two.recorded.answer.bodies;
  EXPECT_THAT(one.requester.open(mixed), refused_as(Reject::sealed_invalid));
  mixed = one.recorded.answer;
  mixed.t_a = two.recorded.answer.t_a;
  EXPECT_THAT(one.requester.open(mixed), refused_as(Reject::sealed_invalid));
}

// A key for each record: that of one, let out, opens no other of the same answer, nor does the answer open with its records exchanged.
TEST_F(one_session, a_records_key_opens_that_record_only) {
  const std::vector<RecordPlace> places{{1, 2}, {1, 5}};
  const Grant both = s.grant(s.policy(places));
  const GrantRequester requester = s.ask(both, places);
  AcceptedRequest accepted_request = must(s.check(requester.request()));
  Answer answer = s.answer(accepted_request, places);
  const SecretKey first = must(accepted_request.record_key(0, s.factor(places[0])));
  EXPECT_THAT(open_body(first, answer.bodies.items[0].value), accepted());
  EXPECT_THAT(open_body(first, answer.bodies.items[1].value), refused_as(Reject::sealed_invalid));
  std::swap(answer.bodies.items[0], answer.bodies.items[1]);
  EXPECT_THAT(requester.open(answer), refused_as(Reject::sealed_invalid));
}

// §7: K = e(H1-KA(ID_B), Ŝ2_A) is the same for ever for this doctor and this hospital; a·T_b is what is fresh.
TEST_F(forward_secrecy, all_long_term_secrets_together_open_no_past_emergency) {
  const EmergencyScope scope = s.scope({place});
  const auto tokens = s.tokens({place});
  struct Session {
    EmergencyRequester requester;
    Scalar a;
    Recorded recorded;
  };
  const auto session = [&](const Bytes32& htxu) {
    EmergencyRequester requester = must(EmergencyRequester::begin(s.ppub, s.doctor, s.licence, EmergencyKind::read, scope, htxu,
                                                                  Sharing::pointers(tokens), Sharing::now, s.rng));
    AcceptedEmergency taken = must(AcceptedEmergency::check(s.ppub, s.hospital, requester.request(), Sharing::pointers(tokens),
                                                            s.emergency_view(EmergencyKind::read, scope), {}, s.rng));
    taken.persisted();
    const Scalar a = a_of(taken.to_persist());
    const RecordBody body = Sharing::body(place);
    const std::array<const RecordBody*, 1> bodies{&body};
    Recorded recorded{{s.doctor.signing.identity, s.hospital.signing.identity},
                      requester.request().t_b,
                      must(taken.answer_records(bodies)),
                      htxu,
                      request_hash(requester.request()),
                      place};
    return Session{std::move(requester), a, std::move(recorded)};
  };
  const Session one = session(Bytes32{1});
  const Session two = session(Bytes32{2});
  const Gt k = pairing(hash_to_g1(PointHash::key_agreement, {encode(s.doctor.signing.identity)}), s.hospital.agreement.g2.expose());
  ASSERT_EQ(k, pairing(s.doctor.agreement.g1.expose(), hash_to_g2({encode(s.hospital.signing.identity)})));
  const G1& t_a = one.recorded.answer.t_a;
  const G1& t_b = one.recorded.t_b;
  EXPECT_THAT(one.recorded.open_with(one.a * t_b, k), accepted());
  EXPECT_THAT(one.recorded.open_with(b_of(one.requester) * t_a, k), accepted());
  one.recorded.expect_closed(combinations({t_a, t_b}, kept()), {k});
  const std::vector<Scalar> leaked{two.a, b_of(two.requester), two.a * b_of(two.requester)};
  one.recorded.expect_closed(combinations({t_a, t_b, two.recorded.answer.t_a, two.recorded.t_b}, leaked), {k});
  // And with a·T_b, but neither's identity key, K is missing: half of a man in the middle is nobody.
  one.recorded.expect_closed(
      {one.a * t_b}, pairings({hash_to_g1(PointHash::key_agreement, {encode(s.doctor.signing.identity)}), s.employer.agreement.g1.expose()},
                              {hash_to_g2({encode(s.hospital.signing.identity)}), s.employer.agreement.g2.expose()}));
}

}  // namespace
}  // namespace caduceus
