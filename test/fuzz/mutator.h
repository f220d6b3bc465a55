// Changes a value by its structure: another valid point, scalar or name in place of the one that was there. Bytes changed at random
// practically never are in the group of order r, so that without this nothing behind a point's decoding would ever be reached.
#pragma once

#include <algorithm>
#include <cstring>
#include <variant>

#include "core/base/identity.h"
#include "core/crypto/group.h"
#include "core/crypto/multi_signature.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : rng_(seed) {}

  SeededRng& rng() { return rng_; }
  bool one_in(std::uint64_t n) { return rng_.below(n) == 0; }

  template <std::unsigned_integral T>
  void change(T& value) {
    switch (rng_.below(5)) {
      case 0: value = static_cast<T>(rng_.next()); break;
      case 1: value = static_cast<T>(value + 1); break;
      case 2: value = static_cast<T>(value - 1); break;
      case 3: value = static_cast<T>(value ^ std::uint64_t{1} << rng_.below(8 * sizeof(T))); break;
      default: value = one_in(2) ? 0 : static_cast<T>(~T{0});
    }
  }

  void change(bool& value) { value = !value; }

  template <class T>
    requires std::is_enum_v<T>
  void change(T& value) {
    value = static_cast<T>(rng_.below(8));  // some of them unknown
  }

  template <class Kind>
  void change(Number<Kind>& number) {
    std::uint64_t value = number.value();
    change(value);
    number = Number<Kind>(value);
  }

  template <std::size_t N>
  void change(ByteArray<N>& bytes) {
    change(bytes[rng_.below(N)]);
  }

  template <class T, std::size_t N>
    requires(!std::same_as<T, Byte>)
  void change(std::array<T, N>& elements) {
    change(elements[rng_.below(N)]);
  }

  template <class... Kinds>
  void change(std::variant<Kinds...>& value) {
    std::visit([&](auto& one) { change(one); }, value);
  }

  template <std::size_t Min, std::size_t Max>
  void change(Blob<Min, Max>& blob) {
    resize<Min, Max>(blob.value);
    if (!blob.value.empty()) change(blob.value[rng_.below(blob.value.size())]);
  }

  template <std::size_t Min, std::size_t Max>
  void change(Text<Min, Max>& text) {
    constexpr std::string_view characters = "abcxyz0189.-A ";
    resize<Min, Max>(text.value);
    if (!text.value.empty()) text.value[rng_.below(text.value.size())] = characters[rng_.below(characters.size())];
  }

  template <class T, std::size_t Max, std::size_t Min>
  void change(List<T, Max, Min>& list) {
    if (list.items.empty() || one_in(4)) {
      list.items.emplace_back();
    } else if (one_in(3)) {
      list.items.erase(list.items.begin() + static_cast<std::ptrdiff_t>(rng_.below(list.items.size())));
    } else if (one_in(2)) {
      std::swap(list.items[rng_.below(list.items.size())], list.items[rng_.below(list.items.size())]);
    } else {
      change(list.items[rng_.below(list.items.size())]);
    }
  }

  template <class T>
  void change(std::optional<T>& value) {
    if (!value) {
      value.emplace();
    } else if (one_in(3)) {
      value.reset();
    } else {
      change(*value);
    }
  }

  void change(Scalar& scalar) {
    switch (rng_.below(4)) {
      case 0: scalar = Scalar::random(rng_); break;
      case 1: scalar = Scalar(rng_.below(3)); break;
      case 2: scalar = Scalar() - scalar; break;
      default: scalar += Scalar(1);
    }
  }

  template <class Curve>
  void change(Point<Curve>& point) {
    switch (rng_.below(4)) {
      case 0: point = Point<Curve>() - point; break;
      case 1: point += Point<Curve>::generator(); break;
      case 2: point = Scalar(rng_.below(4)) * Point<Curve>::generator(); break;  // 0: the identity, which is to be refused
      default: point = Scalar::random(rng_) * Point<Curve>::generator();
    }
  }

  template <class T>
  void change(Secret<T>& secret) {
    change(secret.expose());
  }

  void change(SignerSet& set) {
    if (set.size() == 0 || one_in(4)) set = SignerSet(static_cast<std::uint16_t>(1 + rng_.below(one_in(2) ? 8 : SignerSet::most_signers)));
    set.insert(rng_.below(set.size()));
  }

  template <HasFields T>
  void change(T& value) {
    std::apply(
        [&](auto&... field) {
          if constexpr (sizeof...(field) > 0) {
            std::uint64_t left = rng_.below(sizeof...(field));
            static_cast<void>(((left-- == 0 ? (change(field), true) : false) || ...));
          }
        },
        T::fields(value));
  }

 private:
  template <std::size_t Min, std::size_t Max>
  void resize(auto& text) {
    if (one_in(2)) return;
    text.resize(one_in(4) ? (one_in(2) ? Min : Max) : std::clamp(text.size() + rng_.below(3) - 1, Min, Max), 'a');
  }

  SeededRng rng_;
};

// Writes a mutant to an input's place; its size, or 0 when there is no room.
inline std::size_t put(ByteView mutant, std::uint8_t* data, std::size_t most) {
  if (mutant.size() > most) return 0;
  if (!mutant.empty()) std::memcpy(data, mutant.data(), mutant.size());
  return mutant.size();
}

// The mutator of a decoder of T.
template <class T>
std::size_t mutate_encoded(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  if (mutator.one_in(2)) {
    if (auto value = decode<T>({data, size})) {
      do mutator.change(*value);
      while (mutator.one_in(3));
      if (const std::size_t mutant = put(encode_secret(*value).expose(), data, most)) return mutant;
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}

}  // namespace caduceus::fuzz
