// Whatever is granted, of whatever records, asked for in whatever part: both sides agree; and one bit of a message changed makes it fail.
#include "test/sharing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>

#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

// One first visit for all cases.
Sharing& world() {
  static Sharing one;
  return one;
}

// Some of these, at least one, in their order.
std::vector<RecordPlace> some_of(const std::vector<RecordPlace>& places) {
  std::vector<RecordPlace> some;
  for (const RecordPlace& place : places) {
    if (*rc::gen::arbitrary<bool>()) some.push_back(place);
  }
  if (some.empty()) some.push_back(places[*rc::gen::inRange<std::size_t>(0, places.size())]);
  return some;
}

std::vector<RecordPlace> any_records() { return some_of({{1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 7}, {2, 1}, {2, 2}}); }

Policy any_policy() {
  Sharing& s = world();
  Policy policy = s.policy(any_records(), *rc::gen::inRange<std::uint32_t>(1, Policy::most_uses + 1));
  policy.not_before = Time(Sharing::now.value() - *rc::gen::inRange<std::uint64_t>(0, 1U << 30));
  policy.expires = Sharing::now + *rc::gen::inRange<std::uint64_t>(1, 1U << 30);
  policy.purpose.value = std::string(*rc::gen::inRange<std::size_t>(1, 65), 'p');
  return policy;
}

