// Runs whatever handles secrets, for valgrind to watch: docs/TESTING.md, "Secrets".
//
// A secret's memory is marked as undefined, and valgrind carries the mark along to all that is computed from it. A branch that depends
// on it, or an address, is reported as one that depends on uninitialised memory: the time that takes, or the cache line, would tell
// something about the secret. What goes on the wire is marked as defined here (publish) when it leaves the function that made it.
// What our code learns about a secret inside such a function is said by declassify() in the code; this is the one used here.
#include <valgrind/memcheck.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "core/base/check.h"
#include "core/crypto/aead.h"
#include "core/crypto/aggregate_signature.h"
#include "core/crypto/hash.h"
#include "core/crypto/keystore.h"
#include "core/crypto/licence.h"
#include "core/crypto/multi_signature.h"
#include "core/crypto/registration.h"

namespace caduceus {

// In place of the library's, which the linker leaves out since this one is there.
int declassify(int outcome) {
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(&outcome, sizeof outcome));
  return outcome;
}

namespace {

// ---- Marks

void poison(ByteSpan bytes) { static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size())); }

bool is_poisoned(ByteView bytes) {
  Bytes marks(bytes.size());
  CHECK(VALGRIND_GET_VBITS(bytes.data(), marks.data(), marks.size()) == 1);
  return std::ranges::any_of(marks, [](Byte mark) { return mark != 0; });
}

template <class T>
ByteView memory_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const Byte*>(&value), sizeof value};
}

// It goes out to everybody. It was made from secrets, or else this program poisoned nothing: that is checked.
void publish(ByteView bytes) {
  CHECK(is_poisoned(bytes));
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size()));
}
template <class T>
  requires(!std::convertible_to<const T&, ByteView>)
void publish(const T& value) {
  publish(memory_of(value));
}

// It holds a secret, and its mark has not got lost on the way.
template <class T>
void still_secret(const Secret<T>& secret) {
  CHECK(is_poisoned(memory_of(secret.expose())));
}

// Whatever is drawn here is secret until it is published.
class SecretRng final : public Rng {
 public:
  void fill(ByteSpan out) override {
    inner_.fill(out);
    poison(out);
  }

 private:
  SeededRng inner_{1};
};

// An outcome that this program looks at.
template <class T>
T must(Checked<T> result) {
  CHECK(result.has_value());
  return *std::move(result);
}

// ---- What is run

const Identity hospital{Role::hospital, {"h1"}, 1};
const Identity doctor{Role::doctor, {"dr-lee"}, 1};

struct Enrolled {
  SystemParameters parameters;
  IdentityKeys keys;
};

Enrolled registration(Rng& rng) {
  MasterSecrets master = MasterSecrets::random(rng);
  still_secret(master.aggregate);
  const SystemParameters parameters = SystemParameters::of(master);
  publish(parameters);
  CHECK(parameters.check());

  PendingRegistration pending = begin_registration(parameters.signing, hospital, rng);
  publish(pending.request.commitment);
  publish(pending.request.challenge);
  publish(pending.request.response);

  IssuedKeys issued = must(issue_keys(master, parameters, pending.request, rng));
  publish(issued.public_point);
  IdentityKeys keys = must(accept_keys(parameters, pending, issued));
  still_secret(keys.signing.partial);
  still_secret(keys.signing.secret_value);
  still_secret(keys.agreement.g1);
  still_secret(keys.agreement.g2);
  still_secret(keys.aggregate.k0);
  still_secret(keys.aggregate.k1);

  // Keys that do not fit: only that they do not may show.
  issued.partial.expose() += Scalar(1);
  CHECK(accept_keys(parameters, pending, issued).error() == Reject::issued_partial_key);
  issued.partial.expose() -= Scalar(1);
  issued.aggregate_k1.expose() += G1::generator();
  CHECK(accept_keys(parameters, pending, issued).error() == Reject::issued_aggregate_key);
  return {parameters, std::move(keys)};
}

void certificateless_signature(const Enrolled& user, Rng& rng) {
  const Signature signature = sign(user.parameters.signing, user.keys.signing, "test", as_bytes("message"), rng);
  publish(signature.challenge);
  publish(signature.response);
  CHECK(verify(user.parameters.signing, user.keys.signing.verification_key(), "test", as_bytes("message"), signature));

  const SignedLicence licence =
      must(issue_licence(user.parameters.signing, user.keys.signing, {hospital, doctor, 1, Time(1), Time(9)}, rng));
  publish(licence.signature.challenge);
  publish(licence.signature.response);
  CHECK(verify_licence(user.parameters.signing, user.keys.signing.verification_key(), licence, Time(2)));
}

