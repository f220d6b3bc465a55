// A trie's keys as rows of half-bytes, the higher half first, and the hex prefix that gives such a row a byte form (Ethereum's
// Yellow Paper, appendix C).
#pragma once

#include <cstring>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/result.h"

namespace caduceus {

// A view of half-bytes; the bytes must outlive it.
class Nibbles {
 public:
  Nibbles() = default;
  explicit Nibbles(ByteView bytes, std::size_t begin = 0) : Nibbles(bytes.data(), begin, 2 * bytes.size()) {}
  Nibbles(const Byte* bytes, std::size_t begin, std::size_t end)
      : bytes_(bytes), begin_(static_cast<std::uint32_t>(begin)), end_(static_cast<std::uint32_t>(end)) {}

  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  Byte operator[](std::size_t i) const {
    const std::size_t at = begin_ + i;
    return at % 2 == 0 ? bytes_[at / 2] >> 4 : bytes_[at / 2] & 0xf;
  }
  // n ≤ size().
  [[nodiscard]] Nibbles first(std::size_t n) const { return {bytes_, begin_, begin_ + n}; }
  [[nodiscard]] Nibbles drop(std::size_t n) const { return {bytes_, begin_ + n, end_}; }

  friend std::size_t common_prefix(Nibbles a, Nibbles b);
  friend bool operator==(Nibbles a, Nibbles b) { return a.size() == b.size() && common_prefix(a, b) == a.size(); }
  friend void write_hex_prefix(ByteSpan out, Nibbles path, bool ends);

 private:
  const Byte* bytes_ = nullptr;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

// How many half-bytes both begin with.
std::size_t common_prefix(Nibbles a, Nibbles b);

// A row of its own, up to the longest key's.
class NibbleRow {
 public:
  static constexpr std::size_t most = 128;

  NibbleRow() = default;
  explicit NibbleRow(Nibbles start) { append(start); }

  // size() < most (CHECK).
  void push(Byte nibble) {
    CHECK(size_ < most);
    Byte& byte = bytes_[size_ / 2];
    byte = size_ % 2 == 0 ? static_cast<Byte>(nibble << 4) : static_cast<Byte>((byte & 0xf0) | nibble);
    ++size_;
  }
  void append(Nibbles more) {
    for (std::size_t i = 0; i < more.size(); ++i) push(more[i]);
  }
  void shrink(std::size_t size) { size_ = size; }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Nibbles view() const { return {bytes_.data(), 0, size_}; }
  // An even number of half-bytes (CHECK).
  [[nodiscard]] ByteView bytes() const {
    CHECK(size_ % 2 == 0);
    return ByteView(bytes_).first(size_ / 2);
  }

 private:
  ByteArray<most / 2> bytes_{};
  std::size_t size_ = 0;
};

// Whether a path ends in a value (a leaf's) and its length's parity stand before it: these many bytes.
constexpr std::size_t hex_prefix_size(std::size_t nibbles) { return 1 + nibbles / 2; }
// Fills `out`, hex_prefix_size(path.size()) bytes.
void write_hex_prefix(ByteSpan out, Nibbles path, bool ends);

struct HexPrefixed {
  Nibbles path;  // into the bytes it was read from
  bool ends = false;
};
// Reject::trie_node_path: no prefix, another than the four, padding that is not zero, or more than NibbleRow::most.
[[nodiscard]] Checked<HexPrefixed> read_hex_prefix(ByteView bytes);

}  // namespace caduceus
