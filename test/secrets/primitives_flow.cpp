// Hashes and key derivation, sealing and streams, scalars, points, pairings.
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/crypto/record_body.h"
#include "test/secrets/marks.h"
#include "test/secrets/sections.h"

namespace caduceus {
namespace {

void hashes(Rng& rng) {
  const auto secret = rng.bytes<32>();
  still_secret(derive_key(KeyHash::hsk, "label", {as_bytes("transcript"), secret}));
  still_secret(derive_key(KeyHash::h6, "label", {secret}));
  // Chains of factors (§4) go through these.
  for (const ScalarHash which : {ScalarHash::h0, ScalarHash::h2, ScalarHash::h4, ScalarHash::h5, ScalarHash::h7}) {
    still_secret(Secret<Scalar>(hash_to_scalar(which, {secret})));
  }
  publish(hash({secret}));
  publish(sha256(secret));
  publish(hash_to_g1(PointHash::bls_message, {secret}));
  publish(hash_to_g2({secret}));

  const auto other = rng.bytes<32>();
  CHECK(declassify(equal_in_constant_time(secret, secret)));
  CHECK(!declassify(equal_in_constant_time(secret, other)));
  CHECK(!equal_in_constant_time(secret, ByteView(other).first(31)));
}

void sealing(Rng& rng) {
  const SecretKey key(rng.bytes<32>());
  const auto plain = rng.bytes<100>();
  Bytes sealed = seal(key, as_bytes("context"), plain, rng);
  publish(sealed);
  CHECK(is_poisoned(must(open(key, as_bytes("context"), sealed)).expose()));
  sealed.back() ^= 1;
  CHECK(open(key, as_bytes("context"), sealed).error() == Reject::sealed_invalid);
}

void streams(Rng& rng) {
  const SecretKey key(rng.bytes<32>());
  SecretBytes plain(stream_chunk_size + 5);
  rng.fill(plain.expose());
  Bytes sealed = seal_stream(key, as_bytes("context"), plain.expose(), rng);
  publish(sealed);
  CHECK(is_poisoned(must(open_stream(key, as_bytes("context"), sealed)).expose()));
  const ByteView cut = ByteView(sealed).first(stream_header_size + stream_sealed_chunk_size);
  CHECK(open_stream(key, as_bytes("context"), cut).error() == Reject::stream_truncated);
  sealed.back() ^= 1;
  CHECK(open_stream(key, as_bytes("context"), sealed).error() == Reject::sealed_invalid);
}

// A record that is too long to be in memory, and its body in an answer.
void bodies_in_pieces(Rng& rng) {
  const SecretKey key(rng.bytes<32>());
  const RecordHead head{rng.bytes<32>(), {1}, {{2, 3}}};
  SecretBytes emr(stream_chunk_size + 5);
  rng.fill(emr.expose());
  const auto size = static_cast<std::uint32_t>(emr.size());
  RecordHasher hasher(head.salt, size);
  hasher.add(emr.expose());
  const Bytes32 hash = hasher.finish();
  publish(hash);

  BodySealer sealer(key, head, hash, size);
  Bytes sealed;
  sealer.add(emr.expose().first(1000), sealed);
  sealer.add(emr.expose().subspan(1000), sealed);
  publish(sealed);
  BodyOpener opener(key, sealed.size());
  SecretBytes opened;
  CHECK(opener.add(sealed, opened) && opener.finished() && is_poisoned(opened.expose()));
  const Bytes32 opened_hash = opener.emr_hash();
  publish(opened_hash);
  CHECK(opened_hash == hash);
  sealed.back() ^= 1;
  SecretBytes none;
  CHECK(BodyOpener(key, sealed.size()).add(sealed, none).error() == Reject::sealed_invalid);
}

void scalars(Rng& rng) {
  const Secret<Scalar> a(Scalar::random(rng));
  const Secret<Scalar> b(Scalar::random(rng));
  still_secret(Secret<Scalar>(a.expose() + b.expose() - a.expose() * b.expose()));
  still_secret(Secret<Scalar>(a.expose().inverse()));
  CHECK(!declassify(a.expose().is_zero()));
  still_secret(Secret<Scalar>(Scalar::reduce(rng.bytes<64>())));

  SecretBytes bytes = encode_secret(a);
  CHECK(is_poisoned(bytes.expose()));
  still_secret(must(decode<Secret<Scalar>>(bytes.expose())));
  std::ranges::fill(bytes.expose(), Byte{0xff});
  poison(bytes.expose());
  CHECK(decode<Secret<Scalar>>(bytes.expose()).error() == Reject::scalar_out_of_range);
}

template <class P>
void points(Rng& rng) {
  const Secret<Scalar> a(Scalar::random(rng));
  Secret<P> point(P::generator());
  point.expose() *= a.expose();
  still_secret(point);
  Secret<P> other = point.copy();
  other.expose() += P::generator();
  other.expose() += typename P::Affine(point.expose());
  other.expose() -= point.expose();
  other.expose() *= a.expose();
  still_secret(other);
  CHECK(!point.expose().is_identity() && not_identity(other.expose()));

  SecretBytes bytes = encode_secret(point);
  CHECK(is_poisoned(bytes.expose()));
  still_secret(must(decode<Secret<P>>(bytes.expose())));
  // Bytes that are no point: only why may show.
  for (const Byte first : {Byte{0x80}, Byte{0xc0}, Byte{0x00}}) {
    std::ranges::fill(bytes.expose(), Byte{0});
    bytes.expose()[0] = first;
    poison(bytes.expose());
    CHECK(!decode<Secret<P>>(bytes.expose()));
  }
}

void pairings(const Enrolled& user) {
  // K = e(Ŝ1_U, H1'-KA(ID)) and what is derived from it (§4).
  const Gt shared = pairing(user.keys.agreement.g1.expose(), hash_to_g2({as_bytes("other")}));
  const auto bytes = shared.to_bytes();
  still_secret(derive_key(KeyHash::hsk, "k_init", {bytes}));
  publish((shared * shared).to_bytes());
}

}  // namespace

void primitives(const Enrolled& user, Rng& rng) {
  hashes(rng);
  sealing(rng);
  streams(rng);
  bodies_in_pieces(rng);
  scalars(rng);
  points<G1>(rng);
  points<G2>(rng);
  pairings(user);
}

}  // namespace caduceus
