#include <memory>

#include "bench/rows.h"
#include "core/crypto/aead.h"
#include "core/crypto/certificateless_signature.h"
#include "core/crypto/multi_signature.h"

namespace caduceus::bench {
namespace {

constexpr std::string_view purpose = "request";

// Points as they come from the wire: affine inside.
template <class Point>
Point received(const Point& point) {
  return *Point::decode(point.encode());
}

Case pairing_case() {
  SeededRng rng(1);
  const G1 p = received(Scalar::random(rng) * G1::generator());
  const G2 q = received(Scalar::random(rng) * G2::generator());
  return {[p, q] { return !pairing(p, q).is_one(); }, pairing_floor(p.encode(), q.encode())};
}

struct Certificateless {
  SeededRng rng{2};
  G1 ppub;
  SigningKey key;
  VerificationKey signer;
  Bytes message = Bytes(200, 0x5a);  // about a request
  Signature signature;

  Certificateless() {
    const MasterSecrets secrets = MasterSecrets::random(rng);
    const SystemParameters parameters = SystemParameters::of(secrets);
    ppub = received(parameters.signing);
    const PendingRegistration pending = begin_registration(ppub, doctor(0), rng);
    auto keys = accept_keys(parameters, pending, *issue_keys(secrets, parameters, pending.request, rng));
    key = std::move(keys->signing);
    key.public_point = received(key.public_point);
    signer = key.verification_key();
    signature = sign(ppub, key, purpose, message, rng);
  }

  // H2(purpose, m, ID, Ppub, L, T)
  [[nodiscard]] HashInput challenge_input(const G1& nonce) const {
    return hash_input("CADUCEUS-V1-H2",
                      {as_bytes(purpose), message, encode(signer.identity), ppub.encode(), signer.public_point.encode(), nonce.encode()});
  }
};

Case certificateless_sign_case() {
  const auto given = std::make_shared<Certificateless>();
  const Bytes32 some{};
  const CertificatelessSignFloor floor{
      hash_input("CADUCEUS-V1-H0", {as_bytes("nonce"), some, some, as_bytes(purpose), given->message, some}),
      given->challenge_input(G1::generator()),
  };
  return {[given] {
            given->signature = sign(given->ppub, given->key, purpose, given->message, given->rng);
            return true;
          },
          certificateless_sign_floor(floor), encode(given->signature).size()};
}

Case certificateless_verify_case() {
  const auto given = std::make_shared<Certificateless>();
  const Scalar& h = given->signature.challenge;
  const CertificatelessVerifyFloor floor{
      hash_input("CADUCEUS-V1-H7", {encode(given->signer.identity), given->ppub.encode(), given->signer.public_point.encode()}),
      given->challenge_input(G1::generator()),
      {encoded(G1::generator()), encoded(given->signer.public_point), encoded(given->ppub)},
      {encoded(given->signature.response), encoded(Scalar() - h),
       encoded(Scalar() - h * identity_factor(given->signer.identity, given->ppub, given->signer.public_point))},
      encoded(h),
  };
  return {[given] { return verify(given->ppub, given->signer, purpose, given->message, given->signature).has_value(); },
          certificateless_verify_floor(floor), encode(given->signature).size()};
}

// A quorum certificate of n hospitals, signed by as few of them as may.
Case quorum_case(std::uint16_t n) {
  SeededRng rng(3);
  const std::size_t quorum = n - (n - 1U) / 3;
  const Bytes message(100, 0x5a);  // about a block's vote
  std::vector<AffineG2> keys;
  MultiSignature signature{SignerSet(n), {}};
  QuorumFloor floor;
  for (std::size_t i = 0; i < n; ++i) {
    const BlsKey key = BlsKey::random(rng);
    keys.emplace_back(key.public_key);
    if (i >= quorum) continue;
    add_part(signature, i, sign_part(key, message));
    floor.public_keys.push_back(encoded(key.public_key));
  }
  signature = *decode<MultiSignature>(encode(signature));
  floor.message = hash_input("CADUCEUS-V1-BLS-SIG", {message});
  floor.sum = encoded(signature.sum);
  return {[=] { return verify(keys, message, signature, quorum).has_value(); }, quorum_floor(floor), encode(signature).size()};
}

Case seal_case() {
  const auto rng = std::make_shared<SeededRng>(4);
  const auto key = std::make_shared<const SecretKey>(rng->bytes<32>());
  const Bytes plain(1 << 20, 0x5a);
  return {[=] { return !seal_stream(*key, {}, plain, *rng).empty(); }, seal_floor({key->expose(), plain, stream_chunk_size}),
          seal_stream(*key, {}, plain, *rng).size()};
}

}  // namespace

std::vector<Row> signature_rows() {
  std::vector<Row> rows{
      {"pairing", pairing_case, {}},
      {"cls.sign", certificateless_sign_case, {}},
      {"cls.verify", certificateless_verify_case, {}},
  };
  // Beside a list of as many ECDSA signatures as a quorum has.
  for (const std::uint16_t n : std::initializer_list<std::uint16_t>{4, 7, 16, 31, 64}) {
    const std::string list = rows.emplace_back(ecdsa_row(n - (n - 1U) / 3)).name;
    rows.push_back({"bls.qc." + std::to_string(n), [n] { return quorum_case(n); }, list});
  }
  rows.push_back({"aead.seal.1MiB", seal_case, {}});
  return rows;
}

}  // namespace caduceus::bench
