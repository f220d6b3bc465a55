// Encodings, hashes and the pairing against vectors from elsewhere: RFC 9380's own, and @noble/curves'.
#include <map>

#include "core/crypto/hash.h"
#include "test/vectors.h"

namespace caduceus {
namespace {

// The sequences of hashes.json have up to this many elements; an initializer_list cannot be made at run time.
template <class Hash>
auto over(const std::vector<Bytes>& e, Hash hash) {
  switch (e.size()) {
    case 0: return hash({});
    case 1: return hash({e[0]});
    case 2: return hash({e[0], e[1]});
    case 3: return hash({e[0], e[1], e[2]});
    case 4: return hash({e[0], e[1], e[2], e[3]});
    default: throw std::runtime_error("a longer sequence than the test knows");
  }
}

using Parts = std::initializer_list<ByteView>;

TEST(vectors, rfc9380_points) {
  const Json file = load_vectors("rfc9380");
  for (const auto& v : file.at("g1").at("vectors")) {
    EXPECT_EQ(to_hex(rfc9380_g1(bytes_at(v, "msg"), text_at(file.at("g1"), "dst")).encode()), text_at(v, "compressed"));
  }
  for (const auto& v : file.at("g2").at("vectors")) {
    EXPECT_EQ(to_hex(rfc9380_g2(bytes_at(v, "msg"), text_at(file.at("g2"), "dst")).encode()), text_at(v, "compressed"));
  }
}

TEST(vectors, rfc9380_scalars) {
  // hash_to_field with L = 48 is expand_message_xmd to 48 bytes, reduced; where the RFC expands to other lengths, the expansion is not ours.
  const Json file = load_vectors("hashes");
  const std::map<std::string, ScalarHash> names{
      {"H0", ScalarHash::h0}, {"H2", ScalarHash::h2}, {"H4", ScalarHash::h4}, {"H5", ScalarHash::h5}, {"H7", ScalarHash::h7}};
  ASSERT_EQ(file.at("into_scalars").size(), names.size());
  for (const auto& set : file.at("into_scalars")) {
    for (std::size_t i = 0; i < set.at("results").size(); ++i) {
      std::vector<Bytes> elements;
      for (const auto& e : file.at("sequences")[i].at("elements")) elements.push_back(*from_hex(e.get<std::string>()));
      const auto hashed = over(elements, [&](Parts parts) { return hash_to_scalar(names.at(text_at(set, "hash")), parts); });
      EXPECT_EQ(to_hex(hashed.encode()), set.at("results")[i].get<std::string>()) << text_at(set, "hash") << " of " << i;
    }
  }
}

TEST(vectors, hashes) {
  const Json file = load_vectors("hashes");
  const std::map<std::string, PointHash> points{{"H1-KA", PointHash::key_agreement}, {"H1-SIG0", PointHash::signature0},
                                                {"H1-SIG1", PointHash::signature1},  {"H1-W", PointHash::one_time_string},
                                                {"BLS-SIG", PointHash::bls_message}, {"BLS-POP", PointHash::bls_possession}};
  ASSERT_EQ(file.at("into_g1").size(), points.size());
  ASSERT_EQ(file.at("into_g2").size(), 1U);
  ASSERT_EQ(file.at("into_bytes").size(), 1U);
  for (std::size_t i = 0; i < file.at("sequences").size(); ++i) {
    std::vector<Bytes> elements;
    for (const auto& e : file.at("sequences")[i].at("elements")) elements.push_back(*from_hex(e.get<std::string>()));
    EXPECT_EQ(over(elements, [](Parts parts) { return to_hex(sequence(parts).expose()); }), text_at(file.at("sequences")[i], "seq"));
    for (const auto& set : file.at("into_g1")) {
      EXPECT_EQ(over(elements, [&](Parts parts) { return to_hex(hash_to_g1(points.at(text_at(set, "hash")), parts).encode()); }),
                set.at("results")[i].get<std::string>());
    }
    EXPECT_EQ(over(elements, [](Parts parts) { return to_hex(hash_to_g2(parts).encode()); }),
              file.at("into_g2")[0].at("results")[i].get<std::string>());
    EXPECT_EQ(over(elements, [](Parts parts) { return to_hex(hash(parts)); }),
              file.at("into_bytes")[0].at("results")[i].get<std::string>());
    for (const auto& set : file.at("into_keys")) {
      const KeyHash which = text_at(set, "hash") == "H6" ? KeyHash::h6 : KeyHash::hsk;
      EXPECT_EQ(over(elements, [&](Parts parts) { return to_hex(derive_key(which, text_at(set, "label"), parts).expose()); }),
                set.at("results")[i].get<std::string>());
    }
  }
}

TEST(vectors, pairing) {
  const Json p = load_vectors("hashes").at("pairing");
  EXPECT_EQ(to_hex(G1::generator().encode()), text_at(p, "generator_g1"));
  EXPECT_EQ(to_hex(G2::generator().encode()), text_at(p, "generator_g2"));
  EXPECT_EQ(to_hex(pairing(G1::generator(), G2::generator()).to_bytes()), text_at(p, "generators_paired"));
  const G1 a = value_at<Scalar>(p, "a") * G1::generator();
  const G2 b = value_at<Scalar>(p, "b") * G2::generator();
  EXPECT_EQ(to_hex(a.encode()), text_at(p, "a_p1"));
  EXPECT_EQ(to_hex(b.encode()), text_at(p, "b_p2"));
  EXPECT_EQ(to_hex(pairing(a, b).to_bytes()), text_at(p, "paired"));
}

// The reasons of encodings.json, in its words.
const std::map<std::string, Reject> reasons{
    {"the role is not 1 to 5", Reject::unknown_value},
    {"the name is empty", Reject::too_short},
    {"the name is longer than 64 characters", Reject::too_long},
    {"the name has a character outside a-z 0-9 . -", Reject::identity_name},
    {"the key version is 0", Reject::identity_version},
    {"bytes are left over", Reject::trailing_bytes},
    {"the bytes end too early", Reject::truncated},
    {"the identity", Reject::point_is_identity},
    {"the infinity flag with something else set", Reject::point_encoding},
    {"the compression flag is not set", Reject::point_encoding},
    {"a coordinate is not below p", Reject::point_encoding},
    {"no point of the curve has this x", Reject::point_not_on_curve},
    {"on the curve, outside the subgroup", Reject::point_not_in_group},
    {"the scalar is not below r", Reject::scalar_out_of_range},
};

template <class T>
void expect_refusals(const Json& refused) {
  ASSERT_FALSE(refused.empty());
  for (const auto& v : refused) {
    const Bytes bytes = bytes_at(v, "bytes");
    const auto decoded = decode<T>(bytes);
    ASSERT_FALSE(decoded) << text_at(v, "what");
    const auto known = reasons.find(text_at(v, "reason"));
    // "not 48 bytes", "not 96 bytes", "not 32 bytes"
    const Reject expected = known != reasons.end() ? known->second : Reject::truncated;
    if (known == reasons.end() && decoded.error() == Reject::trailing_bytes) continue;
    // A point that is too long is refused for its first bytes where these are no point.
    if (known == reasons.end() && decoded.error() == Reject::point_encoding && bytes.size() > 48) continue;
    EXPECT_EQ(name(decoded.error()), name(expected)) << text_at(v, "what");
  }
}

TEST(vectors, encodings_that_are_refused) {
  const Json file = load_vectors("encodings");
  expect_refusals<Identity>(file.at("identities").at("refused"));
  expect_refusals<G1>(file.at("g1").at("refused"));
  expect_refusals<G2>(file.at("g2").at("refused"));
  expect_refusals<Scalar>(file.at("scalars").at("refused"));
}

TEST(vectors, encodings_that_are_valid) {
  const Json file = load_vectors("encodings");
  for (const auto& v : file.at("identities").at("valid")) {
    const auto identity = value_at<Identity>(v, "bytes");
    EXPECT_EQ(name(identity.role), text_at(v, "role"));
    EXPECT_EQ(identity.name.value, text_at(v, "name"));
    EXPECT_EQ(identity.version, v.at("key_version"));
    EXPECT_EQ(encode(identity), bytes_at(v, "bytes"));
  }
  for (const auto& v : file.at("g1").at("valid")) {
    EXPECT_EQ(to_hex((value_at<Scalar>(v, "scalar") * G1::generator()).encode()), text_at(v, "bytes"));
    EXPECT_TRUE(G1::decode(bytes_at(v, "bytes")));
  }
  for (const auto& v : file.at("g2").at("valid")) {
    EXPECT_EQ(to_hex((value_at<Scalar>(v, "scalar") * G2::generator()).encode()), text_at(v, "bytes"));
    EXPECT_TRUE(G2::decode(bytes_at(v, "bytes")));
  }
  for (const auto& v : file.at("scalars").at("valid")) EXPECT_EQ(encode(value_at<Scalar>(v, "bytes")), bytes_at(v, "bytes"));
}

}  // namespace
}  // namespace caduceus
