// The parties of the vectors of sharing (PROTOCOL.md §4 to §7), their first visits, and what is refused, in the words of tools/vectors.
#pragma once

#include <map>
#include <set>

#include "test/sharing.h"
#include "test/vectors.h"

namespace caduceus {

template <class T>
Secret<T> secret_at(const Json& object, const char* field) {
  return Secret<T>(value_at<T>(object, field));
}
// The same of an element of a list.
template <class T>
T value_of(const Json& element) {
  return value_at<T>({{"element", element}}, "element");
}
inline Time time_at(const Json& object, const char* field) { return Time(object.at(field).get<std::uint64_t>()); }
inline std::vector<RecordPlace> places_at(const Json& object, const char* field) {
  std::vector<RecordPlace> places;
  for (const auto& place : object.at(field)) places.push_back({place.at("batch"), place.at("index")});
  return places;
}

inline SigningKey signing_key_of(const Json& party) {
  return {identity_at(party, "identity"), value_at<G1>(party, "public_point"), secret_at<Scalar>(party, "partial"),
          secret_at<Scalar>(party, "secret_value")};
}
// All but the aggregate key, which nobody needs here.
inline IdentityKeys keys_of(const Json& party) {
  return {signing_key_of(party),
          {identity_at(party, "identity"), secret_at<G1>(party, "agreement_g1"), secret_at<G2>(party, "agreement_g2")},
          {}};
}

// The key that an entity of the vectors registered.
inline VerificationKey registered(const Identity& identity) {
  static const std::map<Identity, G1> points = [] {
    std::map<Identity, G1> found;
    const auto add = [&](const Json& party) { found[identity_at(party, "identity")] = value_at<G1>(party, "public_point"); };
    for (const auto& entity : load_vectors("registration").at("entities")) add(entity);
    const Json grant = load_vectors("grant");
    add(grant.at("doctor"));
    add(grant.at("licence").at("issuer"));
    return found;
  }();
  return {identity, points.at(identity)};
}

// A first visit of first_visit.json, with the draws that stand there.
struct VisitVectors {
  const Json file = load_vectors("first_visit");
  const Json v;
  const G1 ppub = value_at<G1>(file, "ppub_sig");
  const IdentityKeys initiator = keys_of(v.at("initiator"));
  const IdentityKeys responder = keys_of(v.at("responder"));

  explicit VisitVectors(std::size_t i) : v(file.at("visits").at(i)) {}

  [[nodiscard]] Initiator begin() const {
    ScriptedRng rng;
    rng.scalar(bytes_at(v, "c1")).scalar(bytes_at(v, "c2"));
    return must(Initiator::begin(initiator.signing.verification_key(), responder.signing.verification_key(), rng));
  }
  [[nodiscard]] Responder answer() const {
    ScriptedRng rng;
    rng.scalar(bytes_at(v, "a1")).scalar(bytes_at(v, "a2")).bytes(bytes_at(v, "responder_fresh32"));
    return must(Responder::answer(ppub, responder, initiator.signing.verification_key(), value_at<Hello>(v, "hello"), rng));
  }
  [[nodiscard]] Checked<Confirm> receive(Initiator& side, const Reply& reply) const {
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "initiator_fresh32"));
    return side.receive(ppub, initiator, reply, rng);
  }
};

// The first visit of the vectors, when both sides hold all, and the factors of its batches.
class AgreedVisit : public VisitVectors {
 public:
  Initiator patient = begin();
  Responder hospital = answer();

  AgreedVisit() : VisitVectors(0) {
    EXPECT_TRUE(patient.receive(must(hospital.receive(ppub, must(receive(patient, hospital.reply()))))));
    for (const auto& batch : file.at("factors")) {
      batches_.emplace(batch.at("batch"), must(encryption_factors(hospital.factors(), batch.at("batch"), batch.at("n"))));
    }
  }
  [[nodiscard]] const Secret<Scalar>& factor(const RecordPlace& place) const { return batches_.at(place.batch).at(place.index - 1); }
  [[nodiscard]] std::vector<const Secret<Scalar>*> factors(const std::vector<RecordPlace>& places) const {
    std::vector<const Secret<Scalar>*> found(places.size());
    std::ranges::transform(places, found.begin(), [&](const RecordPlace& place) { return &factor(place); });
    return found;
  }

