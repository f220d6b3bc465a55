// The fields of a message, found by its own list of them: what the tests change one at a time, or put a bad encoding into.
#pragma once

#include <gtest/gtest.h>

#include "core/base/identity.h"
#include "core/crypto/group.h"
#include "test/attacks/refusal.h"

namespace caduceus {

// visit(field) of every field that has no fields of its own, in their order; a Secret's is its content.
template <class T>
void for_each_field(T& value, const auto& visit) {
  if constexpr (HasFields<T>) {
    std::apply([&](auto&... field) { (for_each_field(field, visit), ...); }, T::fields(value));
  } else if constexpr (requires { value.expose(); }) {
    for_each_field(value.expose(), visit);
  } else {
    visit(value);
  }
}

// Through its encoding, since what holds secrets is not copied otherwise.
template <class T>
T copy_of(const T& value) {
  return *decode<T>(encode_secret(value).expose());
}

// To another valid value of the field's type.
template <class Curve>
void change(Point<Curve>& point) {
  point += Point<Curve>::generator();
}
inline void change(Scalar& scalar) { scalar += Scalar(1); }
inline void change(std::unsigned_integral auto& number) { ++number; }
template <class Kind>
void change(Number<Kind>& number) {
  ++number;
}
template <std::size_t N>
void change(ByteArray<N>& bytes) {
  bytes.back() ^= 1;
}
template <std::size_t Min, std::size_t Max>
void change(Text<Min, Max>& text) {
  text.value.back() = text.value.back() == 'x' ? 'y' : 'x';
}
inline void change(Role& role) { role = role == Role::miner ? Role::hospital : Role{static_cast<Byte>(static_cast<Byte>(role) + 1)}; }

// A field's name, for who reads a failure, and what a change of it must be refused as.
struct FieldRule {
  const char* field;
  Reject reason;
};

// check(value) is accepted; with any one field changed it is refused, as the field's rule says. A rule for every field.
template <class T>
void expect_every_field_counts(const T& value, const std::vector<FieldRule>& rules, const auto& check) {
  T original = copy_of(value);
  EXPECT_THAT(check(original), accepted());
  std::size_t fields = 0;
  for_each_field(original, [&](auto&) { ++fields; });
  ASSERT_EQ(fields, rules.size());

  for (std::size_t n = 0; n < fields; ++n) {
    T changed = copy_of(value);
    std::size_t i = 0;
    for_each_field(changed, [&](auto& field) {
      if (i++ == n) change(field);
    });
    EXPECT_THAT(check(changed), refused_as(rules[n].reason)) << rules[n].field;
  }
}

// Where in a value's encoding what is of type Field stands: also in lists, and in what may be missing.
template <class Field>
struct Places {
  std::vector<std::size_t> found;
  std::size_t offset = 0;

  void look(const Field& /*value*/) {
    found.push_back(offset);
    offset += Field::encoded_size;
  }
  template <class T>
  void look(const std::optional<T>& value) {
    ++offset;
    if (value) look(*value);
  }
  template <class T, std::size_t Max, std::size_t Min>
  void look(const List<T, Max, Min>& list) {
    offset += sizeof(std::uint32_t);
    for (const T& item : list.items) look(item);
  }
  template <class T>
  void look(const T& value) {
    if constexpr (HasFields<const T>) {
      std::apply([&](const auto&... field) { (look(field), ...); }, T::fields(value));
    } else if constexpr (requires { value.expose(); }) {
      look(value.expose());
    } else {
      offset += encode_secret(value).size();
    }
  }
};
template <class Field, class T>
std::vector<std::size_t> places_of(const T& value) {
  Places<Field> places;
  places.look(value);
  EXPECT_EQ(places.offset, encode_secret(value).size());
  return places.found;
}

}  // namespace caduceus
