// Numbers that must not be mixed up: each has a type of its own.
#pragma once

#include <compare>
#include <cstdint>

namespace caduceus {

// An unsigned 64-bit number of one kind: ordered, and moved by plain counts of itself.
template <class Kind>
class Number {
 public:
  constexpr Number() = default;
  constexpr explicit Number(std::uint64_t value) : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  friend constexpr auto operator<=>(const Number&, const Number&) = default;

  friend constexpr Number operator+(Number n, std::uint64_t count) { return Number(n.value_ + count); }
  constexpr Number& operator++() {
    ++value_;
    return *this;
  }

 private:
  std::uint64_t value_ = 0;
};

using Height = Number<struct HeightKind>;  // of a block in its chain; genesis is 0
using View = Number<struct ViewKind>;      // of consensus (§8); genesis is 0
using Tick = Number<struct TickKind>;      // of a state machine's clock: milliseconds since it started
using Time = Number<struct TimeKind>;      // milliseconds since the Unix epoch (§1)
using Epoch = Number<struct EpochKind>;    // of signature slots (R5)

// How far apart two times are, whichever is the later; milliseconds.
constexpr std::uint64_t distance(Time a, Time b) { return a < b ? b.value() - a.value() : a.value() - b.value(); }

}  // namespace caduceus
