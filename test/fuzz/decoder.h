// The fuzzer of a decoder: what decodes must encode to the very same bytes, and whatever takes the value must not crash on it.
//
//   FUZZ_DECODER(Licence) { CHECK(value.check()); }      // `value` was decoded
#pragma once

#include <algorithm>

#include "core/base/check.h"
#include "test/fuzz/mutator.h"

namespace caduceus::fuzz {

template <class T>
void round_trip(ByteView input, void (*take)(const T& value)) {
  const Checked<T> value = decode<T>(input);
  accepted = value.has_value();
  if (!accepted) return;
  // encode_secret() takes every type, and writes what encode() writes.
  CHECK(std::ranges::equal(encode_secret(*value).expose(), input));
  take(*value);
}

}  // namespace caduceus::fuzz

#define FUZZ_DECODER(Type)                                                                                                \
  static void take_decoded(const Type& value);                                                                            \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {                                     \
    caduceus::fuzz::round_trip<Type>({data, size}, take_decoded);                                                         \
    return 0;                                                                                                             \
  }                                                                                                                       \
  extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) { \
    return caduceus::fuzz::mutate_encoded<Type>(data, size, most, seed);                                                  \
  }                                                                                                                       \
  static void take_decoded([[maybe_unused]] const Type& value)
