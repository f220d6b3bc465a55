#include "test/attacks/bad_points.h"

#include "core/base/check.h"

namespace caduceus {
namespace {

constexpr std::size_t coordinate_size = 48;
constexpr Byte compressed_flag = 0x80;
constexpr Byte infinity_flag = 0x40;
constexpr Byte sign_flag = 0x20;

Bytes hex(std::string_view text) { return from_hex(text).value_or(Bytes{}); }

// Adds the field's p to a coordinate that leaves room for it: the same residue, written otherwise.
void add_p(ByteSpan coordinate) {
  static const Bytes p = hex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
  unsigned carry = 0;
  for (std::size_t i = coordinate_size; i-- > 0;) {
    carry += coordinate[i] + static_cast<unsigned>(p[i]);
    coordinate[i] = static_cast<Byte>(carry);
    carry >>= 8;
  }
  CHECK(carry == 0);
}

// A point of the group with p added to the coordinate that starts at `offset`. The coordinate fits into 381 bits still.
template <class P>
Bytes with_p_added(std::size_t offset) {
  constexpr Byte room = 0x05;  // 2^381 − p > 5·2^376
  for (P point = P::generator();; point += P::generator()) {
    auto bytes = point.encode();
    const Byte flags = offset == 0 ? bytes[0] & 0xe0 : 0;
    bytes[offset] ^= flags;
    if (bytes[offset] >= room) continue;
    add_p(ByteSpan(bytes).subspan(offset, coordinate_size));
    bytes[offset] |= flags;
    return {bytes.begin(), bytes.end()};
  }
}

// What is wrong in the same way in both groups.
template <class P>
std::vector<BadEncoding> common() {
  const auto with = [](Bytes bytes, std::size_t offset, Byte value) {
    bytes[offset] = value;
    return bytes;
  };
  const auto generator = P::generator().encode();
  const Bytes good(generator.begin(), generator.end());
  const Bytes zero(P::encoded_size);
  const Byte first = good[0];
  return {
      {"the identity", with(zero, 0, compressed_flag | infinity_flag), Reject::point_is_identity},
      {"the identity with a sign", with(zero, 0, compressed_flag | infinity_flag | sign_flag), Reject::point_encoding},
      {"the identity with a coordinate", with(with(zero, 0, compressed_flag | infinity_flag), 20, 1), Reject::point_encoding},
      {"the identity without the flag of compression", with(zero, 0, infinity_flag), Reject::point_encoding},
      {"a point flagged as the identity", with(good, 0, first | infinity_flag), Reject::point_encoding},
      {"a point without the flag of compression", with(good, 0, first & 0x7f), Reject::point_encoding},
      {"no flags and no coordinates", zero, Reject::point_encoding},
      {"all bits set", Bytes(P::encoded_size, 0xff), Reject::point_encoding},
      {"the greatest coordinate of 381 bits", with(Bytes(P::encoded_size, 0xff), 0, compressed_flag | 0x1f), Reject::point_encoding},
      {"a point's x with p added", with_p_added<P>(0), Reject::point_encoding},
  };
}

}  // namespace

// The points outside the group were made by an implementation that is not ours (Python's integers): (r·h / q)·X, h the cofactor,
// for a random X of the curve; and the same plus the generator, which differs from a good point in its cofactor part only.
template <>
std::vector<BadEncoding> bad_points<G1>() {
  auto all = common<G1>();
  all.push_back({"x = 1, which no point of the curve has", hex("80" + std::string(92, '0') + "01"), Reject::point_not_on_curve});
  for (const auto& [what, encoding] : std::initializer_list<std::pair<const char*, const char*>>{
           {"(0, 2), of order 3", "800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"},
           {"P1 plus a point of order 3",
            "85020378a6838af221e734b3a81940eb3ff19c2a7f8cf26150dfc38fc41c37551dc92bb5593d30d4dfc2ee4bb09ad05b"},
           {"order 11", "98a6b1a0a32660fa1428ee4c6a7bc86c7f866c2fface992ffcfdd8e5d81f5a0e96d6fc60875822b4e1f96dd789816673"},
           {"P1 plus a point of order 11",
            "b05d3c60df305476f337eff93bd84ff12f7020f0e47553c7ace61dc9e3d09c694de9a67b14122488be63928f8d7ebdb3"}}) {
    all.push_back({what, hex(encoding), Reject::point_not_in_group});
  }
  return all;
}

template <>
std::vector<BadEncoding> bad_points<G2>() {
  auto all = common<G2>();
  all.push_back({"a point's x with p added to its c0", with_p_added<G2>(coordinate_size), Reject::point_encoding});
  auto flagged = G2::generator().encode();
  flagged[coordinate_size] |= compressed_flag;
  all.push_back({"a flag on c0", {flagged.begin(), flagged.end()}, Reject::point_encoding});
  all.push_back({"x = 1, which no point of the curve has", hex("80" + std::string(188, '0') + "01"), Reject::point_not_on_curve});
  for (const auto& [what, encoding] :
       std::initializer_list<std::pair<const char*, const char*>>{{"order 13",
                                                                   "8e365bf411234f0cc3c6bf9833d37c00cecb8f3fd4629549414a5c8c0907555a49383df"
                                                                   "5803" "d9aadbf86" "e029a" "9a02a8b" "1261a984f0dfad8fb5adcf12381e43b27e"
                                                                                                        "f3cfd418a20" "2a4c814bad55a44e6ad0"
                                                                                                                      "2" "050974cc72cda" "4dd41" "48540" "a6419" "0a"},
                                                                  {"P2 plus a point of order 13",
                                                                   "895f98fde658a0d7d666c786baeeb1d99209437859e769c8825bd0068872500675de708"
                                                                   "e712" "fbea35c33" "e1968" "f4a462d" "0c706ffd364174a5d14c435b8e69e2edad"
                                                                                                        "843bdd31971" "b17ec1c3b4574614375f"
                                                                                                                      "c" "f9d4996e45161" "320ac" "efa77" "4c88c" "ff"},
                                                                  {"order 23",
                                                                   "8d16e7997bb0b1d5c1f695f8c49426542ff00979ad829424438d47514181fd0ed9151ad"
                                                                   "6594" "07690dd0b" "2936d" "94d9b9e" "099bc81b8dcccd1eafcf812bb594515572"
                                                                                                        "fb27e67e4dd" "e8ae63e459f07e8f4b7f"
                                                                                                                      "1" "1b08ba22ab966" "73462" "318dd" "e28a4" "10"},
                                                                  {"P2 plus a point of order 23",
                                                                   "8edf21251b55d88417c9a9d376f4414921387a9084d55180a2b2631973e4e54861a956a"
                                                                   "1f73" "17c0d5445" "cb670" "e985a2f" "0de96860e142473cccda62baa52a641b94"
                                                                                                        "77bb80254af" "2384eab2c1c4d10d4cf9"
                                                                                                                      "3" "40992bfa3faa7" "ee398" "ecaec" "4409e" "2" "2"}}) {
    all.push_back({what, hex(encoding), Reject::point_not_in_group});
  }
  return all;
}

std::vector<BadEncoding> bad_scalars() {
  const Bytes r = hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
  Bytes above = r;
  above.back() = 2;
  return {
      {"r", r, Reject::scalar_out_of_range},
      {"r + 1, which is 1 written otherwise", above, Reject::scalar_out_of_range},
      {"all bits set", Bytes(32, 0xff), Reject::scalar_out_of_range},
  };
}

}  // namespace caduceus
