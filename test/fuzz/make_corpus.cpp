// Writes the seeds of every fuzzer: `make_corpus FOLDER`, the same bytes each time. What fuzzers found is added by hand beside them.
#include <cstdio>

#include "core/base/check.h"
#include "core/chain/merkle_tree.h"
#include "core/chain/patricia_trie.h"
#include "core/crypto/aead.h"
#include "core/crypto/keystore.h"
#include "core/crypto/slot_ledger.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/sample.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {
namespace {

void add_base(const Corpus& corpus) {
  Sample sample;
  corpus.add_value("codec", sample, "valid_least");
  sample = {.u32 = 1,
            .u64 = 2,
            .number = Height(3),
            .colour = Colour::blue,
            .fixed = {4, 5, 6, 7},
            .blob = {{8, 9}},
            .text = {"ten"},
            .parts = {{{11, 12}, {13, std::nullopt}}},
            .nested = {{{{{"a"}, {"bc"}}}, {}}},
            .part = Part{14, 15}};
  corpus.add_value("codec", sample, "valid_full");
  sample.u64 = 0;
  corpus.add_value("codec", sample, "rule_broken");

  const Identity patient{Role::patient, {"pn-0123456789abcdef"}, 7};
  corpus.add("frame", "valid", Bytes{0, 0, 0, 1, 7, 0, 0, 0, 2, 8, 9});
  corpus.add("frame", "no_bytes", Bytes{0, 0, 0, 1, 7, 0, 0, 0, 0});
  corpus.add("frame", "four_gibibytes", Bytes{255, 255, 255, 255, 1});
  corpus.add("frame", "not_whole", Bytes{0, 0, 0, 5, 1, 2});
  // Certificates hold fresh keys: the seeds of "certificate" were made once.
  corpus.add("certificate_name", "valid_pkg", as_bytes("caduceus:pkg"));
  corpus.add("certificate_name", "valid_doctor", as_bytes("caduceus:doctor:dr-lee.h1:1"));
  corpus.add("certificate_name", "valid_longest", as_bytes("caduceus:pn-med:" + std::string(64, 'a') + ":4294967295"));
  corpus.add("certificate_name", "version_0", as_bytes("caduceus:doctor:lee:0"));
  corpus.add("certificate_name", "version_01", as_bytes("caduceus:doctor:lee:01"));
  corpus.add("certificate_name", "unknown_role", as_bytes("caduceus:nurse:lee:1"));
  corpus.add_value("identity", patient, "valid_patient");
  corpus.add_value("identity", Identity{Role::miner, {std::string(64, 'm')}, UINT32_MAX}, "valid_longest");
  corpus.add_value("identity", Identity{Role::doctor, {"Dr Lee"}, 1}, "bad_name");
  corpus.add_value("identity", Identity{Role::doctor, {"lee"}, 0}, "bad_version");

  corpus.add("hex", "valid", as_bytes("00ff7Aa0"));
  corpus.add("hex", "odd", as_bytes("00f"));
  corpus.add("hex", "not_a_digit", as_bytes("0g"));
}

// Encodings that have to be refused (R1), each for its own reason.
template <class Curve>
void add_points(const Corpus& corpus, std::string_view fuzzer) {
  using P = Point<Curve>;
  corpus.add_value(fuzzer, P::generator(), "valid_generator");
  corpus.add_value(fuzzer, Scalar(12345) * P::generator(), "valid");
  corpus.add_value(fuzzer, P(), "identity");
  Bytes bytes(P::encoded_size);
  corpus.add(fuzzer, "not_compressed", bytes);
  bytes.assign(P::encoded_size, 0xff);
  bytes[0] = 0x9f;
  corpus.add(fuzzer, "coordinate_too_large", bytes);
  for (const Reject reason : {Reject::point_not_on_curve, Reject::point_not_in_group}) {
    bytes.assign(P::encoded_size, 0);
    bytes[0] = 0x80;
    while (true) {
      const auto point = P::decode(bytes);
      if (!point && point.error() == reason) break;
      ++bytes.back();
    }
    corpus.add(fuzzer, name(reason), bytes);
  }
}

void add_groups(const Corpus& corpus) {
  corpus.add_value("scalar", Scalar(), "valid_zero");
  corpus.add_value("scalar", Scalar() - Scalar(1), "valid_largest");
  Bytes order = encode(Scalar() - Scalar(1));
  ++order.back();
  corpus.add("scalar", "order", order);
  add_points<CurveG1>(corpus, "g1");
  add_points<CurveG2>(corpus, "g2");
}

void add_registration(const Corpus& corpus) {
  const World& w = world();
  corpus.add_value("master_secrets", w.master);
  corpus.add_value("system_parameters", w.parameters);
  SystemParameters mixed = w.parameters;
  std::swap(mixed.agreement_g1, mixed.aggregate_g1);
  corpus.add_value("system_parameters", mixed, "inconsistent");
  corpus.add_value("registration_request", w.pending.request);
  corpus.add_value("pending_registration", w.pending);
  corpus.add_value("issued_keys", w.issued);
  corpus.add_value("identity_keys", w.hospital, "valid_hospital");
  corpus.add_value("identity_keys", w.doctor, "valid_doctor");
  corpus.add_value("verification_key", w.hospital.signing.verification_key());
}

void add_signatures(const Corpus& corpus) {
  const World& w = world();
  corpus.add_value("signature", w.signature);
  corpus.add_value("licence", w.licence.licence);
  Licence reversed = w.licence.licence;
  std::swap(reversed.issued, reversed.expires);
  corpus.add_value("licence", reversed, "reversed_period");
  corpus.add_value("signed_licence", w.licence);
  corpus.add_value("individual_signature", w.signatures[0], "valid_first");
  corpus.add_value("individual_signature", w.signatures[1], "valid_of_another");
  corpus.add("aggregate", "valid", encode_aggregate(w.aggregate));
  corpus.add("aggregate", "of_one_w", encode_aggregate({{w.aggregate.sums[0]}}));
  corpus.add_value("bls_key", w.voters[0]);
  corpus.add_value("multi_signature", w.votes);
  MultiSignature nobody{SignerSet(4), w.votes.sum};
  corpus.add_value("multi_signature", nobody, "valid_of_nobody");
  corpus.add_value("signer_set", w.votes.signers, "valid_4");
  SignerSet large(SignerSet::most_signers);
  large.insert(1023);
  corpus.add_value("signer_set", large, "valid_1024");
  corpus.add("signer_set", "padding", Bytes{0, 4, 0x10});
}

void add_sealed(const Corpus& corpus) {
  SeededRng rng(7);
  const auto content = as_bytes("a record in the clear");
  corpus.add("sealed", "valid", seal(sealing_key(), sealing_context(), content, rng));
  corpus.add("sealed", "valid_empty", seal(sealing_key(), sealing_context(), {}, rng));
  corpus.add("stream", "valid", seal_stream(sealing_key(), sealing_context(), content, rng));
  corpus.add("stream", "valid_empty", seal_stream(sealing_key(), sealing_context(), {}, rng));
  // The one large seed: libFuzzer makes nothing longer than the longest.
  corpus.add("stream", "valid_two_chunks", seal_stream(sealing_key(), sealing_context(), Bytes(stream_chunk_size + 1), rng));

  const SecretBytes passphrase(as_bytes("correct horse"));
  corpus.add("keystore", "valid", seal_keystore(SecretBytes(content), passphrase, {8, 1, 1}, rng));
  corpus.add("keystore", "valid_empty", seal_keystore(SecretBytes(), passphrase, {32, 1, 2}, rng));
  corpus.add("keystore", "wrong_passphrase", seal_keystore(SecretBytes(content), SecretBytes(content), {8, 1, 1}, rng));

  // Which stream, then (operation, chunk, operand): stream_edits.cpp.
  corpus.add("stream_edits", "valid_untouched", Bytes{4});
  corpus.add("stream_edits", "valid_swapped_back", Bytes{4, 3, 0, 1, 3, 1, 0});
  corpus.add("stream_edits", "last_dropped", Bytes{4, 2, 2, 0});
  corpus.add("stream_edits", "swapped", Bytes{4, 3, 0, 1});
  corpus.add("stream_edits", "repeated", Bytes{3, 4, 0, 0});
  corpus.add("stream_edits", "cut", Bytes{1, 5, 0, 9});
  corpus.add("stream_edits", "appended", Bytes{1, 1, 0, 0});
  corpus.add("stream_edits", "spliced", Bytes{4, 2, 2, 0, 1, 0, 1});
}

void add_slots(const Corpus& corpus) {
  corpus.add_value("slot", Slot{Epoch(2'900'000), 65'535});
  corpus.add_value("slot_mark", SlotMark{Epoch(2'900'000), 16, Epoch(3)});
  corpus.add_value("slot_mark", SlotMark{Epoch(1), Slot::per_epoch, Epoch()}, "valid_exhausted");
  corpus.add_value("slot_mark", SlotMark{Epoch(1), Slot::per_epoch + 1, Epoch()}, "next_k_too_large");
  // The rules, then (operation, operand): slot_ledger.cpp.
  corpus.add("slot_ledger", "valid_a_day", Bytes{0, 0, 0, 6, 0, 0, 0, 0, 0, 11, 1, 6, 0, 13, 0, 7, 0, 6, 0});
  corpus.add("slot_ledger", "valid_clock_back", Bytes{1, 6, 0, 6, 0, 12, 200, 6, 0, 10, 15, 6, 0});
  corpus.add("slot_ledger", "valid_restored", Bytes{2, 6, 0, 8, 0, 11, 3, 6, 0, 6, 0, 9, 0, 6, 0, 7, 0, 6, 0, 11, 9, 6, 0, 6, 0});
  corpus.add("slot_ledger", "valid_cloned", Bytes{0, 6, 0, 14, 9, 6, 0, 11, 2, 6, 0, 15, 3, 11, 9, 6, 0});
}

void add_merkle_proofs(const Corpus& corpus) {
  corpus.add("rlp", "valid_string", Bytes{0x83, 'd', 'o', 'g'});
  corpus.add("rlp", "valid_lists", Bytes{0xc7, 0xc0, 0xc1, 0xc0, 0xc3, 0xc0, 0xc1, 0xc0});
  corpus.add("rlp", "long_form_of_a_short_length", Bytes{0xb8, 1, 0xff});

  for (const std::size_t size : {1U, 7U, 256U}) {
    std::vector<ByteArray<1>> leaves(size);
    for (std::size_t i = 0; i < size; ++i) leaves[i][0] = static_cast<Byte>(i / 2);
    const MerkleProof proof = MerkleTree(leaves).prove(size - 1);
    Bytes claim{static_cast<Byte>(size - 1), leaves.back()[0]};
    const Bytes encoded = encode(proof);
    claim.insert(claim.end(), encoded.begin(), encoded.end());
    corpus.add("merkle_proof", "valid_" + std::to_string(size), claim);
    claim[9] ^= 1;  // of the size
    corpus.add("merkle_proof", "other_size_of_" + std::to_string(size), claim);
  }
}

void add_tries(const Corpus& corpus) {
  // Short and long nodes, a value in a branch, a path that several keys have in common.
  Bytes key{0x11, 0x11, 0x11};
  const Bytes value(40, 1), other{2};
  PatriciaTrie trie = PatriciaTrie().put(key, value).put({}, other).put(Bytes{0x11}, other);
  for (Byte i = 0; i < 4; ++i) {
    key[2] = static_cast<Byte>(16 * i);
    trie = trie.put(key, value).put(Bytes{key[2]}, other);
  }
  const auto claim = [&](const Bytes& of, std::string_view name) {
    const TrieProof proof = trie.prove(of);
    Bytes bytes = encode(Blob<0, most_trie_key>{of});
    const Bytes encoded = encode(proof);
    bytes.insert(bytes.end(), encoded.begin(), encoded.end());
    corpus.add("trie_proof", name, bytes);
    // Of a single node, any change makes another trie, since the root is what the fuzzer hashes it to.
    if (proof.nodes.items.size() == 1) return;
    bytes.back() ^= 1;
    corpus.add("trie_proof", std::string(name).replace(0, 5, "changed"), bytes);
  };
  claim(key, "valid_presence");
  claim({}, "valid_value_of_a_branch");
  claim(Bytes{0x11, 0x12}, "valid_absence_beside_a_path");
  claim(Bytes{0x71}, "valid_absence_in_a_branch");

  const auto nodes = trie.prove(key).nodes.items;
  for (std::size_t i = 0; i < nodes.size(); ++i) corpus.add("trie_node", "valid_" + std::to_string(i), nodes[i].value);
  Bytes branch(20, 0x80);
  std::ranges::copy(Bytes{0xd3, 0xc2, 0x20, 1}, branch.begin());
  corpus.add("trie_node", "branch_of_one", branch);

  // (operation, key of 3 bytes, value): trie_edits.cpp.
  Bytes edits;
  for (Byte i = 0; i < 40; ++i) {
    const auto operation = static_cast<Byte>((i % 8 == 7 ? 0x80 : 0) | (16 * (i % 4)) | (i * 7 % 5));
    for (const Byte b : {operation, static_cast<Byte>(i % 3 * 0x10), static_cast<Byte>(i % 2), static_cast<Byte>(i * 5), i})
      edits.push_back(b);
  }
  corpus.add("trie_edits", "valid_many", edits);
  corpus.add("trie_edits", "valid_nothing", {});
}

}  // namespace
}  // namespace caduceus::fuzz

int main(int count, char** arguments) {
  using namespace caduceus::fuzz;
  if (count != 2) {
    std::fprintf(stderr, "use: make_corpus FOLDER\n");
    return 2;
  }
  const Corpus corpus(arguments[1]);
  for (const auto add : {add_base, add_groups, add_registration, add_signatures, add_sealed, add_slots, add_merkle_proofs, add_tries,
                         add_sharing, add_med, add_sup, add_app, add_fhir, add_hospital, add_roles, add_store}) {
    add(corpus);
  }
  return 0;
}
