// Enrolment of a scan, the keyslot under it, an index entry, and all of them opened again.
#include "core/crypto/vault.h"
#include "test/secrets/marks.h"
#include "test/secrets/sections.h"

namespace caduceus {
namespace {

// The same eye again, with a fifth of its bits wrong, at places that are no secret.
Template again(const Template& first) {
  Template second{first.value.copy(), first.usable};
  for (std::size_t i = 0; i < Template::bits; i += 5) second.value.expose()[i / 8] ^= static_cast<Byte>(1U << i % 8);
  return second;
}

void publish_helper(const Helper& helper) {
  publish(helper.seed);
  publish(helper.offset);
  publish(helper.check);
}

Extracted enrol_scan(Rng& rng) {
  Template scan;
  rng.fill(scan.value.expose());
  scan.usable.fill(0xff);
  scan.usable[3] = 0;
  Extracted extracted = must(generate(scan, rng));
  publish_helper(extracted.helper);
  still_secret(extracted.value);
  still_secret(must(reproduce(again(scan), extracted.helper)));

  // Somebody else's: only that it is may show.
  Template other;
  rng.fill(other.value.expose());
  other.usable.fill(0xff);
  CHECK(reproduce(other, extracted.helper).error() == Reject::biometrics_differ);
  return extracted;
}

void index(const VaultKey& key, Rng& rng) {
  const Bytes32 index_key{1};
  IndexEntry entry;
  entry.keywords.items = {{"asthma"}, {"allergy"}};
  entry.hospital = {Role::hospital, {"h1"}, 1};
  rng.fill(entry.token.expose());
  SealedEntry sealed = seal_entry(key, index_key, {3}, 1, entry, rng);
  publish(sealed.sealed.value);
  const IndexEntry opened = must(open_entry(key, index_key, sealed));
  still_secret(opened.token);
  sealed.version = 2;
  CHECK(open_entry(key, index_key, sealed).error() == Reject::sealed_invalid);
}

}  // namespace

void vault(const Enrolled& hospital, Rng& rng) {
  const G1& ppub = hospital.parameters.signing;
  const IdentityKeys patient = enrol(hospital, {Role::patient, {"p4t13nt"}, 1}, rng);
  const VaultKey key(rng.bytes<32>());
  std::vector<Extracted> extracted;
  for (int finger = 0; finger < 2; ++finger) extracted.push_back(enrol_scan(rng));
  const Keyslot slot = make_keyslot(ppub, patient.signing, key, {4}, extracted, rng);
  publish(slot.nonce);
  publish(slot.sealed);
  publish(slot.signature.challenge);
  publish(slot.signature.response);
  CHECK(verify(ppub, patient.signing.verification_key(), slot).has_value());

  std::vector<SecretKey> values;
  for (const auto& one : extracted) values.push_back(one.value.copy());
  still_secret(must(open_keyslot(slot, values)));
  std::swap(values[0], values[1]);
  CHECK(open_keyslot(slot, values).error() == Reject::keyslot_key);
  index(key, rng);
}

}  // namespace caduceus
