// Bytes, views of bytes, and their hexadecimal form.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caduceus {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;
using ByteSpan = std::span<Byte>;

template <std::size_t N>
using ByteArray = std::array<Byte, N>;

// The result of H (SHA-256), and every other 32-byte string of the protocol.
using Bytes32 = ByteArray<32>;

// The bytes of a text, which must outlive the view.
inline ByteView as_bytes(std::string_view text) { return {reinterpret_cast<const Byte*>(text.data()), text.size()}; }

inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// An unsigned integer as sizeof(T) bytes, big-endian.
template <class T>
constexpr ByteArray<sizeof(T)> big_endian(T value) {
  ByteArray<sizeof(T)> out{};
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out[i] = static_cast<Byte>(value >> (8 * (sizeof(T) - 1 - i)));
  }
  return out;
}

// Lower-case hexadecimal, two characters a byte.
std::string to_hex(ByteView bytes);

// The bytes of lower- or upper-case hexadecimal; nothing when a character is not one or one is missing.
std::optional<Bytes> from_hex(std::string_view hex);

}  // namespace caduceus
