// The published scheme in our groups (test/published/taka.h), to show what the repairs cost: the same work as in taka.*, without licence,
// sealing to the hospital's key, a second proof, fresh a, and the pairing that ties α_CB to b.
#include <memory>

#include "bench/recipe.h"
#include "bench/rows.h"
#include "core/base/check.h"
#include "test/published/taka.h"

namespace caduceus::bench {
namespace {

using namespace published::taka;

// A point as it comes from the wire.
template <class Point>
Point received(const Point& point) {
  return *Point::decode(point.encode());
}

struct Published {
  static constexpr std::uint32_t record = 1;

  SeededRng rng{1};
  Consent consent{{Role::doctor, {"dr-lee.st-luke"}, 1}, {Role::hospital, {"st-mary"}, 1}, Time(1'800'000'000'000)};
  Secrets patient = Secrets::random(rng);
  DoctorKey doctor = DoctorKey::random(rng);
  Hospital hospital{consent.hospital, Secrets::random(rng), points_of(patient), {Scalar::random(rng)}};
  G1 t_a1 = received(points_of(hospital.own).first);
  Bytes emr = Bytes(4096, 0x5a);

  Published() {
    doctor.public_key = received(doctor.public_key);
    hospital.patient = {received(hospital.patient.first), received(hospital.patient.first_prime), received(hospital.patient.second)};
  }

  // C: the two points of the grant.
  [[nodiscard]] Bytes grant() const {
    const Grant made = make_grant(patient.first, consent, {{record, hospital.factors[0]}});
    Writer writer;
    write(writer, made.alpha);
    write(writer, made.factors.at(record));
    return writer.take();
  }
  // B
  [[nodiscard]] Grant receive(const Bytes& bytes) const {
    Grant grant{consent, {}, {}};
    Reader reader(bytes);
    CHECK(read(reader, grant.alpha).has_value() && read(reader, grant.factors[record]).has_value());
    return grant;
  }
  struct Sent {
    Request request;
    Bytes alpha_cb;  // its one point
  };
  [[nodiscard]] Sent ask(const Grant& grant, const Scalar& b) const {
    const Request request = make_request(doctor, grant, {record, Time(1)}, b);
    return {request, encode(request.alpha_cb)};
  }
  [[nodiscard]] bool open(const Grant& grant, const Scalar& b, const Bytes& answer) const {
    return open_answer(record_secret(b, t_a1, grant.factors.at(record)), answer).has_value();
  }
  // A
  Bytes serve(const Sent& sent) {
    Request request = sent.request;
    request.alpha_cb = *G2::decode(sent.alpha_cb);
    const auto accepted = hospital.check(doctor.public_key, request, Time(1));
    CHECK(accepted.has_value());
    return hospital.answer(*accepted, emr, rng);
  }

  [[nodiscard]] std::size_t consent_size() const {
    return encode(consent.doctor).size() + encode(consent.hospital).size() + encode(consent.expires).size();
  }
};

Case patient_case() {
  const auto given = std::make_shared<Published>();
  const std::size_t bytes = given->consent_size() + sizeof Published::record + given->grant().size();
  return {[=] { return !given->grant().empty(); }, recipe_floor({.g2_multiplications = 2, .scalar_hashes = 2, .g2_encodings = 2}), bytes};
}

Case doctor_case() {
  const auto given = std::make_shared<Published>();
  const Bytes grant = given->grant();
  const Scalar b = Scalar::random(given->rng);
  const Bytes answer = given->serve(given->ask(given->receive(grant), b));
  const std::size_t bytes = given->consent_size() + sizeof(Request::n) + G2::encoded_size + 2 * Scalar::encoded_size;
  return {[=] {
            const Grant received = given->receive(grant);
            static_cast<void>(given->ask(received, b));
            return given->open(received, b, answer);
          },
          recipe_floor({.g1_multiplications = 2,
                        .g2_multiplications = 1,
                        .pairings = {1, 1},
                        .scalar_hashes = 1,
                        .g2_decodings = 2,
                        .g1_encodings = 1,
                        .g2_encodings = 1}),
          bytes};
}

Case hospital_case() {
  const auto given = std::make_shared<Published>();
  const auto sent = given->ask(given->receive(given->grant()), Scalar::random(given->rng));
  return {
      [=] { return !given->serve(sent).empty(); },
      recipe_floor(
          {.g1_multiplications = 2, .multi_products = {2}, .pairings = {1, 1}, .scalar_hashes = 3, .g2_decodings = 1, .g1_encodings = 1}),
      given->serve(sent).size()};
}

}  // namespace

std::vector<Row> published_rows() {
  return {
      {"taka.published.patient", patient_case, {}},
      {"taka.published.doctor", doctor_case, {}},
      {"taka.published.hospital", hospital_case, {}},
  };
}

}  // namespace caduceus::bench