void aggregate_signature(const Enrolled& user, Rng& rng) {
  const SignedMessage message{hospital, {1, 2, 3}, slot_string({}, {Epoch(1), 2})};
  const IndividualSignature signature = sign(user.keys.aggregate, message.message, UnusedString::assume_unused(message.w), rng);
  publish(signature);
  SeededRng weights(1);
  HashedIdentities identities(1);
  CHECK(find_invalid(user.parameters, {&message, 1}, {&signature, 1}, identities, weights).empty());

  // The nonce of a w is public once it is in one.
  OwnNonce nonce = OwnNonce::draw(rng);
  publish(nonce.value());
  const NonceTerms terms{{}, "SUP", "test", {hospital}, {nonce.value()}};
  static_cast<void>(must(std::move(nonce).claim(terms, hospital)));
}

void multi_signature(Rng& rng) {
  const BlsKey key = BlsKey::random(rng);
  publish(key.public_key);
  const G1 proof = prove_possession(key);
  publish(proof);
  CHECK(verify_possession(key.public_key, proof));
  const G1 part = sign_part(key, as_bytes("vote"));
  publish(part);
  CHECK(verify_part(AffineG2(key.public_key), as_bytes("vote"), part));

  const SecretBytes bytes = encode_secret(key);
  const ByteView secret = bytes.expose().first(Scalar::encoded_size);
  CHECK(is_poisoned(secret));
  still_secret(must(decode<BlsKey>(bytes.expose())).secret);
}

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

// Its public fields are known to whoever opens it; only the secrets among its content stay poisoned.
void keystore(const Enrolled& user, Rng& rng) {
  SecretBytes passphrase(20);
  rng.fill(passphrase.expose());
  const SecretBytes content = encode_secret(user.keys);
  const Bytes file = seal_keystore(content, passphrase, {8, 1, 1}, rng);
  // The cost is not secret and never was.
  publish(file);

  SecretBytes opened = must(open_keystore(file, passphrase));
  ByteSpan left = opened.expose();
  CHECK(is_poisoned(left));
  const std::size_t identity = encode(hospital).size();
  const auto take = [&left](std::size_t size, bool secret) {
    CHECK(is_poisoned(left.first(size)));
    if (!secret) publish(left.first(size));
    left = left.subspan(size);
  };
  for (const std::size_t size : {identity, G1::encoded_size}) take(size, false);
  for (int i = 0; i < 2; ++i) take(Scalar::encoded_size, true);
  take(identity, false);
  for (const std::size_t size : {G1::encoded_size, G2::encoded_size}) take(size, true);
  take(identity, false);
  for (int i = 0; i < 2; ++i) take(G1::encoded_size, true);
  CHECK(left.empty());

  const IdentityKeys keys = must(decode<IdentityKeys>(opened.expose()));
  still_secret(keys.signing.partial);
  still_secret(keys.aggregate.k1);
}

// ---- What valgrind has to find

void plant_branch(Rng& rng) {
  const auto secret = rng.bytes<1>();
  if ((secret[0] & 1) != 0) std::puts("odd");
}

void plant_index(Rng& rng) {
  const auto secret = rng.bytes<1>();
  static const std::array<Byte, 256> table{1, 2, 3};
  Byte found = table[secret[0]];
  poison({&found, 1});  // used, for all that the compiler knows
}

// The products for public scalars, which no suppression names.
void plant_public_product(Rng& rng) {
  const std::array<Term<CurveG1>, 2> terms{{{Scalar::random(rng), G1::generator()}, {Scalar::random(rng), G1::generator()}}};
  static_cast<void>(public_sum_of_products(std::span<const Term<CurveG1>>(terms)));
}

void all(Rng& rng) {
  const auto section = [](const char* name) { std::printf("%s\n", name), std::fflush(stdout); };
  section("registration");
  const Enrolled user = registration(rng);
  section("certificateless signature");
  certificateless_signature(user, rng);
  section("aggregate signature");
  aggregate_signature(user, rng);
  section("multi-signature");
  multi_signature(rng);
  section("hashes");
  hashes(rng);
  section("sealing");
  sealing(rng);
  section("streams");
  streams(rng);
  section("scalars");
  scalars(rng);
  section("points");
  points<G1>(rng);
  points<G2>(rng);
  section("pairings");
  pairings(user);
  section("keystore");
  keystore(user, rng);
}

}  // namespace
}  // namespace caduceus

int main(int count, char** arguments) {
  using namespace caduceus;
  if (RUNNING_ON_VALGRIND == 0) {
    std::fprintf(stderr, "secret_flow: only valgrind can follow secrets: valgrind --error-exitcode=9 secret_flow\n");
    return 2;
  }
  SecretRng rng;
  const std::string_view plant = count == 3 && std::string_view(arguments[1]) == "--plant" ? arguments[2] : "";
  if (plant == "branch") {
    plant_branch(rng);
  } else if (plant == "index") {
    plant_index(rng);
  } else if (plant == "public_product") {
    plant_public_product(rng);
  } else if (count == 1) {
    all(rng);
  } else {
    std::fprintf(stderr, "use: secret_flow [--plant branch|index|public_product]\n");
    return 2;
  }
  return 0;
}
