// R10: the index and its key. Published, H6(fp) ⊕ EE: one pad for all entries, no tolerance, nothing that notices a change.
#include "core/crypto/aead.h"
#include "test/attacks/sharing_attacker.h"

namespace caduceus {
namespace {

struct Vault : testing::Test {
  Sharing s;
  Template finger = scan();
  const std::vector<Extracted> extracted = enrolled(finger);
  const VaultKey vault{s.rng.bytes<32>()};
  const Keyslot slot = make_keyslot(s.ppub, s.patient.signing, vault, s.rng.bytes<16>(), extracted, s.rng);
  const VerificationKey patient = s.patient.signing.verification_key();

  const Bytes32 index_key = s.rng.bytes<32>();
  const ByteArray<16> id = s.rng.bytes<16>();
  const IndexEntry entry{
      {{{"asthma"}, {"penicillin allergy"}}}, Bytes32{1}, s.hospital.signing.identity, {1, 2}, emergency_token(s.factor({1, 2}))};
  const SealedEntry sealed = seal_entry(vault, index_key, id, 1, entry, s.rng);

  Template scan() {
    Template fresh;
    s.rng.fill(fresh.value.expose());
    fresh.usable.fill(0xff);
    return fresh;
  }
  std::vector<Extracted> enrolled(const Template& of) {
    std::vector<Extracted> one;
    one.push_back(must(generate(of, s.rng)));
    return one;
  }
  // By whoever holds the slot and shows a scan.
  static Checked<VaultKey> open_with(const Keyslot& shown, const Template& scan) {
    std::vector<SecretKey> values;
    for (const Helper& helper : shown.helpers.items) {
      TRY(SecretKey value, reproduce(scan, helper));
      values.push_back(std::move(value));
    }
    return open_keyslot(shown, values);
  }
};

using index_attack = Vault;
using keyslot_attack = Vault;

// C1 ⊕ C2 = EE1 ⊕ EE2 was the published pad's. Here the same entry twice, at one place and at two, has nothing in common but its length; nor do two
// entries under one key, which the nonce keeps apart.
TEST_F(index_attack, no_pad_is_used_twice) {
  const IndexEntry other{{{{"hiv"}}}, Bytes32{2}, s.hospital.signing.identity, {1, 3}, emergency_token(s.factor({1, 3}))};
  const std::vector<SealedEntry> all{
      sealed, seal_entry(vault, index_key, id, 1, entry, s.rng), seal_entry(vault, index_key, id, 2, entry, s.rng),
      seal_entry(vault, index_key, s.rng.bytes<16>(), 1, entry, s.rng), seal_entry(vault, index_key, id, 1, other, s.rng)};
  const auto padded = [](const IndexEntry& of) {
    const SecretBytes plain = encode_secret(of);
    Bytes bytes(plain.expose().begin(), plain.expose().end());
    bytes.push_back(0x80);
    bytes.resize(512);
    return bytes;
  };
  const Bytes one = padded(entry);
  const Bytes two = padded(other);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i].sealed.value.size(), 512U + 28);
    for (std::size_t k = 0; k < i; ++k) {
      std::size_t same = 0;
      std::size_t leaks = 0;
      for (std::size_t n = 12; n < 12 + 512; ++n) {
        const unsigned difference = all[i].sealed.value[n] ^ all[k].sealed.value[n];
        const unsigned in_the_clear = one[n - 12] ^ two[n - 12];
        if (difference == 0) ++same;
        if (difference == in_the_clear) ++leaks;
      }
      // 512 bytes, of which two are expected to agree.
      EXPECT_LT(same, 20U) << i << ", " << k;
      EXPECT_LT(leaks, 20U) << i << ", " << k;
    }
  }
}

