// Sealing keys, keyslots and index entries against @noble/curves' and Node's.
#include "core/crypto/vault.h"
#include "test/vectors_sharing.h"

namespace caduceus {
namespace {

class VaultVectors : public testing::Test {
 protected:
  const Json file = load_vectors("vault");
  const G1 ppub = value_at<G1>(file, "ppub_sig");
  const SigningKey patient = signing_key_of(file.at("patient"));
  const VaultKey vault = secret_at<Bytes32>(file, "vault_key");
  const Bytes32 index_key = value_at<Bytes32>(file, "index_key");

  static std::vector<SecretKey> recovered(const Json& v) {
    std::vector<SecretKey> values;
    for (const auto& one : v.at("recovered")) values.emplace_back(value_of<Bytes32>(one));
    return values;
  }
};

TEST_F(VaultVectors, sealing_key) {
  const Json& v = file.at("sealing_key");
  const SealingKey key{identity_at(v, "identity"), secret_at<Scalar>(v, "secret"), value_at<G1>(v, "public_key")};
  EXPECT_EQ(key.secret.expose() * G1::generator(), key.public_key);
  ScriptedRng rng;
  rng.bytes(bytes_at(v, "fresh32"));
  const SealingPublicKey published = publish(key, rng);
  EXPECT_EQ(to_hex(published.challenge.encode()), text_at(v, "challenge"));
  EXPECT_EQ(to_hex(published.response.encode()), text_at(v, "response"));
  EXPECT_TRUE(verify(published));
  ASSERT_FALSE(v.at("refused").empty());
  for (const auto& r : v.at("refused")) {
    const bool identity = text_at(r, "what").starts_with("R1:");
    const SealingPublicKey wrong{identity_at(r, "identity"), value_at<G1>(r, "public_key"), value_at<Scalar>(r, "challenge"),
                                 value_at<Scalar>(r, "response")};
    expect_refused(verify(wrong), identity ? Reject::point_is_identity : Reject::possession_of_sealing_key, r);
  }
}

TEST_F(VaultVectors, keyslots) {
  for (const auto& v : file.at("keyslots")) {
    SCOPED_TRACE(text_at(v, "what"));
    std::vector<Extracted> extracted;
    for (auto& value : recovered(v)) {
      const Json& given = v.at("helpers").at(extracted.size());
      const Helper helper{value_at<Bytes32>(given, "seed"), value_at<ByteArray<256>>(given, "offset"),
                          value_at<ByteArray<256>>(given, "mask"), value_at<Bytes32>(given, "check")};
      EXPECT_EQ(to_hex(encode(helper)), text_at(given, "bytes"));
      extracted.push_back({std::move(value), helper});
    }
    ASSERT_EQ(extracted.size(), v.at("helpers").size());
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "nonce")).bytes(bytes_at(v, "fresh32"));
    const Keyslot ours = make_keyslot(ppub, patient, vault, value_at<ByteArray<16>>(v, "helper_id"), extracted, rng);
    EXPECT_TRUE(rng.is_used_up());
    EXPECT_EQ(ours.version, v.at("version"));
    EXPECT_EQ(ours.kdf, v.at("kdf"));
    EXPECT_EQ(ours.oprf_key, v.at("oprf_key_id"));
    EXPECT_EQ(to_hex(ours.nonce) + to_hex(ours.sealed), text_at(v, "sealed"));
    EXPECT_EQ(to_hex(encode(ours.signature)), text_at(v.at("signature"), "bytes"));
    EXPECT_EQ(to_hex(encode(ours)), text_at(v, "keyslot"));
    EXPECT_EQ(to_hex(keyslot_hash(ours)), text_at(v, "keyslot_hash"));

    const auto theirs = value_at<Keyslot>(v, "keyslot");
    EXPECT_TRUE(verify(ppub, patient.verification_key(), theirs));
    EXPECT_EQ(must(open_keyslot(theirs, recovered(v))).expose(), vault.expose());
  }
}

TEST_F(VaultVectors, refused_keyslots) {
  ASSERT_FALSE(file.at("refused_keyslots").empty());
  for (const auto& v : file.at("refused_keyslots")) {
    const auto slot = value_at<Keyslot>(v, "keyslot");
    const bool other_key = slot.signature.public_point != patient.public_point;
    expect_refused(verify(ppub, patient.verification_key(), slot), other_key ? Reject::signature_other_key : Reject::signature_invalid, v);
  }
  ASSERT_FALSE(file.at("refused_openings").empty());
  for (const auto& v : file.at("refused_openings")) {
    expect_refused(open_keyslot(value_at<Keyslot>(v, "keyslot"), recovered(v)),
                   reason_of(v, {{"the tag does not fit", Reject::keyslot_key}}), v);
  }
}

TEST_F(VaultVectors, malformed_keyslots) {
  expect_malformed<Keyslot>(file.at("malformed_keyslots"),
                            {{"the version is not 1", Reject::keyslot_version}, {"the key derivation is not 1", Reject::keyslot_version}});
}

TEST_F(VaultVectors, entries) {
  for (const auto& v : file.at("entries")) {
    SCOPED_TRACE(text_at(v, "what"));
    IndexEntry entry{{},
                     value_at<Bytes32>(v, "htxm"),
                     identity_at(v, "hospital"),
                     value_at<RecordPlace>(v.at("place"), "bytes"),
                     secret_at<Bytes32>(v, "tau")};
    for (const auto& keyword : v.at("keywords")) entry.keywords.items.push_back({keyword.get<std::string>()});
    EXPECT_EQ(to_hex(encode_secret(entry).expose()), text_at(v, "entry"));
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "nonce"));
    const SealedEntry ours = seal_entry(vault, index_key, value_at<ByteArray<16>>(v, "entry_id"), v.at("version"), entry, rng);
    EXPECT_EQ(ours.sealed.value.size(), v.at("padded_length").get<std::size_t>() + 12 + 16);
    EXPECT_EQ(to_hex(ours.sealed.value), text_at(v, "sealed"));
    EXPECT_EQ(to_hex(encode(ours)), text_at(v, "sealed_entry"));
    const IndexEntry opened = must(open_entry(vault, index_key, value_at<SealedEntry>(v, "sealed_entry")));
    EXPECT_EQ(to_hex(encode_secret(opened).expose()), text_at(v, "entry"));
  }
}

TEST_F(VaultVectors, refused_entries) {
  const auto open = [&](const Bytes& bytes) -> Checked<IndexEntry> {
    TRY(const SealedEntry sealed, decode<SealedEntry>(bytes));
    return open_entry(vault, index_key, sealed);
  };
  const Reasons own{
      {"not a multiple of 512 bytes", Reject::index_entry_padding},
      {"the padding is not 0x80 and zeros, of one block", Reject::index_entry_padding},
  };
  ASSERT_FALSE(file.at("refused_entries").empty());
  for (const auto& v : file.at("refused_entries")) expect_refused(open(bytes_at(v, "sealed_entry")), reason_of(v, own), v);
}

}  // namespace
}  // namespace caduceus
