// A value of fixed size in its encoding: stored, hashed and passed on as it is, and decoded only where it is used. Decoding a point costs
// more than everything else that is done with most transactions.
#pragma once

#include "core/base/check.h"
#include "core/base/codec.h"

namespace caduceus {

template <class T, std::size_t Size>
struct Encoded {
  ByteArray<Size> bytes{};

  static Encoded of(const T& value) {
    const Bytes encoded = encode(value);
    CHECK(encoded.size() == Size);
    Encoded result;
    std::ranges::copy(encoded, result.bytes.begin());
    return result;
  }
  // Reject as decode<T>().
  [[nodiscard]] Checked<T> value() const { return decode<T>(bytes); }

  static auto fields(auto& self) { return std::tie(self.bytes); }
  friend auto operator<=>(const Encoded&, const Encoded&) = default;
};

}  // namespace caduceus
