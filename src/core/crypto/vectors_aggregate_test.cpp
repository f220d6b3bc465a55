// Aggregate signatures and BLS multi-signatures against @noble/curves'.
#include "core/crypto/aggregate_equation.h"
#include "core/crypto/aggregate_signature.h"
#include "core/crypto/multi_signature.h"
#include "test/vectors.h"

namespace caduceus {
namespace {

std::vector<SignedMessage> messages_of(const Json& signed_messages) {
  std::vector<SignedMessage> messages;
  for (const auto& v : signed_messages) {
    messages.push_back({value_at<Identity>(v, "signer"), value_at<Bytes32>(v, "message"), {bytes_at(v, "w")}});
  }
  return messages;
}

class AggregateVectors : public testing::Test {
 protected:
  const Json file = load_vectors("aggregate");
  const Bytes32 net = value_at<Bytes32>(file, "net");
  SystemParameters parameters;
  HashedIdentities identities{100};
  SeededRng rng{1};

  void SetUp() override {
    MasterSecrets secrets = MasterSecrets::random(rng);
    secrets.aggregate.expose() = value_at<Scalar>(file, "aggregate_secret");
    parameters = SystemParameters::of(secrets);
    ASSERT_EQ(to_hex(encode(parameters.aggregate_g2)), text_at(file, "ppub_agg_g2"));
  }

  // One signature: the signer's key, c, and (S, T).
  void expect_signature(const Json& signer, const Json& v, const OneTimeString& w) {
    EXPECT_EQ(to_hex(w.bytes), text_at(v, "w"));
    const Identity identity = identity_at(signer, "identity");
    Secret<Scalar> master(value_at<Scalar>(file, "aggregate_secret"));
    const AggregateKey key = extract_aggregate_key(master, identity);
    EXPECT_EQ(to_hex(key.k0.expose().encode()), text_at(signer, "aggregate_k0"));
    EXPECT_EQ(to_hex(key.k1.expose().encode()), text_at(signer, "aggregate_k1"));
    const auto message = value_at<Bytes32>(v, "message");
    EXPECT_EQ(to_hex(aggregate_challenge(message, encode(identity), w).encode()), text_at(v, "challenge"));
    ScriptedRng randomizer;
    randomizer.scalar(bytes_at(v, "randomizer"));
    EXPECT_EQ(to_hex(encode(sign(key, message, UnusedString::assume_unused(w), randomizer))), text_at(v, "signature"));
  }