// MED keeps entries; who writes there, or keeps it, may exchange them.
TEST_F(index_attack, an_entry_at_anothers_place_is_refused) {
  EXPECT_THAT(open_entry(vault, index_key, sealed), accepted());
  const SealedEntry other = seal_entry(vault, index_key, s.rng.bytes<16>(), 1, entry, s.rng);
  const SealedEntry next = seal_entry(vault, index_key, id, 2, entry, s.rng);
  EXPECT_THAT(open_entry(vault, index_key, {other.id, 1, sealed.sealed}), refused_as(Reject::sealed_invalid));  // as another entry
  EXPECT_THAT(open_entry(vault, index_key, {id, 2, sealed.sealed}), refused_as(Reject::sealed_invalid));  // an old version as the new one
  EXPECT_THAT(open_entry(vault, index_key, {id, 1, next.sealed}), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(open_entry(vault, s.rng.bytes<32>(), sealed), refused_as(Reject::sealed_invalid));  // as another patient's
  EXPECT_THAT(open_entry(VaultKey(s.rng.bytes<32>()), index_key, sealed), refused_as(Reject::sealed_invalid));  // after VK was changed
}

TEST_F(index_attack, every_field_and_every_byte_of_an_entry_counts) {
  const auto opens = [&](const SealedEntry& shown) { return open_entry(vault, index_key, shown); };
  expect_every_field_counts(
      sealed, {{"id", Reject::sealed_invalid}, {"version", Reject::sealed_invalid}, {"sealed", Reject::sealed_invalid}}, opens);
  for (std::size_t i = 0; i < sealed.sealed.value.size(); ++i) {
    SealedEntry changed = sealed;
    changed.sealed.value[i] ^= 1;
    EXPECT_THAT(opens(changed), refused_as(Reject::sealed_invalid)) << i;
  }
}

// Who has VK cannot write one entry in two ways: a version of it that differs is another entry.
TEST_F(index_attack, padding_has_one_form) {
  const SecretKey key = derive_key(KeyHash::hsk, "index-entry", {vault.expose(), id});
  const SecretBytes place = sequence({id, index_key, big_endian(std::uint32_t{1})});
  const SecretBytes plain = encode_secret(entry);
  const auto opened = [&](const Bytes& marks, std::size_t size) {
    Bytes padded(plain.expose().begin(), plain.expose().end());
    padded.insert(padded.end(), marks.begin(), marks.end());
    padded.resize(size);
    return open_entry(vault, index_key, {id, 1, {seal(key, place.expose(), padded, s.rng)}});
  };
  EXPECT_THAT(opened({0x80}, 512), accepted());
  EXPECT_THAT(opened({0x80}, 1024), refused_as(Reject::index_entry_padding));
  EXPECT_THAT(opened({0x80}, 511), refused_as(Reject::index_entry_padding));
  EXPECT_THAT(opened({0x81}, 512), refused_as(Reject::index_entry_padding));
  EXPECT_THAT(opened({0x80, 0x80}, 512), refused_as(Reject::trailing_bytes));
  EXPECT_THAT(open_entry(vault, index_key, {id, 1, {seal(key, place.expose(), Bytes(512), s.rng)}}),
              refused_as(Reject::index_entry_padding));
}

TEST_F(keyslot_attack, an_altered_helper_is_refused) {
  EXPECT_THAT(open_with(slot, finger), accepted());
  const Helper& good = slot.helpers.items[0];
  for (std::size_t i = 0; i < encode(good).size(); i += 3) {
    Bytes bytes = encode(good);
    bytes[i] ^= static_cast<Byte>(1U << i % 8);
    EXPECT_THAT(reproduce(finger, must(decode<Helper>(bytes))), refused_as(Reject::biometrics_differ)) << i;
  }
  // Most of the mask taken away, so that few bits are left to be told apart by.
  Helper narrow = good;
  std::fill_n(narrow.usable.begin(), 200, Byte{0});
  EXPECT_THAT(reproduce(finger, narrow), refused_as(Reject::template_unusable));
  // Two enrolments of one finger, mixed: what a holder of several slots might try, to learn their difference.
  const Helper other = must(generate(finger, s.rng)).helper;
  Helper mixed = good;
  mixed.offset = other.offset;
  EXPECT_THAT(reproduce(finger, mixed), refused_as(Reject::biometrics_differ));
  mixed = good;
  mixed.seed = other.seed;
  EXPECT_THAT(reproduce(finger, mixed), refused_as(Reject::biometrics_differ));
  // In the slot it is the patient's signature, and the key.
  Keyslot exchanged = slot;
  exchanged.helpers.items[0] = other;
  EXPECT_THAT(verify(s.ppub, patient, exchanged), refused_as(Reject::signature_invalid));
  EXPECT_THAT(open_with(exchanged, finger), refused_as(Reject::keyslot_key));
}

TEST_F(keyslot_attack, another_person_is_refused) { EXPECT_THAT(open_with(slot, scan()), refused_as(Reject::biometrics_differ)); }

TEST_F(keyslot_attack, a_slot_that_the_patient_did_not_sign_is_refused) {
  EXPECT_THAT(verify(s.ppub, patient, slot), accepted());
  // A holder makes a slot of its own, over its own finger: it would be asked for her index key's entries under a VK of its choice.
  const Keyslot own = make_keyslot(s.ppub, s.hospital.signing, VaultKey(s.rng.bytes<32>()), slot.helper_id, extracted, s.rng);
  EXPECT_THAT(verify(s.ppub, patient, own), refused_as(Reject::signature_other_key));
  Keyslot as_hers = own;
  as_hers.signature.public_point = patient.public_point;
  EXPECT_THAT(verify(s.ppub, patient, as_hers), refused_as(Reject::signature_invalid));
  as_hers.signature = slot.signature;
  EXPECT_THAT(verify(s.ppub, patient, as_hers), refused_as(Reject::signature_invalid));
  // What she signed for another purpose is no slot.
  Bytes text = encode(own);
  text.resize(text.size() - encode(own.signature).size());
  as_hers.signature = sign(s.ppub, s.patient.signing, "message", text, s.rng);
  EXPECT_THAT(verify(s.ppub, patient, as_hers), refused_as(Reject::signature_invalid));
}

TEST_F(keyslot_attack, every_field_counts) {
  expect_every_field_counts(slot,
                            {{"version", Reject::keyslot_version},
                             {"kdf", Reject::keyslot_version},
                             {"oprf key", Reject::keyslot_version},
                             {"helper id", Reject::signature_invalid},
                             {"helpers", Reject::signature_invalid},
                             {"nonce", Reject::signature_invalid},
                             {"sealed", Reject::signature_invalid},
                             {"L", Reject::signature_other_key},
                             {"h", Reject::signature_invalid},
                             {"v", Reject::signature_invalid}},
                            [&](const Keyslot& changed) { return verify(s.ppub, patient, changed); });
  // The key alone notices as much, for whoever opens without looking at the signature.
  const auto opens = [&](const auto& change_it) {
    Keyslot changed = slot;
    change_it(changed);
    std::vector<SecretKey> values;
    values.reserve(extracted.size());
    for (const auto& one : extracted) values.push_back(one.value.copy());
    return open_keyslot(changed, values);
  };
  EXPECT_THAT(opens([](Keyslot&) {}), accepted());
  EXPECT_THAT(opens([](Keyslot& k) { change(k.version); }), refused_as(Reject::keyslot_version));
  EXPECT_THAT(opens([](Keyslot& k) { change(k.oprf_key); }), refused_as(Reject::keyslot_version));
  EXPECT_THAT(opens([](Keyslot& k) { change(k.helper_id); }), refused_as(Reject::keyslot_key));
  EXPECT_THAT(opens([](Keyslot& k) { change(k.helpers); }), refused_as(Reject::keyslot_key));
  EXPECT_THAT(opens([](Keyslot& k) { change(k.nonce); }), refused_as(Reject::keyslot_key));
  EXPECT_THAT(opens([](Keyslot& k) { change(k.sealed); }), refused_as(Reject::keyslot_key));
  EXPECT_THAT(opens([](Keyslot& k) { k.helpers.items.push_back(k.helpers.items[0]); }), refused_as(Reject::keyslot_key));
}

// All fingers of a slot are needed, in their order.
TEST_F(keyslot_attack, one_finger_of_two_does_not_open_it) {
  std::vector<Extracted> two = enrolled(finger);
  two.push_back(must(generate(scan(), s.rng)));
  const Keyslot both = make_keyslot(s.ppub, s.patient.signing, vault, s.rng.bytes<16>(), two, s.rng);
  const auto with = [&](const SecretKey& first, const SecretKey& second) {
    std::vector<SecretKey> values;
    values.push_back(first.copy());
    values.push_back(second.copy());
    return open_keyslot(both, values);
  };
  EXPECT_THAT(with(two[0].value, two[1].value), accepted());
  EXPECT_THAT(with(two[1].value, two[0].value), refused_as(Reject::keyslot_key));
  EXPECT_THAT(with(two[0].value, two[0].value), refused_as(Reject::keyslot_key));
  EXPECT_THAT(open_with(both, finger), refused_as(Reject::biometrics_differ));
  std::vector<SecretKey> one;
  one.push_back(two[0].value.copy());
  EXPECT_THAT(open_keyslot(both, one), refused_as(Reject::keyslot_key));
}

// The same finger again: another R, so that an old slot, or what was got from it, opens no new one.
TEST_F(keyslot_attack, what_opened_an_old_slot_does_not_open_a_new_one) {
  const std::vector<Extracted> again = enrolled(finger);
  EXPECT_NE(again[0].value.expose(), extracted[0].value.expose());
  const Keyslot fresh = make_keyslot(s.ppub, s.patient.signing, VaultKey(s.rng.bytes<32>()), s.rng.bytes<16>(), again, s.rng);
  std::vector<SecretKey> old;
  old.push_back(extracted[0].value.copy());
  EXPECT_THAT(open_keyslot(fresh, old), refused_as(Reject::keyslot_key));
  EXPECT_THAT(open_with(fresh, finger), accepted());
  EXPECT_NE(keyslot_hash(fresh), keyslot_hash(slot));
}

}  // namespace
}  // namespace caduceus
