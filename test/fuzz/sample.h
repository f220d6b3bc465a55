// A structure with every kind of field that the codec knows.
#pragma once

#include "core/base/codec.h"

namespace caduceus::fuzz {

enum class Colour : std::uint16_t { red = 1, blue = 0xfffe };
constexpr bool is_known(Colour colour) { return colour == Colour::red || colour == Colour::blue; }

struct Part {
  std::uint8_t u8 = 0;
  std::optional<std::uint16_t> maybe;

  static auto fields(auto& self) { return std::tie(self.u8, self.maybe); }
};

struct Sample {
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  Height number;
  Colour colour = Colour::red;
  ByteArray<4> fixed{};
  Blob<1, 40> blob{{0}};
  Text<0, 5> text;
  List<Part, 6, 1> parts{{{}}};
  List<List<Text<1, 2>, 2>, 3> nested;
  std::optional<Part> part;

  static auto fields(auto& self) {
    return std::tie(self.u32, self.u64, self.number, self.colour, self.fixed, self.blob, self.text, self.parts, self.nested, self.part);
  }
  // A rule between fields, beyond what their types say.
  [[nodiscard]] Checked<void> check() const {
    if (u64 < u32) return reject(Reject::unknown_value);
    return {};
  }
};

}  // namespace caduceus::fuzz
