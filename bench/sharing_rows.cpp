// The rows of §4, §6 and §7. An operation is a party's whole work on one share, from the bytes that arrive to the bytes that leave:
// decoding, checking, sealing and opening included, but for what lies in stores and on networks.
#include <memory>
#include <numeric>

#include "bench/recipe.h"
#include "bench/rows.h"
#include "core/base/check.h"
#include "core/crypto/emergency.h"
#include "core/crypto/fuzzy_extractor.h"
#include "core/crypto/grant.h"
#include "core/crypto/hash.h"
#include "core/crypto/sealing_key.h"

namespace caduceus::bench {
namespace {

template <class T>
T must(Checked<T> checked) {
  CHECK(checked.has_value());
  return std::move(*checked);
}

// Patient, hospital and doctor who have met, one batch of ten records of 4 KiB, and what is sent between them.
struct Parties {
  static constexpr Time now = Time(1'800'000'000'000);

  SeededRng rng{1};
  MasterSecrets secrets = MasterSecrets::random(rng);
  SystemParameters parameters = must(decode<SystemParameters>(encode(SystemParameters::of(secrets))));
  const G1& ppub = parameters.signing;
  IdentityKeys patient = enrol({Role::patient, {"p4t13nt"}, 1});
  IdentityKeys hospital = enrol({Role::hospital, {"st-mary"}, 1});
  IdentityKeys employer = enrol({Role::hospital, {"st-luke"}, 1});
  IdentityKeys doctor = enrol({Role::doctor, {"dr-lee.st-luke"}, 1});
  SealingKey sealing = must(decode<SealingKey>(encode_secret(SealingKey::random(hospital.signing.identity, rng)).expose()));
  SignedLicence licence = must(
      issue_licence(ppub, employer.signing,
                    {employer.signing.identity, doctor.signing.identity, 3, Time(now.value() - 1), Time(now.value() + 1'000'000)}, rng));

  Initiator patient_side = must(Initiator::begin(patient.signing.verification_key(), hospital.signing.verification_key(), rng));
  Bytes hello = encode(patient_side.hello());
  Responder hospital_side = must(Responder::answer(ppub, hospital, patient.signing.verification_key(), must(decode<Hello>(hello)), rng));
  Bytes reply = encode(hospital_side.reply());
  Bytes confirm;

  std::vector<Secret<Scalar>> factors;
  std::vector<RecordBody> bodies;
  std::vector<SecretKey> tokens;

  Parties() {
    confirm = encode(must(patient_side.receive(ppub, patient, must(decode<Reply>(reply)), rng)));
    must_hold(patient_side.receive(must(hospital_side.receive(ppub, must(decode<Confirm>(confirm))))));
    factors = must(encryption_factors(patient_side.factors(), 1, 10));
    for (const auto& factor : factors) {
      tokens.push_back(emergency_token(factor));
      RecordBody body;
      body.emr = SecretBytes(Bytes(4096, 0x5a));
      bodies.push_back(std::move(body));
    }
  }

  static void must_hold(const Checked<void>& checked) { CHECK(checked.has_value()); }
  IdentityKeys enrol(const Identity& identity) {
    const PendingRegistration pending = begin_registration(ppub, identity, rng);
    const auto keys = must(accept_keys(parameters, pending, must(issue_keys(secrets, parameters, pending.request, rng))));
    return must(decode<IdentityKeys>(encode_secret(keys).expose()));  // affine inside, as a keystore gives them
  }

  static RecordPlaces places(std::size_t n) {
    RecordPlaces places;
    for (std::uint32_t i = 1; i <= n; ++i) places.items.push_back({1, i});
    return places;
  }
  static auto pointers(const auto& values, std::size_t n) {
    std::vector<const typename std::decay_t<decltype(values)>::value_type*> found;
    found.reserve(n);
    for (std::size_t i = 0; i < n; ++i) found.push_back(&values[i]);
    return found;
  }

  // C: the grant.
  Bytes grant(std::size_t n) {
    const Policy policy{rng.bytes<16>(),
                        patient.signing.identity,
                        doctor.signing.identity,
                        hospital.signing.identity,
                        places(n),
                        Time(now.value() - 1),
                        Time(now.value() + 1'000'000),
                        {"treatment"},
                        1};
    return encode(must(make_grant(policy, patient_side, pointers(factors, n))));
  }
  // B: the request, sealed to A.
  std::pair<GrantRequester, Bytes> ask(const Grant& grant) {
    auto requester = must(GrantRequester::begin(ppub, doctor.signing, licence, grant, grant.policy.records, now, rng));
    const Bytes sealed = encode(seal_to(sealing.identity, sealing.public_key, "req", encode(requester.request()), rng));
    return {std::move(requester), sealed};
  }
  // A: from the sealed request to the answer.
  Bytes serve(const Bytes& sealed) {
    const SecretBytes opened = must(open_sealed(sealing, "req", must(decode<SealedTo>(sealed))));
    const auto request = must(decode<GrantRequest>(opened.expose()));
    const HospitalView view{now, now, doctor.signing.verification_key(), employer.signing.verification_key(), false};
    auto accepted = must(AcceptedRequest::check(ppub, hospital.signing.identity, hospital_side, request, view, {}, rng));
    accepted.persisted();
    const std::size_t n = request.records.items.size();
    return encode(must(accepted.answer(pointers(factors, n), pointers(bodies, n))));
  }