RecordBody any_body(const RecordPlace& place) {
  RecordBody body = Sharing::body(place);
  body.emr = SecretBytes(*rc::gen::inRange<std::size_t>(0, 70'000));
  world().rng.fill(body.emr.expose());
  return body;
}

Checked<Answer> answer_with(const AcceptedRequest& accepted, const std::vector<RecordPlace>& places,
                            const std::vector<RecordBody>& bodies) {
  std::vector<const RecordBody*> pointers;
  pointers.reserve(bodies.size());
  for (const RecordBody& body : bodies) pointers.push_back(&body);
  return accepted.answer(world().factors(places), pointers);
}

bool same(const RecordBody& a, const RecordBody& b) {
  return encode(a.head) == encode(b.head) && std::ranges::equal(a.emr.expose(), b.emr.expose());
}

RC_GTEST_PROP(sharing_property, any_grant_opens_any_part_of_its_records, ()) {
  Sharing& s = world();
  const Grant grant = must(decode<Grant>(encode(s.grant(any_policy()))));
  const std::vector<RecordPlace> places = some_of(grant.policy.records.items);
  const GrantRequester requester = s.ask(grant, places);
  AcceptedRequest accepted = must(s.check(must(decode<GrantRequest>(encode(requester.request())))));
  accepted.persisted();
  std::vector<RecordBody> bodies;
  bodies.reserve(places.size());
  for (const RecordPlace& place : places) bodies.push_back(any_body(place));
  const Answer answer = must(decode<Answer>(encode(must(answer_with(accepted, places, bodies)))));
  const auto opened = must(requester.open(answer));
  RC_ASSERT(opened.size() == bodies.size());
  for (std::size_t i = 0; i < opened.size(); ++i) RC_ASSERT(same(opened[i], bodies[i]));
}

// Grants and requests of one patient, used in any order: each answer opens for its own request, and for no other.
RC_GTEST_PROP(sharing_property, sessions_in_any_order_do_not_mix, ()) {
  Sharing& s = world();
  const Grant grant = s.grant(any_policy());
  std::vector<GrantRequester> requesters;
  std::vector<Answer> answers(3);
  requesters.reserve(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) requesters.push_back(s.ask(grant, some_of(grant.policy.records.items)));
  std::vector<std::size_t> order{0, 1, 2};
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
  for (const std::size_t i : order) {
    AcceptedRequest accepted = must(s.check(requesters[i].request()));
    answers[i] = s.answer(accepted, requesters[i].request().records.items);
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    for (std::size_t k = 0; k < answers.size(); ++k) RC_ASSERT(requesters[i].open(answers[k]).has_value() == (i == k));
  }
}

RC_GTEST_PROP(sharing_property, both_sides_of_any_first_visit_have_the_same_factors, ()) {
  Sharing s(*rc::gen::arbitrary<std::uint64_t>());
  const auto batch = *rc::gen::arbitrary<std::uint32_t>();
  const auto n = *rc::gen::inRange<std::uint32_t>(1, 50);
  const auto theirs = must(encryption_factors(s.hospital_side.factors(), batch, n));
  const auto ours = must(encryption_factors(s.patient_side.factors(), batch, n));
  RC_ASSERT(ours.size() == n);
  for (std::size_t i = 0; i < n; ++i) RC_ASSERT(ours[i].expose() == theirs[i].expose());
}

Bytes with_a_bit_changed(Bytes bytes) {
  const auto bit = *rc::gen::inRange<std::size_t>(0, 8 * bytes.size());
  bytes[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
  return bytes;
}

// Any of the four messages: no side that got a changed one, or that depends on its being right, becomes active with it.
RC_GTEST_PROP(changed_bit, of_a_first_visit_is_refused, ()) {
  Sharing& s = world();
  const VerificationKey patient = s.patient.signing.verification_key();
  const auto visit = [&](int changed) -> Checked<void> {
    const auto sent = [&](int message, const Bytes& bytes) { return message == changed ? with_a_bit_changed(bytes) : bytes; };
    TRY(Initiator initiator, Initiator::begin(patient, s.hospital.signing.verification_key(), s.rng));
    TRY(const auto hello, decode<Hello>(sent(0, encode(initiator.hello()))));
    TRY(Responder responder, Responder::answer(s.ppub, s.hospital, patient, hello, s.rng));
    TRY(const auto reply, decode<Reply>(sent(1, encode(responder.reply()))));
    TRY(const Confirm confirms, initiator.receive(s.ppub, s.patient, reply, s.rng));
    TRY(const auto confirm, decode<Confirm>(sent(2, encode(confirms))));
    TRY(const Ack acks, responder.receive(s.ppub, confirm));
    TRY(const auto ack, decode<Ack>(sent(3, encode(acks))));
    return initiator.receive(ack);
  };
  RC_ASSERT(visit(-1).has_value());
  for (int message = 0; message < 4; ++message) RC_ASSERT(!visit(message).has_value());
}

// Refused by the doctor or the hospital, or else one of its records does not open.
RC_GTEST_PROP(changed_bit, of_a_grant_is_refused, ()) {
  Sharing& s = world();
  static const Bytes good = encode(s.grant(s.policy()));
  const auto share = [&](const Bytes& bytes) -> Checked<std::vector<RecordBody>> {
    TRY(const auto grant, decode<Grant>(bytes));
    const auto& places = grant.policy.records.items;
    TRY(const auto requester, GrantRequester::begin(s.ppub, s.doctor.signing, s.licence, grant, grant.policy.records, Sharing::now, s.rng));
    TRY(auto admitted, s.check(requester.request()));
    return requester.open(s.answer(admitted, places));
  };
  RC_ASSERT(share(good).has_value());
  for (int i = 0; i < 8; ++i) RC_ASSERT(!share(with_a_bit_changed(good)).has_value());
}

RC_GTEST_PROP(changed_bit, of_a_request_is_refused, ()) {
  Sharing& s = world();
  static const Grant grant = s.grant(s.policy());
  static const Bytes good = encode(s.ask(grant, {{1, 2}, {2, 1}}).request());
  const auto check = [&](const Bytes& bytes) -> Checked<AcceptedRequest> {
    TRY(const auto request, decode<GrantRequest>(bytes));
    return s.check(request);
  };
  RC_ASSERT(check(good).has_value());
  for (int i = 0; i < 8; ++i) RC_ASSERT(!check(with_a_bit_changed(good)).has_value());
}

RC_GTEST_PROP(changed_bit, of_an_answer_is_refused, ()) {
  Sharing& s = world();
  static const std::vector<RecordPlace> places{{1, 2}, {2, 1}};
  static const GrantRequester requester = s.ask(s.grant(s.policy()), places);
  static AcceptedRequest accepted = must(s.check(requester.request()));
  static const Bytes good = encode(s.answer(accepted, places));
  const auto open = [&](const Bytes& bytes) -> Checked<std::vector<RecordBody>> {
    TRY(const auto answer, decode<Answer>(bytes));
    return requester.open(answer);
  };
  RC_ASSERT(open(good).has_value());
  for (int i = 0; i < 8; ++i) RC_ASSERT(!open(with_a_bit_changed(good)).has_value());
}

RC_GTEST_PROP(changed_bit, of_an_emergency_request_or_answer_is_refused, ()) {
  Sharing& s = world();
  static const EmergencyScope scope = s.scope({{1, 1}, {2, 2}});
  static const std::vector<SecretKey> tokens = s.tokens(scope.records.items);
  static const EmergencyRequester requester = must(EmergencyRequester::begin(s.ppub, s.doctor, s.licence, EmergencyKind::read, scope,
                                                                             Bytes32{7}, Sharing::pointers(tokens), Sharing::now, s.rng));
  static const Bytes good = encode(requester.request());
  const auto check = [&](const Bytes& bytes) -> Checked<AcceptedEmergency> {
    TRY(const auto request, decode<EmergencyRequest>(bytes));
    // The hospital looks for what it is asked for, under the htxU that it is told.
    if (request.scope.records.items != scope.records.items) return reject(Reject::record_unknown);
    EmergencyView view = s.emergency_view(EmergencyKind::read, scope);
    if (request.htxu != Bytes32{7}) view.committed.reset();
    return AcceptedEmergency::check(s.ppub, s.hospital, request, Sharing::pointers(tokens), view, {}, s.rng);
  };
  RC_ASSERT(check(good).has_value());
  for (int i = 0; i < 8; ++i) RC_ASSERT(!check(with_a_bit_changed(good)).has_value());

  static AcceptedEmergency admitted = must(check(good));
  admitted.persisted();
  static const std::array bodies{Sharing::body(scope.records.items[0]), Sharing::body(scope.records.items[1])};
  static const Bytes answer = encode(must(admitted.answer_records(std::array{&bodies[0], &bodies[1]})));
  const auto open = [&](const Bytes& bytes) -> Checked<std::vector<RecordBody>> {
    TRY(const auto received, decode<Answer>(bytes));
    return requester.open_records(s.doctor, received);
  };
  RC_ASSERT(open(answer).has_value());
  for (int i = 0; i < 8; ++i) RC_ASSERT(!open(with_a_bit_changed(answer)).has_value());
}

}  // namespace
}  // namespace caduceus
