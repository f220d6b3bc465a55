#include "test/fuzz/sharing_world.h"

#include <algorithm>

namespace caduceus::fuzz {
namespace {

const std::vector<RecordPlace> places{{1, 1}, {1, 3}};

IdentityKeys enrol(const Identity& identity, Rng& rng) {
  const World& w = world();
  const PendingRegistration pending = begin_registration(w.parameters.signing, identity, rng);
  return must(accept_keys(w.parameters, pending, must(issue_keys(w.master, w.parameters, pending.request, rng))));
}

void agree(SharingWorld& s, Rng& rng) {
  const World& w = world();
  const G1& ppub = w.parameters.signing;
  const VerificationKey patient = s.patient.signing.verification_key();
  s.initiator = must(Initiator::begin(patient, w.hospital.signing.verification_key(), rng));
  s.initiator_waiting = encode_secret(s.initiator);
  s.responder = must(Responder::answer(ppub, w.hospital, patient, s.initiator.hello(), rng));
  s.responder_answered = encode_secret(s.responder);
  s.reply = s.responder.reply();
  s.confirm = must(s.initiator.receive(ppub, s.patient, s.reply, rng));
  s.initiator_pending = encode_secret(s.initiator);
  s.ack = must(s.responder.receive(ppub, s.confirm));
  CHECK(s.initiator.receive(s.ack).has_value());

  const VerificationKey doctor = w.doctor.signing.verification_key();
  s.doctor_side = must(Initiator::begin(doctor, patient, rng));
  s.patient_side = must(Responder::answer(ppub, s.patient, doctor, s.doctor_side.hello(), rng));
}

void keep_records(SharingWorld& s, Rng& rng) {
  s.factors = must(encryption_factors(s.initiator.factors(), 1, 3));
  for (const auto& factor : s.factors) {
    s.tokens.push_back(emergency_token(factor));
    s.bodies.push_back({{rng.bytes<32>(), rng.bytes<32>(), {{1, 2, 3}}}, SecretBytes(as_bytes("a record in the clear"))});
  }
}

void share(SharingWorld& s, Rng& rng) {
  const World& w = world();
  const G1& ppub = w.parameters.signing;
  const Policy policy{rng.bytes<16>(),
                      s.patient.signing.identity,
                      w.doctor.signing.identity,
                      w.hospital.signing.identity,
                      {places},
                      Time(World::now.value() - 1000),
                      Time(World::now.value() + 1'000'000),
                      {"treatment"},
                      2};
  s.grant = must(make_grant(policy, s.initiator, of_places(s.factors, places)));
  s.requester = must(GrantRequester::begin(ppub, w.doctor.signing, w.licence, s.grant, policy.records, World::now, rng));
  auto accepted = must(AcceptedRequest::check(ppub, w.hospital.signing.identity, s.responder, s.requester.request(), s.view(), {}, rng));
  s.memory = accepted.to_persist().copy();
  accepted.persisted();
  s.answer = must(accepted.answer(of_places(s.factors, places), of_places(s.bodies, places)));
}

SharingWorld::Emergency emergency(const SharingWorld& s, EmergencyKind kind, Rng& rng) {
  const World& w = world();
  const G1& ppub = w.parameters.signing;
  const Identity& doctor = w.doctor.signing.identity;
  const EmergencyScope scope{s.patient.signing.identity,
                             w.hospital.signing.identity,
                             {kind == EmergencyKind::read ? places : std::vector<RecordPlace>{}},
                             rng.bytes<32>()};
  const auto tokens = of_places(s.tokens, scope.records.items);
  std::vector<Bytes32> marks(tokens.size());
  std::ranges::transform(tokens, marks.begin(), [&](const SecretKey* token) { return emergency_mark(*token, doctor, World::now); });
  SharingWorld::Emergency e;
  e.committed = {kind, doctor, w.hospital.signing.identity, emergency_hash(kind, scope), marks, World::now, World::now};
  e.requester = must(EmergencyRequester::begin(ppub, w.doctor, w.licence, kind, scope, rng.bytes<32>(), tokens, World::now, rng));
  auto accepted = must(AcceptedEmergency::check(ppub, w.hospital, e.requester.request(), tokens, s.view(e), {}, rng));
  e.memory = accepted.to_persist().copy();
  accepted.persisted();
  e.answer =
      must(kind == EmergencyKind::read ? accepted.answer_records(of_places(s.bodies, places)) : accepted.answer_keyslot(encode(s.keyslot)));
  return e;
}

void keep_index(SharingWorld& s, Rng& rng) {
  rng.fill(s.scan.value.expose());
  s.scan.usable.fill(0xff);
  s.scan.usable[7] = 0x0f;
  s.extracted = must(generate(s.scan, rng));
  rng.fill(s.vault.expose());
  const G1& ppub = world().parameters.signing;
  s.keyslot = make_keyslot(ppub, s.patient.signing, s.vault, rng.bytes<16>(), {&s.extracted, 1}, rng);
  std::vector<Extracted> two;
  for (int finger = 0; finger < 2; ++finger) two.push_back(must(generate(s.scan, rng)));
  s.keyslot_of_two = make_keyslot(ppub, s.patient.signing, s.vault, rng.bytes<16>(), two, rng);
  rng.fill(s.index_key);
  s.entry = {{{{"asthma"}, {"allergy"}}}, rng.bytes<32>(), world().hospital.signing.identity, places[0], s.tokens[0].copy()};
  s.sealed_entry = seal_entry(s.vault, s.index_key, rng.bytes<16>(), 1, s.entry, rng);
}

SharingWorld make_sharing_world() {
  SeededRng rng(2024);
  SharingWorld s;
  s.patient = enrol({Role::patient, {"p4t13nt"}, 1}, rng);
  s.sealing = SealingKey::random(world().hospital.signing.identity, rng);
  s.published = publish(s.sealing, rng);
  s.sealed = seal_to(s.sealing.identity, s.sealing.public_key, World::purpose, world().message(), rng);
  agree(s, rng);
  keep_records(s, rng);
  share(s, rng);
  keep_index(s, rng);
  s.opening = emergency(s, EmergencyKind::open, rng);
  s.reading = emergency(s, EmergencyKind::read, rng);
  return s;
}

}  // namespace

HospitalView SharingWorld::view() const {
  const World& w = world();
  return {World::now, World::now, w.doctor.signing.verification_key(), w.hospital.signing.verification_key(), false};
}

EmergencyView SharingWorld::view(const Emergency& emergency) const {
  const HospitalView known = view();
  return {known.now, known.newest_sblock, emergency.committed, known.doctor, known.licence_issuer, known.doctor_is_revoked};
}

const SharingWorld& sharing_world() {
  static const SharingWorld instance = make_sharing_world();
  return instance;
}

}  // namespace caduceus::fuzz
