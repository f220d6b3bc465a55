// Marks of secrets: undefined memory is a secret to valgrind, defined memory is public. secret_flow.cpp says how that works.
#pragma once

#include <valgrind/memcheck.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "core/base/secret.h"

namespace caduceus {

inline void poison(ByteSpan bytes) { static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size())); }

inline bool is_poisoned(ByteView bytes) {
  Bytes marks(bytes.size());
  CHECK(VALGRIND_GET_VBITS(bytes.data(), marks.data(), marks.size()) == 1);
  return std::ranges::any_of(marks, [](Byte mark) { return mark != 0; });
}

template <class T>
ByteView memory_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const Byte*>(&value), sizeof value};
}

// It goes out to everybody. It was made from secrets, or else this program poisoned nothing: that is checked.
inline void publish(ByteView bytes) {
  CHECK(is_poisoned(bytes));
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size()));
}
template <class T>
  requires(!std::convertible_to<const T&, ByteView>)
void publish(const T& value) {
  publish(memory_of(value));
}

// It holds a secret, and its mark has not got lost on the way.
template <class T>
void still_secret(const Secret<T>& secret) {
  CHECK(is_poisoned(memory_of(secret.expose())));
}

// Whatever is drawn here is secret until it is published.
class SecretRng final : public Rng {
 public:
  void fill(ByteSpan out) override {
    inner_.fill(out);
    poison(out);
  }

 private:
  SeededRng inner_{1};
};

// An outcome that this program looks at.
template <class T>
T must(Checked<T> result) {
  CHECK(result.has_value());
  return *std::move(result);
}

}  // namespace caduceus
