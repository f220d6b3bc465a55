#include "core/base/codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/base/identity.h"

namespace caduceus {
namespace {

enum class Colour : std::uint8_t { red = 1, blue = 2 };
constexpr bool is_known(Colour colour) { return colour == Colour::red || colour == Colour::blue; }

// One field of every kind.
struct Sample {
  std::uint8_t small = 0;
  std::uint32_t number = 0;
  Height height;
  Colour colour = Colour::red;
  ByteArray<4> fixed{};
  Blob<0, 8> blob;
  Text<1, 8> text;
  List<Identity, 3> list;
  std::optional<std::uint16_t> maybe;

  static auto fields(auto& self) {
    return std::tie(self.small, self.number, self.height, self.colour, self.fixed, self.blob, self.text, self.list, self.maybe);
  }
  friend bool operator==(const Sample&, const Sample&) = default;
};

Sample sample() {
  return {.small = 1,
          .number = 2,
          .height = Height(3),
          .colour = Colour::blue,
          .fixed = {4, 5, 6, 7},
          .blob = {{8, 9}},
          .text = {"ten"},
          .list = {{{Role::doctor, {"dr-lee"}, 1}}},
          .maybe = 11};
}

rc::Gen<Sample> any_sample() {
  return rc::gen::exec([] {
    Sample s = sample();
    s.small = *rc::gen::arbitrary<std::uint8_t>();
    s.number = *rc::gen::arbitrary<std::uint32_t>();
    s.height = Height(*rc::gen::arbitrary<std::uint64_t>());
    s.colour = *rc::gen::element(Colour::red, Colour::blue);
    s.blob.value.resize(*rc::gen::inRange<std::size_t>(0, 9));
    s.text.value = std::string(*rc::gen::inRange<std::size_t>(1, 9), 't');
    s.list.items.resize(*rc::gen::inRange<std::size_t>(0, 4), s.list.items[0]);
    s.maybe = *rc::gen::element<std::optional<std::uint16_t>>(std::nullopt, 7);
    return s;
  });
}

Reject reason(const Bytes& bytes) {
  const auto decoded = decode<Sample>(bytes);
  return decoded ? Reject{255} : decoded.error();
}

// The sample's bytes with those at an offset replaced.
Bytes with(std::size_t offset, const Bytes& replacement) {
  Bytes bytes = encode(sample());
  std::ranges::copy(replacement, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  return bytes;
}

TEST(codec, writes_what_the_document_says) {
  EXPECT_EQ(to_hex(encode(sample())),
            "01" "00000002" "0000000000000003" "02" "04050607" "00000002" "0809" "00000003" "74656e"
            "00000001" "02" "00000006" "64722d6c6565" "00000001" "01" "000b");
}

TEST(codec, refuses_what_is_not_the_one_encoding) {
  EXPECT_EQ(reason(with(13, {3})), Reject::unknown_value);                // colour
  EXPECT_EQ(reason(with(18, {0, 0, 0, 9})), Reject::too_long);            // blob
  EXPECT_EQ(reason(with(24, {0, 0, 0, 0})), Reject::too_short);           // text
  EXPECT_EQ(reason(with(31, {0, 0, 0, 4})), Reject::too_long);            // list
  EXPECT_EQ(reason(with(31, {0xff, 0xff, 0xff, 0xff})), Reject::too_long);
  EXPECT_EQ(reason(with(35, {9})), Reject::unknown_value);                // role
  EXPECT_EQ(reason(with(40, {'D'})), Reject::identity_name);
  EXPECT_EQ(reason(with(46, {0, 0, 0, 0})), Reject::identity_version);
  EXPECT_EQ(reason(with(50, {2})), Reject::unknown_value);                // optional
}

RC_GTEST_PROP(codec, round_trip, ()) {
  const Sample value = *any_sample();
  const auto again = decode<Sample>(encode(value));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == value);
}

RC_GTEST_PROP(codec, every_cut_is_truncated_and_every_addition_trails, ()) {
  const Bytes bytes = encode(*any_sample());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    RC_ASSERT(decode<Sample>(ByteView(bytes).first(n)).error() == Reject::truncated);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  RC_ASSERT(decode<Sample>(longer).error() == Reject::trailing_bytes);
}

// A changed bit is refused, or is another value whose one encoding is the changed bytes.
RC_GTEST_PROP(codec, every_bit_counts, ()) {
  const Sample value = *any_sample();
  Bytes bytes = encode(value);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
    if (const auto other = decode<Sample>(bytes)) {
      RC_ASSERT(!(*other == value));
      RC_ASSERT(encode(*other) == bytes);
    }
    bytes[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
  }
}

}  // namespace
}  // namespace caduceus