 private:
  std::map<std::uint32_t, std::vector<Secret<Scalar>>> batches_;
};

// A body of an answer; byte i of an EMR of which only the length is given is 7i + 3.
inline RecordBody body_of(const Json& record) {
  Bytes emr;
  if (record.contains("emr")) {
    emr = bytes_at(record, "emr");
  } else {
    for (std::size_t i = 0; i < record.at("emr_length"); ++i) emr.push_back(static_cast<Byte>(7 * i + 3));
  }
  RecordBody body{{value_at<Bytes32>(record, "salt"), value_at<Bytes32>(record, "htxm"), {bytes_at(record, "bundle_proof")}},
                  SecretBytes(ByteView(emr))};
  EXPECT_EQ(to_hex(encode(body.head)), text_at(record, "head"));
  EXPECT_EQ(to_hex(record_hash(body.head.salt, emr)), text_at(record, "hemr"));
  return body;
}

inline std::vector<const RecordBody*> pointers_to(const std::vector<RecordBody>& bodies) {
  std::vector<const RecordBody*> pointers(bodies.size());
  std::ranges::transform(bodies, pointers.begin(), [](const RecordBody& body) { return &body; });
  return pointers;
}

// A request sealed to its hospital's key.
inline void expect_sealed(const SealingKey& key, std::string_view use, const Json& v) {
  ScriptedRng rng;
  rng.scalar(bytes_at(v.at("sealing"), "u")).bytes(bytes_at(v.at("sealing"), "nonce"));
  EXPECT_EQ(to_hex(encode(seal_to(key.identity, key.public_key, use, bytes_at(v, "request"), rng))), text_at(v, "sealed"));
  EXPECT_EQ(to_hex(must(open_sealed(key, use, value_at<SealedTo>(v, "sealed"))).expose()), text_at(v, "request"));
}

inline bool fails(const Json& entry, std::string_view check) {
  return std::ranges::any_of(entry.at("failed_checks"), [&](const Json& one) { return one == check; });
}

template <class T>
void expect_refused(const Checked<T>& result, Reject expected, const Json& entry) {
  ASSERT_FALSE(result) << text_at(entry, "what");
  EXPECT_EQ(name(result.error()), name(expected)) << text_at(entry, "what");
}

using Reasons = std::map<std::string, Reject>;

// What an entry's `reason` is called here; `own` are those that only its set knows.
inline Reject reason_of(const Json& entry, const Reasons& own = {}) {
  static const Reasons common{
      {"the identity", Reject::point_is_identity},
      {"the scalar is not below r", Reject::scalar_out_of_range},
      {"bytes are left over", Reject::trailing_bytes},
      {"the bytes end too early", Reject::truncated},
      {"the tag does not fit", Reject::sealed_invalid},
      {"the records do not strictly ascend", Reject::policy_records},
      {"the index of a record is not 1 to 65536", Reject::record_place},
      {"not as many records as asked for", Reject::answer_records},
  };
  static const std::set<std::string> too_few{"no record", "no purpose", "no helper", "an empty keyword"};
  const std::string reason = text_at(entry, "reason");
  if (reason.starts_with("the number of ") || reason.starts_with("the length of ")) {
    return too_few.contains(text_at(entry, "what")) ? Reject::too_short : Reject::too_long;
  }
  const auto found = own.find(reason);
  return found != own.end() ? found->second : common.at(reason);
}

template <class T>
void expect_malformed(const Json& entries, const Reasons& own = {}) {
  ASSERT_FALSE(entries.empty());
  for (const auto& v : entries) expect_refused(decode<T>(bytes_at(v, "bytes")), reason_of(v, own), v);
}

}  // namespace caduceus
