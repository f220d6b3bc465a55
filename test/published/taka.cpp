#include "test/published/taka.h"

#include "core/crypto/aead.h"
#include "core/crypto/hash.h"

namespace caduceus::published::taka {
namespace {

Visit visit(const Gt& identities, const G1& shared, const Identity& patient, const Identity& hospital, const G1& t_c1, const G1& t_a1) {
  const SecretKey key = derive_key(KeyHash::hsk, "published-visit", {shared.encode(), identities.to_bytes()});
  return {mac(key, {encode(patient), encode(hospital), t_c1.encode(), t_a1.encode()}), {}, {}};
}

Scalar challenge(const Consent& consent, const ByteArray<16>& n, const G2& alpha_cb, const G1& t_b) {
  return hash_to_scalar(ScalarHash::h2,
                        {encode(consent.hospital), encode(consent.doctor), encode(consent.expires), n, alpha_cb.encode(), t_b.encode()});
}

// H3(g_b): as many bytes as θ has.
ByteArray<16> key_stream(const Gt& g_b) {
  const SecretKey stream = derive_key(KeyHash::hsk, "published-H3", {g_b.to_bytes()});
  ByteArray<16> bytes;
  std::copy_n(stream.expose().begin(), bytes.size(), bytes.begin());
  return bytes;
}

// The same both ways.
ByteArray<16> mask(const Gt& g_b, ByteArray<16> bytes) {
  const ByteArray<16> stream = key_stream(g_b);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] ^= stream[i];
  return bytes;
}

SecretKey answer_key(const Gt& k) { return derive_key(KeyHash::hsk, "published-answer", {k.to_bytes()}); }

}  // namespace

Points points_of(const Secrets& secrets) {
  return {secrets.first * G1::generator(), secrets.first * G2::generator(), secrets.second * G1::generator()};
}

Visit visit_of_patient(const AgreementKey& patient, const Secrets& own, const Identity& hospital, const Points& received) {
  const Gt identities = pairing(patient.g1.expose(), hash_to_g2({encode(hospital)}));
  Visit side = visit(identities, own.first * received.first, patient.identity, hospital, points_of(own).first, received.first);
  side.alpha = own.first * received.second;
  side.beta = own.second * received.first;
  return side;
}

Visit visit_of_hospital(const AgreementKey& hospital, const Secrets& own, const Identity& patient, const Points& received) {
  const Gt identities = pairing(hash_to_g1(PointHash::key_agreement, {encode(patient)}), hospital.g2.expose());
  Visit side = visit(identities, own.first * received.first, patient, hospital.identity, received.first, points_of(own).first);
  side.alpha = own.second * received.first;
  side.beta = own.first * received.second;
  return side;
}

std::vector<Scalar> encryption_factors(const Visit& visit, std::size_t n) {
  std::vector<Scalar> beta{hash_to_scalar(ScalarHash::h4, {visit.beta.encode()})};
  for (std::size_t i = 1; i <= n; ++i) beta.push_back(hash_to_scalar(ScalarHash::h5, {beta.back().encode()}));
  std::vector<Scalar> alpha;
  Scalar previous = hash_to_scalar(ScalarHash::h4, {visit.alpha.encode()});
  for (std::size_t i = 1; i <= n; ++i) {
    Bytes32 sum = previous.encode();
    const Bytes32 other = beta[n - i + 1].encode();
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] ^= other[k];
    previous = hash_to_scalar(ScalarHash::h5, {sum});
    alpha.push_back(previous);
  }
  return alpha;
}

Scalar consent_value(const Consent& consent) {
  return hash_to_scalar(ScalarHash::h0, {encode(consent.hospital), encode(consent.expires)}) +
         hash_to_scalar(ScalarHash::h0, {encode(consent.doctor), encode(consent.expires)});
}

Grant make_grant(const Scalar& c1, const Consent& consent, const std::map<std::uint32_t, Scalar>& factors) {
  Grant grant{consent, (c1 + consent_value(consent)).inverse() * G2::generator(), {}};
  for (const auto& [record, factor] : factors) grant.factors[record] = (c1 * factor) * G2::generator();
  return grant;
}

DoctorKey DoctorKey::random(Rng& rng) {
  const Scalar secret = Scalar::random(rng);
  return {secret, secret * G1::generator()};
}

Gt request_secret(const G1& t_c1, const Request& request) {
  return pairing(t_c1 + consent_value(request.consent) * G1::generator(), request.alpha_cb);
}

std::optional<Wanted> open_wanted(const Gt& g_b, const Request& request) {
  const ByteArray<16> bytes = mask(g_b, request.n);
  Reader reader(bytes);
  std::uint32_t format = 0;
  Wanted wanted;
  if (!read(reader, format) || !read(reader, wanted.record) || !read(reader, wanted.time) || format != Wanted::format) return std::nullopt;
  return wanted;
}

G1 recover_t_b(const G1& doctor, const Request& request) { return request.v * G1::generator() - request.h * doctor; }

Request make_request(const DoctorKey& doctor, const Grant& grant, const Wanted& wanted, const Scalar& b) {
  return make_request(doctor, grant.consent, b * grant.alpha, pairing(b * G1::generator(), G2::generator()), wanted, b);
}

Request make_request(const DoctorKey& doctor, const Consent& consent, const G2& alpha_cb, const Gt& g_b, const Wanted& wanted,
                     const Scalar& b) {
  Writer writer;
  write(writer, Wanted::format);
  write(writer, wanted.record);
  write(writer, wanted.time);
  const Bytes theta = writer.take();
  Request request{consent, {}, alpha_cb, {}, {}};
  std::copy_n(theta.begin(), request.n.size(), request.n.begin());
  request.n = mask(g_b, request.n);
  request.h = challenge(consent, request.n, alpha_cb, b * G1::generator());
  request.v = b + request.h * doctor.secret;
  return request;
}

std::optional<Hospital::Accepted> Hospital::check(const G1& doctor, const Request& request, Time now) const {
  if (request.consent.hospital != identity || now >= request.consent.expires) return std::nullopt;
  const G1 t_b = recover_t_b(doctor, request);
  if (challenge(request.consent, request.n, request.alpha_cb, t_b) != request.h) return std::nullopt;
  const auto wanted = open_wanted(request_secret(patient.first, request), request);
  if (!wanted || wanted->record == 0 || wanted->record > factors.size()) return std::nullopt;
  return Accepted{*wanted, t_b};
}

Bytes Hospital::answer(const Accepted& accepted, ByteView emr, Rng& rng) const {
  const Gt k = pairing((own.first * factors.at(accepted.wanted.record - 1)) * accepted.t_b, patient.first_prime);
  return seal(answer_key(k), {}, emr, rng);
}

Gt record_secret(const Scalar& b, const G1& t_a1, const G2& factor) { return pairing(b * t_a1, factor); }

std::optional<Bytes> open_answer(const Gt& k, ByteView answer) {
  const auto opened = open(answer_key(k), {}, answer);
  if (!opened) return std::nullopt;
  return Bytes(opened->expose().begin(), opened->expose().end());
}

Bytes seal_entry(ByteView fingerprint, ByteView entry) {
  Bytes sealed(entry.begin(), entry.end());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    const SecretKey pad = derive_key(KeyHash::h6, "published-pad", {fingerprint, big_endian(static_cast<std::uint32_t>(i / 32))});
    sealed[i] ^= pad.expose()[i % 32];
  }
  return sealed;
}

}  // namespace caduceus::published::taka