  void expect_aggregate(const Json& v, const AggregateSignature& ours) {
    EXPECT_EQ(to_hex(encode_aggregate(ours)), text_at(v, "aggregate")) << text_at(v, "what");
    expect_verifies(v);
  }
  void expect_verifies(const Json& v) {
    const auto messages = messages_of(v.at("signed"));
    const auto theirs = decode_aggregate(bytes_at(v, "aggregate"), messages);
    ASSERT_TRUE(theirs);
    EXPECT_TRUE(verify(parameters, messages, *theirs, identities, rng)) << text_at(v, "what");
  }
};

TEST_F(AggregateVectors, signatures_and_both_layers) {
  std::vector<AggregateSignature> bundles;
  for (const auto& hospital : file.at("hospitals")) {
    std::vector<SignedMessage> messages;
    std::vector<IndividualSignature> signatures;
    for (const auto& doctor : hospital.at("doctors")) {
      for (const auto& v : doctor.at("signatures")) {
        const Slot slot{Epoch(file.at("epoch").get<std::uint64_t>()), v.at("slot").get<std::uint16_t>()};
        EXPECT_EQ(slot.k(), v.at("k"));
        EXPECT_EQ(slot.device(), doctor.at("device"));
        expect_signature(doctor, v, slot_string(net, slot));
        messages.push_back({identity_at(doctor, "identity"), value_at<Bytes32>(v, "message"), slot_string(net, slot)});
        signatures.push_back(value_at<IndividualSignature>(v, "signature"));
      }
    }
    EXPECT_TRUE(find_invalid(parameters, messages, signatures, identities, rng).empty());
    bundles.push_back(*aggregate(messages, signatures));
    expect_aggregate(hospital.at("first_layer"), bundles.back());
  }
  expect_aggregate(file.at("second_layer"), *merge(bundles));
}

TEST_F(AggregateVectors, strings_of_nonces) {
  for (const auto& string : file.at("nonce_strings")) {
    NonceTerms terms{net, {}, {}, {}, {}};
    const std::string chain = text_at(string, "chain");
    const std::string purpose = text_at(string, "purpose");
    terms.chain = chain;
    terms.purpose = purpose;
    for (const auto& signer : string.at("signers")) {
      terms.signers.push_back(identity_at(signer, "identity"));
      terms.nonces.push_back(value_at<Bytes32>(signer, "nonce"));
    }
    for (const auto& signer : string.at("signers")) expect_signature(signer, signer, nonce_string(terms));
  }
  expect_verifies(file.at("nonce_aggregate"));
  expect_verifies(file.at("mixed_aggregate"));
}

TEST_F(AggregateVectors, attacks) {
  for (const auto& v : file.at("attacks")) {
    const std::string what = text_at(v, "what");
    const auto messages = messages_of(v.at("signed"));
    const auto decoded = decode_aggregate(bytes_at(v, "aggregate"), messages);
    if (what == "R4: S and T summed over two w" || what == "a pair for a w without messages") {
      EXPECT_EQ(decoded.error(), Reject::aggregate_w_set) << what;
      continue;
    }
    ASSERT_TRUE(decoded) << what;
    const auto verdict = verify(parameters, messages, *decoded, identities, rng);
    if (v.at("valid") == true) {
      // Cancelling errors under one w: the sum holds, and R6's check of each finds both.
      EXPECT_TRUE(verdict) << what;
      std::vector<IndividualSignature> parts;
      for (const auto& part : v.at("refused_signatures")) {
        parts.push_back(part.is_string() ? *decode<IndividualSignature>(*from_hex(part.get<std::string>()))
                                         : value_at<IndividualSignature>(part, "signature"));
      }
      EXPECT_EQ(find_invalid(parameters, messages, parts, identities, rng), (std::vector<std::size_t>{0, 1})) << what;
    } else {
      EXPECT_EQ(verdict.error(), what == "R4: one signer twice under one w" ? Reject::aggregate_w_reused : Reject::aggregate_invalid)
          << what;
    }
  }
}

TEST(BlsVectors, quorum_certificates) {
  const Json file = load_vectors("bls_qc");
  for (const auto& committee : file.at("committees")) {
    const Bytes message = bytes_at(committee, "message");
    std::vector<AffineG2> keys;
    for (const auto& signer : committee.at("signers")) {
      const BlsKey key{Secret<Scalar>(value_at<Scalar>(signer, "secret_key")), value_at<G2>(signer, "public_key")};
      EXPECT_EQ(key.secret.expose() * G2::generator(), key.public_key);
      EXPECT_EQ(to_hex(prove_possession(key).encode()), text_at(signer, "proof_of_possession"));
      EXPECT_TRUE(verify_possession(key.public_key, value_at<G1>(signer, "proof_of_possession")));
      EXPECT_EQ(to_hex(sign_part(key, message).encode()), text_at(signer, "signature"));
      keys.emplace_back(key.public_key);
    }
    for (const auto& v : committee.at("multi_signatures")) {
      MultiSignature ours{SignerSet(static_cast<std::uint16_t>(keys.size())), {}};
      for (const std::size_t place : v.at("signers")) {
        EXPECT_TRUE(add_part(ours, place, value_at<G1>(committee.at("signers")[place], "signature")));
      }
      EXPECT_EQ(to_hex(encode(ours)), text_at(v, "multi_signature"));
      EXPECT_TRUE(verify(keys, message, value_at<MultiSignature>(v, "multi_signature"), v.at("signers").size()));
      EXPECT_EQ(verify(keys, message, ours, v.at("signers").size() + 1).error(), Reject::quorum_too_small);
    }
    if (keys.size() != 4) continue;
    for (const auto& v : file.at("refused_multi_signatures")) {
      EXPECT_EQ(verify(keys, message, value_at<MultiSignature>(v, "multi_signature"), 1).error(), Reject::multi_signature_invalid)
          << text_at(v, "what");
    }
  }
  EXPECT_EQ(decode<MultiSignature>(bytes_at(file, "refused_identity")).error(), Reject::point_is_identity);
}

TEST(BlsVectors, a_rogue_key_has_no_proof_of_possession) {
  const Json rogue = load_vectors("bls_qc").at("rogue_key");
  const std::vector<AffineG2> keys{AffineG2(value_at<G2>(rogue, "victim")), AffineG2(value_at<G2>(rogue, "public_key"))};
  MultiSignature both{SignerSet(2), value_at<G1>(rogue, "signature_of_both")};
  both.signers.insert(0);
  both.signers.insert(1);
  EXPECT_TRUE(verify(keys, bytes_at(rogue, "message"), both, 2)) << "the attack works where nobody asks for the proof";
  EXPECT_EQ(verify_possession(value_at<G2>(rogue, "public_key"), value_at<G1>(rogue, "refused_proof")).error(), Reject::possession_invalid);
}

TEST(BlsVectors, signer_sets) {
  const Json sets = load_vectors("bls_qc").at("signer_sets");
  for (const auto& v : sets.at("valid")) {
    SignerSet set(v.at("n").get<std::uint16_t>());
    for (const std::size_t place : v.at("signers")) set.insert(place);
    EXPECT_EQ(to_hex(encode(set)), text_at(v, "bytes"));
    EXPECT_EQ(value_at<SignerSet>(v, "bytes"), set);
    EXPECT_EQ(set.count(), v.at("signers").size());
  }
  for (const auto& v : sets.at("refused")) {
    const std::string reason = text_at(v, "reason");
    const Reject expected = reason == "n is not 1 to 1024"        ? Reject::signer_set_size
                            : reason == "a padding bit is set"    ? Reject::signer_set_padding
                            : reason == "the bytes end too early" ? Reject::truncated
                                                                  : Reject::trailing_bytes;
    EXPECT_EQ(decode<SignerSet>(bytes_at(v, "bytes")).error(), expected) << text_at(v, "what");
  }
}

}  // namespace
}  // namespace caduceus