  // An emergency reading of record 1.
  EmergencyScope scope() { return {patient.signing.identity, hospital.signing.identity, {{{1, 1}}}, rng.bytes<32>()}; }
  std::pair<EmergencyRequester, Bytes> ask_in_emergency(const EmergencyScope& scope) {
    auto requester =
        must(EmergencyRequester::begin(ppub, doctor, licence, EmergencyKind::read, scope, Bytes32{7}, pointers(tokens, 1), now, rng));
    const Bytes sealed = encode(seal_to(sealing.identity, sealing.public_key, "emergency", encode(requester.request()), rng));
    return {std::move(requester), sealed};
  }
  Bytes serve_in_emergency(const Bytes& sealed) {
    const SecretBytes opened = must(open_sealed(sealing, "emergency", must(decode<SealedTo>(sealed))));
    const auto request = must(decode<EmergencyRequest>(opened.expose()));
    const Identity& asking = doctor.signing.identity;
    const CommittedEmergency committed{EmergencyKind::read,
                                       asking,
                                       employer.signing.identity,
                                       emergency_hash(EmergencyKind::read, request.scope),
                                       {emergency_mark(tokens[0], asking, now)},
                                       now,
                                       now};
    const EmergencyView view{now, now, committed, doctor.signing.verification_key(), employer.signing.verification_key(), false};
    auto accepted = must(AcceptedEmergency::check(ppub, hospital, request, pointers(tokens, 1), view, {}, rng));
    accepted.persisted();
    return encode(must(accepted.answer_records(pointers(bodies, 1))));
  }
};

// What each party cannot do without, for n records (the counts are explained in docs/BENCHMARKS.md).
Recipe patient_recipe(std::size_t n) { return {.g2_multiplications = 1 + n, .scalar_hashes = 1 + n, .g2_encodings = 1 + n}; }
Recipe doctor_recipe(std::size_t n) {
  return {.g1_multiplications = 6,
          .g2_multiplications = 1,
          .pairings = std::vector<std::size_t>(n, 1),
          .scalar_hashes = 3,
          .g1_decodings = 1,
          .g2_decodings = 1 + n,
          .g1_encodings = 6,
          .g2_encodings = 1};
}
Recipe hospital_recipe(std::size_t n) {
  std::vector<std::size_t> pairings(n, 1);
  pairings.push_back(2);
  return {.g1_multiplications = 4 + n,
          .multi_products = {3, 3, 2},
          .pairings = pairings,
          .scalar_hashes = 5 + n,
          .g1_decodings = 4,
          .g2_decodings = 1,
          .g1_encodings = 6};
}

Case patient_case(std::size_t n) {
  const auto given = std::make_shared<Parties>();
  return {[=] { return !given->grant(n).empty(); }, recipe_floor(patient_recipe(n)), given->grant(n).size()};
}

// The doctor's work is in two halves, around the hospital's, whose answer is made beforehand: a request is answered once for each.
Case doctor_case(std::size_t n) {
  const auto given = std::make_shared<Parties>();
  const Bytes grant = given->grant(n);
  const auto first = std::make_shared<std::pair<GrantRequester, Bytes>>(given->ask(must(decode<Grant>(grant))));
  const Bytes answer = given->serve(first->second);
  return {[=] {
            static_cast<void>(given->ask(must(decode<Grant>(grant))));
            return first->first.open(must(decode<Answer>(answer))).has_value();
          },
          recipe_floor(doctor_recipe(n)), first->second.size()};
}

Case hospital_case(std::size_t n) {
  const auto given = std::make_shared<Parties>();
  const Bytes sealed = given->ask(must(decode<Grant>(given->grant(n)))).second;
  return {[=] { return !given->serve(sealed).empty(); }, recipe_floor(hospital_recipe(n)), given->serve(sealed).size()};
}

Case share_case(std::size_t n) {
  const auto given = std::make_shared<Parties>();
  return {[=] {
            const auto [requester, sealed] = given->ask(must(decode<Grant>(given->grant(n))));
            return requester.open(must(decode<Answer>(given->serve(sealed)))).has_value();
          },
          recipe_floor(patient_recipe(n) + doctor_recipe(n) + hospital_recipe(n))};
}

Case first_visit_patient_case() {
  const auto given = std::make_shared<Parties>();
  const auto begun = encode_secret(
      must(Initiator::begin(given->patient.signing.verification_key(), given->hospital.signing.verification_key(), given->rng)));
  const auto initiator = std::make_shared<SecretBytes>(ByteView(begun.expose()));
  const auto hello = must(decode<Initiator>(begun.expose())).hello();
  const Bytes reply =
      encode(must(Responder::answer(given->ppub, given->hospital, given->patient.signing.verification_key(), hello, given->rng)).reply());
  return {[=] {
            static_cast<void>(encode(
                must(Initiator::begin(given->patient.signing.verification_key(), given->hospital.signing.verification_key(), given->rng))
                    .hello()));
            // Decoding what the patient stored costs four points that it would hold in memory; the floor has them too.
            auto side = must(decode<Initiator>(initiator->expose()));
            return side.receive(given->ppub, given->patient, must(decode<Reply>(reply)), given->rng).has_value();
          },
          recipe_floor({.g1_multiplications = 7,
                        .g2_multiplications = 1,
                        .multi_products = {3},
                        .pairings = {1},
                        .g2_hashes = 1,
                        .scalar_hashes = 4,
                        .g1_decodings = 3 + 4,
                        .g2_decodings = 1,
                        .g1_encodings = 6,
                        .g2_encodings = 1}),
          given->hello.size() + given->confirm.size()};
}

Case first_visit_hospital_case() {
  const auto given = std::make_shared<Parties>();
  const auto stored = std::make_shared<SecretBytes>(encode_secret(given->hospital_side));
  return {[=] {
            static_cast<void>(encode(must(Responder::answer(given->ppub, given->hospital, given->patient.signing.verification_key(),
                                                            must(decode<Hello>(given->hello)), given->rng))
                                         .reply()));
            return given->hospital_side.receive(given->ppub, must(decode<Confirm>(given->confirm))).has_value();
          },
          recipe_floor({.g1_multiplications = 7,
                        .multi_products = {3},
                        .pairings = {2, 1},
                        .g1_hashes = 1,
                        .scalar_hashes = 4,
                        .g1_decodings = 4,
                        .g2_decodings = 1,
                        .g1_encodings = 6}),
          given->reply.size() + 32};
}

Case emergency_doctor_case() {
  const auto given = std::make_shared<Parties>();
  const EmergencyScope scope = given->scope();
  const auto first = std::make_shared<std::pair<EmergencyRequester, Bytes>>(given->ask_in_emergency(scope));
  const Bytes answer = given->serve_in_emergency(first->second);
  return {
      [=] {
        static_cast<void>(given->ask_in_emergency(scope));
        return first->first.open_records(given->doctor, must(decode<Answer>(answer))).has_value();
      },
      recipe_floor({.g1_multiplications = 6, .pairings = {1}, .g2_hashes = 1, .scalar_hashes = 3, .g1_decodings = 1, .g1_encodings = 6}),
      first->second.size()};
}

Case emergency_hospital_case() {
  const auto given = std::make_shared<Parties>();
  const Bytes sealed = given->ask_in_emergency(given->scope()).second;
  return {[=] { return !given->serve_in_emergency(sealed).empty(); },
          recipe_floor({.g1_multiplications = 3,
                        .multi_products = {3, 3, 2},
                        .pairings = {1},
                        .g1_hashes = 1,
                        .scalar_hashes = 4,
                        .g1_decodings = 4,
                        .g1_encodings = 6}),
          given->serve_in_emergency(sealed).size()};
}

Case factors_case() {
  const auto given = std::make_shared<Parties>();
  return {[=] { return encryption_factors(given->patient_side.factors(), 1, 1000).has_value(); },
          recipe_floor({.scalar_hashes = 2002, .hash_size = 36})};
}

struct Scans {
  SeededRng rng{1};
  Template first;
  Template second;
  Scans() {
    rng.fill(first.value.expose());
    first.usable.fill(0xff);
    second = {first.value.copy(), first.usable};
    for (std::size_t i = 0; i < Template::bits / 5; ++i) second.value.expose()[rng.below(256)] ^= static_cast<Byte>(1U << rng.below(8));
  }
};

// Of our own code but for libfec's and OpenSSL's parts: they have no floor.
Case fuzzy_generate_case() {
  const auto scans = std::make_shared<Scans>();
  return {
      [=] { return generate(scans->first, scans->rng).has_value(); }, {}, encode(must(generate(scans->first, scans->rng)).helper).size()};
}
Case fuzzy_reproduce_case() {
  const auto scans = std::make_shared<Scans>();
  const Helper helper = must(generate(scans->first, scans->rng)).helper;
  return {[=] { return reproduce(scans->second, helper).has_value(); }, {}, 0};
}

}  // namespace

std::vector<Row> sharing_rows() {
  return {
      {"taka.patient", [] { return patient_case(1); }, {}},
      {"taka.doctor", [] { return doctor_case(1); }, {}},
      {"taka.hospital", [] { return hospital_case(1); }, {}},
      {"taka.share", [] { return share_case(1); }, "pairing"},
      {"taka.share.10", [] { return share_case(10); }, {}},
      {"first_visit.patient", first_visit_patient_case, {}},
      {"first_visit.hospital", first_visit_hospital_case, {}},
      {"emergency.doctor", emergency_doctor_case, {}},
      {"emergency.hospital", emergency_hospital_case, {}},
      {"factors.1000", factors_case, {}},
      {"fuzzy.gen", fuzzy_generate_case, {}},
      {"fuzzy.rep", fuzzy_reproduce_case, {}},
  };
}

}  // namespace caduceus::bench
