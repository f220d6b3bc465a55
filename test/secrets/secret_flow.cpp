// Runs whatever handles secrets, for valgrind to watch: docs/TESTING.md, "Secrets".
//
// A secret's memory is marked as undefined, and valgrind carries the mark along to all that is computed from it. A branch that depends
// on it, or an address, is reported as one that depends on uninitialised memory: the time that takes, or the cache line, would tell
// something about the secret. What goes on the wire is marked as defined here (publish) when it leaves the function that made it.
// What our code learns about a secret inside such a function is said by declassify() in the code; this is the one used here.
#include <array>
#include <cstdio>
#include <string_view>

#include "core/crypto/aggregate_signature.h"
#include "core/crypto/keystore.h"
#include "core/crypto/licence.h"
#include "core/crypto/multi_signature.h"
#include "test/secrets/marks.h"
#include "test/secrets/sections.h"

namespace caduceus {

// In place of the library's, which the linker leaves out since this one is there.
int declassify(int outcome) {
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(&outcome, sizeof outcome));
  return outcome;
}
void declassify(ByteView bytes) { static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size())); }

namespace {

const Identity hospital{Role::hospital, {"h1"}, 1};
const Identity doctor{Role::doctor, {"dr-lee"}, 1};

void publish_request(const PendingRegistration& pending) {
  publish(pending.request.commitment);
  publish(pending.request.challenge);
  publish(pending.request.response);
}

Enrolled registration(Rng& rng) {
  Enrolled made{MasterSecrets::random(rng), {}, {}};
  still_secret(made.master.aggregate);
  made.parameters = SystemParameters::of(made.master);
  publish(made.parameters);
  CHECK(made.parameters.check());
  made.keys = enrol(made, hospital, rng);
  still_secret(made.keys.signing.partial);
  still_secret(made.keys.signing.secret_value);
  still_secret(made.keys.agreement.g1);
  still_secret(made.keys.agreement.g2);
  still_secret(made.keys.aggregate.k0);
  still_secret(made.keys.aggregate.k1);
  return made;
}

// Keys that do not fit: only that they do not may show.
void wrong_keys(const Enrolled& made, Rng& rng) {
  const PendingRegistration pending = begin_registration(made.parameters.signing, hospital, rng);
  publish_request(pending);
  IssuedKeys issued = must(issue_keys(made.master, made.parameters, pending.request, rng));
  publish(issued.public_point);
  issued.partial.expose() += Scalar(1);
  CHECK(accept_keys(made.parameters, pending, issued).error() == Reject::issued_partial_key);
  issued.partial.expose() -= Scalar(1);
  issued.aggregate_k1.expose() += G1::generator();
  CHECK(accept_keys(made.parameters, pending, issued).error() == Reject::issued_aggregate_key);
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
  wrong_keys(user, rng);
  section("certificateless signature");
  certificateless_signature(user, rng);
  section("aggregate signature");
  aggregate_signature(user, rng);
  section("multi-signature");
  multi_signature(rng);
  section("hashes, sealing, groups");
  primitives(user, rng);
  section("keystore");
  keystore(user, rng);
  section("key agreement, factors, grants, emergencies");
  sharing(user, rng);
  section("sealing keys");
  sealing_keys(rng);
  section("biometrics, keyslot, index");
  vault(user, rng);
}

}  // namespace

IdentityKeys enrol(const Enrolled& authority, const Identity& identity, Rng& rng) {
  const PendingRegistration pending = begin_registration(authority.parameters.signing, identity, rng);
  publish_request(pending);
  const IssuedKeys issued = must(issue_keys(authority.master, authority.parameters, pending.request, rng));
  publish(issued.public_point);
  return must(accept_keys(authority.parameters, pending, issued));
}

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
