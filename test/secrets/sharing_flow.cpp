// First visit, grant and emergency, from the draw of the first secret to the opened record: each party's values as it has them.
#include "core/crypto/emergency.h"
#include "core/crypto/grant.h"
#include "core/crypto/sealing_key.h"
#include "test/secrets/marks.h"
#include "test/secrets/sections.h"

namespace caduceus {
namespace {

const Time now(1'800'000'000'000);
const std::vector<RecordPlace> places{{1, 1}, {1, 3}};

template <class T>
std::vector<const T*> pointers(const std::vector<T>& values) {
  std::vector<const T*> found;
  for (const T& value : values) found.push_back(&value);
  return found;
}

void publish_signature(const Signature& signature) {
  publish(signature.challenge);
  publish(signature.response);
}

struct Agreed {
  Initiator initiator;
  Responder responder;
};

Agreed agree(const G1& ppub, const IdentityKeys& initiator, const IdentityKeys& responder, Rng& rng) {
  const VerificationKey asking = initiator.signing.verification_key();
  Initiator side = must(Initiator::begin(asking, responder.signing.verification_key(), rng));
  const Hello& hello = side.hello();
  publish(hello.t1);
  if (hello.t1_prime) publish(*hello.t1_prime);
  publish(hello.t2);
  still_secret(side.secret());

  Responder other = must(Responder::answer(ppub, responder, asking, hello, rng));
  publish(other.reply().t1);
  publish(other.reply().t2);
  publish(other.reply().confirmation);
  publish_signature(other.reply().signature);
  publish(std::get<3>(Responder::fields(other)));  // the transcript, a hash of what was sent

  // A MAC that is wrong: only that it is may show.
  Reply wrong = other.reply();
  wrong.confirmation[0] ^= 1;
  CHECK(side.receive(ppub, initiator, wrong, rng).error() == Reject::agreement_mac);

  const Confirm confirm = must(side.receive(ppub, initiator, other.reply(), rng));
  publish(confirm.confirmation);
  publish_signature(confirm.signature);
  const Ack ack = must(other.receive(ppub, confirm));
  publish(ack.confirmation);
  CHECK(side.receive(ack).has_value());

  for (const InitialFactors* factors : {&side.factors(), &other.factors()}) {
    still_secret(factors->alpha);
    still_secret(factors->beta);
  }
  still_secret(side.keys().to_responder);
  still_secret(other.keys().to_initiator);
  return {std::move(side), std::move(other)};
}

// What was stored, and is read again.
template <class T>
T stored(const T& value) {
  const SecretBytes bytes = encode_secret(value);
  CHECK(is_poisoned(bytes.expose()));
  return must(decode<T>(bytes.expose()));
}

std::vector<RecordBody> bodies(Rng& rng) {
  std::vector<RecordBody> made;
  for (std::size_t i = 0; i < places.size(); ++i) {
    RecordBody& body = made.emplace_back();
    rng.fill(body.head.salt);
    body.head.proof.value = {1, 2, 3};
    body.emr = SecretBytes(500);
    rng.fill(body.emr.expose());
  }
  return made;
}

void publish_bodies(const Answer& answer) {
  for (const auto& body : answer.bodies.items) publish(body.value);
}

void publish_proof(const RequestProof& proof) {
  publish(proof.challenge);
  publish(proof.response);
  publish(proof.response_b);
}

void expect_records(const Checked<std::vector<RecordBody>>& opened) {
  CHECK(opened.has_value() && opened->size() == places.size());
  for (const auto& body : *opened) CHECK(is_poisoned(body.emr.expose()) && is_poisoned(body.head.salt));
}

// Patient, hospital and doctor, after the first visit.
struct Parties {
  const G1& ppub;
  const IdentityKeys& hospital;
  IdentityKeys patient;
  IdentityKeys doctor;
  SignedLicence licence;
  Agreed visit;
  std::vector<Secret<Scalar>> factors;  // of `places`

  Parties(const Enrolled& made, Rng& rng)
      : ppub(made.parameters.signing),
        hospital(made.keys),
        patient(enrol(made, {Role::patient, {"p4t13nt"}, 1}, rng)),
        doctor(enrol(made, {Role::doctor, {"dr-lee"}, 1}, rng)),
        licence(must(issue_licence(ppub, hospital.signing,
                                   {hospital.signing.identity, doctor.signing.identity, 1, Time(1), Time(now.value() * 2)}, rng))),
        visit(agree(ppub, patient, hospital, rng)) {
    publish_signature(licence.signature);
    static_cast<void>(agree(ppub, doctor, patient, rng));
    auto all = must(encryption_factors(visit.initiator.factors(), 1, 3));
    for (const auto& place : places) factors.push_back(std::move(all[place.index - 1]));
    for (const auto& factor : factors) still_secret(factor);
  }

  [[nodiscard]] HospitalView view() const {
    return {now, now, doctor.signing.verification_key(), hospital.signing.verification_key(), false};
  }
};

// The patient's part. F_j stay secret on their way to the doctor, and with it.
Grant grant(const Parties& p) {
  const Policy policy{{1},
                      p.patient.signing.identity,
                      p.doctor.signing.identity,
                      p.hospital.signing.identity,
                      {places},
                      now,
                      Time(now.value() + 1000),
                      {"treatment"},
                      1};
  const Grant made = must(make_grant(policy, p.visit.initiator, pointers(p.factors)));
  publish(made.alpha);
  for (const auto& factor : made.factors.items) CHECK(is_poisoned(memory_of(factor)));
  return made;
}

void consented(const Parties& p, Rng& rng) {
  const Grant granted = grant(p);
  GrantRequester requester = must(GrantRequester::begin(p.ppub, p.doctor.signing, p.licence, granted, granted.policy.records, now, rng));
  const GrantRequest& request = requester.request();
  publish(request.t_b);
  publish(request.alpha_cb);
  publish_proof(request.proof);

  auto accepted = must(AcceptedRequest::check(p.ppub, p.hospital.signing.identity, p.visit.responder, request, p.view(), {}, rng));
  still_secret(accepted.to_persist().answered.items.front().a);
  accepted.persisted();
  publish(accepted.t_a());
  const auto records = bodies(rng);
  const Answer answer = must(accepted.answer(pointers(p.factors), pointers(records)));
  publish_bodies(answer);
  expect_records(requester.open(answer));

  // A repeat, of what was stored; a body that was changed: only that it was may show.
  const GrantMemory memory = stored(accepted.to_persist());
  CHECK(AcceptedRequest::check(p.ppub, p.hospital.signing.identity, p.visit.responder, request, p.view(), memory, rng).has_value());
  Answer changed = answer;
  changed.bodies.items.front().value.back() ^= 1;
  CHECK(requester.open(changed).error() == Reject::sealed_invalid);
}

void unconscious(const Parties& p, EmergencyKind kind, Rng& rng) {
  const bool reading = kind == EmergencyKind::read;
  const EmergencyScope scope{p.patient.signing.identity, p.hospital.signing.identity, {reading ? places : std::vector<RecordPlace>{}}, {7}};
  std::vector<SecretKey> tokens;
  if (reading) {
    for (const auto& factor : p.factors) still_secret(tokens.emplace_back(emergency_token(factor)));
  }
  const Identity& self = p.doctor.signing.identity;
  CommittedEmergency committed{kind, self, p.hospital.signing.identity, emergency_hash(kind, scope), {}, now, now};
  for (const auto& token : tokens) publish(committed.marks.emplace_back(emergency_mark(token, self, now)));

  const EmergencyRequester requester =
      must(EmergencyRequester::begin(p.ppub, p.doctor, p.licence, kind, scope, {9}, pointers(tokens), now, rng));
  const EmergencyRequest& request = requester.request();
  publish(request.t_b);
  for (const auto& proof : request.proofs.items) publish(proof);
  publish_proof(request.proof);

  const HospitalView known = p.view();
  EmergencyView view{now, now, committed, known.doctor, known.licence_issuer, false};
  auto accepted = must(AcceptedEmergency::check(p.ppub, p.hospital, request, pointers(tokens), view, {}, rng));
  still_secret(accepted.to_persist().answered.items.front().a);
  accepted.persisted();
  publish(accepted.t_a());
  if (reading) {
    const auto records = bodies(rng);
    const Answer answer = must(accepted.answer_records(pointers(records)));
    publish_bodies(answer);
    expect_records(requester.open_records(p.doctor, answer));
    // A mark that is wrong: only that it is may show.
    view.committed->marks.back()[0] ^= 1;
    CHECK(AcceptedEmergency::check(p.ppub, p.hospital, request, pointers(tokens), view, {}, rng).error() == Reject::emergency_marks);
  } else {
    const Answer answer = must(accepted.answer_keyslot(rng.bytes<100>()));
    publish_bodies(answer);
    CHECK(is_poisoned(must(requester.open_keyslot(p.doctor, answer)).expose()));
  }
}

}  // namespace

void sharing(const Enrolled& hospital, Rng& rng) {
  const Parties parties(hospital, rng);
  consented(parties, rng);
  unconscious(parties, EmergencyKind::open, rng);
  unconscious(parties, EmergencyKind::read, rng);
}

void sealing_keys(Rng& rng) {
  const SealingKey key = SealingKey::random({Role::hospital, {"h1"}, 1}, rng);
  publish(key.public_key);
  const SealingPublicKey published = publish(key, rng);
  publish(published.challenge);
  publish(published.response);
  CHECK(verify(published).has_value());

  const auto message = rng.bytes<100>();
  SealedTo sealed = seal_to(key.identity, key.public_key, "test", message, rng);
  publish(sealed.ephemeral.bytes);
  publish(sealed.sealed.value);
  CHECK(is_poisoned(must(open_sealed(key, "test", sealed)).expose()));
  sealed.sealed.value.back() ^= 1;
  CHECK(open_sealed(key, "test", sealed).error() == Reject::sealed_invalid);
}

}  // namespace caduceus
