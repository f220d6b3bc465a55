// The canonical codec: docs/PROTOCOL.md, "Encodings". One list of fields a type gives its hash, wire and disk form.
//
//   struct Licence {
//     Identity hospital;
//     std::uint8_t device = 0;
//     static auto fields(auto& self) { return std::tie(self.hospital, self.device); }
//     Checked<void> check() const;          // optional: what the fields' own types cannot say
//   };
//   Bytes bytes = encode(licence);
//   Checked<Licence> again = decode<Licence>(bytes);
//
// Every value has exactly one encoding: decode(b) = v implies encode(v) = b. Every length has a limit in its type, so that a
// decoder's memory is bounded by the bytes it was given. A type with a form of its own specialises Codec.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/number.h"
#include "core/base/result.h"

namespace caduceus {

// Variable bytes of Min to Max length.
template <std::size_t Min, std::size_t Max>
struct Blob {
  Bytes value;
  friend auto operator<=>(const Blob&, const Blob&) = default;
};

// Text of Min to Max bytes.
template <std::size_t Min, std::size_t Max>
struct Text {
  std::string value;
  friend auto operator<=>(const Text&, const Text&) = default;
};

// Min to Max elements.
template <class T, std::size_t Max, std::size_t Min = 0>
struct List {
  std::vector<T> items;
  friend bool operator==(const List&, const List&) = default;
};

// Where encodings go.
class Writer {
 public:
  // Not insert(): of which GCC 12, once it is inlined, says that it copies out of bounds.
  void append(ByteView bytes) {
    const std::size_t size = out_.size();
    out_.resize(size + bytes.size());
    std::ranges::copy(bytes, out_.begin() + static_cast<std::ptrdiff_t>(size));
  }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

// Where they come from: a cursor over bytes that outlive it.
class Reader {
 public:
  explicit Reader(ByteView bytes) : left_(bytes) {}

  // The next n bytes; Reject::truncated when there are fewer.
  [[nodiscard]] Checked<ByteView> take(std::size_t n) {
    if (n > left_.size()) return reject(Reject::truncated);
    const ByteView taken = left_.first(n);
    left_ = left_.subspan(n);
    return taken;
  }
  [[nodiscard]] std::size_t left() const { return left_.size(); }

 private:
  ByteView left_;
};

// write(writer, value) appends the one encoding; read(reader, value) takes it off or says why not.
template <class T>
struct Codec;

template <class T>
void write(auto& writer, const T& value) {
  Codec<T>::write(writer, value);
}

template <class T>
[[nodiscard]] Checked<void> read(Reader& reader, T& value) {
  return Codec<T>::read(reader, value);
}

template <class T>
[[nodiscard]] Bytes encode(const T& value) {
  Writer writer;
  write(writer, value);
  return writer.take();
}

template <class T>
[[nodiscard]] Checked<T> decode(ByteView bytes) {
  Reader reader(bytes);
  Checked<T> value(tl::in_place);
  TRY_VOID(read(reader, *value));
  if (reader.left() != 0) return reject(Reject::trailing_bytes);
  return value;
}

template <class T>
concept HasFields = requires(T& value) { T::fields(value); };

template <class T>
concept HasCheck = requires(const T& value) {
  { value.check() } -> std::same_as<Checked<void>>;
};

template <HasFields T>
struct Codec<T> {
  static void write(auto& writer, const T& value) {
    std::apply([&](const auto&... field) { (caduceus::write(writer, field), ...); }, T::fields(value));
  }
  static Checked<void> read(Reader& reader, T& value) {
    Checked<void> result;
    std::apply([&](auto&... field) { static_cast<void>(((result = caduceus::read(reader, field)) && ...)); }, T::fields(value));
    if constexpr (HasCheck<T>) {
      if (result) result = value.check();
    }
    return result;
  }
};

template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>)
struct Codec<T> {
  static void write(auto& writer, T value) { writer.append(big_endian(value)); }
  static Checked<void> read(Reader& reader, T& value) {
    TRY(const ByteView bytes, reader.take(sizeof(T)));
    value = 0;
    for (const Byte b : bytes) value = static_cast<T>(static_cast<std::uint64_t>(value) << 8 | b);
    return {};
  }
};

template <>
struct Codec<bool> {
  static void write(auto& writer, bool value) { caduceus::write(writer, static_cast<Byte>(value ? 1 : 0)); }
  static Checked<void> read(Reader& reader, bool& value) {
    Byte raw = 0;
    TRY_VOID(caduceus::read(reader, raw));
    if (raw > 1) return reject(Reject::unknown_value);
    value = raw == 1;
    return {};
  }
};

template <class T>
  requires std::is_enum_v<T>
struct Codec<T> {
  using Raw = std::underlying_type_t<T>;
  static void write(auto& writer, T value) { caduceus::write(writer, static_cast<Raw>(value)); }
  static Checked<void> read(Reader& reader, T& value) {
    Raw raw = 0;
    TRY_VOID(caduceus::read(reader, raw));
    if (!is_known(static_cast<T>(raw))) return reject(Reject::unknown_value);
    value = static_cast<T>(raw);
    return {};
  }
};

template <class Kind>
struct Codec<Number<Kind>> {
  static void write(auto& writer, Number<Kind> value) { caduceus::write(writer, value.value()); }
  static Checked<void> read(Reader& reader, Number<Kind>& value) {
    std::uint64_t raw = 0;
    TRY_VOID(caduceus::read(reader, raw));
    value = Number<Kind>(raw);
    return {};
  }
};

template <std::size_t N>
struct Codec<ByteArray<N>> {
  static void write(auto& writer, const ByteArray<N>& value) { writer.append(value); }
  static Checked<void> read(Reader& reader, ByteArray<N>& value) {
    TRY(const ByteView bytes, reader.take(N));
    std::copy_n(bytes.data(), N, value.data());
    return {};
  }
};

// One, then the other.
template <class A, class B>
struct Codec<std::pair<A, B>> {
  static void write(auto& writer, const std::pair<A, B>& both) {
    caduceus::write(writer, both.first);
    caduceus::write(writer, both.second);
  }
  static Checked<void> read(Reader& reader, std::pair<A, B>& both) {
    TRY_VOID(caduceus::read(reader, both.first));
    return caduceus::read(reader, both.second);
  }
};

// A byte that says which, then it.
template <class... Ts>
struct Codec<std::variant<Ts...>> {
  using Variant = std::variant<Ts...>;
  static_assert(sizeof...(Ts) <= 256);
  static void write(auto& writer, const Variant& variant) {
    caduceus::write(writer, static_cast<Byte>(variant.index()));
    std::visit([&](const auto& one) { caduceus::write(writer, one); }, variant);
  }
  static Checked<void> read(Reader& reader, Variant& variant) {
    Byte tag = 0;
    TRY_VOID(caduceus::read(reader, tag));
    return read_one(reader, variant, tag, std::index_sequence_for<Ts...>());
  }

 private:
  template <std::size_t... I>
  static Checked<void> read_one(Reader& reader, Variant& variant, std::size_t tag, std::index_sequence<I...> /*all*/) {
    Checked<void> result = reject(Reject::unknown_value);
    static_cast<void>(((tag == I && (result = caduceus::read(reader, variant.template emplace<I>()), true)) || ...));
    return result;
  }
};

// A fixed number of elements.
template <class T, std::size_t N>
  requires(!std::same_as<T, Byte>)
struct Codec<std::array<T, N>> {
  static void write(auto& writer, const std::array<T, N>& elements) {
    for (const T& element : elements) caduceus::write(writer, element);
  }
  static Checked<void> read(Reader& reader, std::array<T, N>& elements) {
    for (T& element : elements) TRY_VOID(caduceus::read(reader, element));
    return {};
  }
};

// The u32 length or count that stands before what varies.
[[nodiscard]] inline Checked<std::size_t> read_length(Reader& reader, std::size_t least, std::size_t most) {
  std::uint32_t length = 0;
  TRY_VOID(read(reader, length));
  if (length < least) return reject(Reject::too_short);
  if (length > most) return reject(Reject::too_long);
  return length;
}

inline void write_length(auto& writer, std::size_t length) { write(writer, static_cast<std::uint32_t>(length)); }

template <std::size_t Min, std::size_t Max>
struct Codec<Blob<Min, Max>> {
  static void write(auto& writer, const Blob<Min, Max>& blob) {
    write_length(writer, blob.value.size());
    writer.append(blob.value);
  }
  static Checked<void> read(Reader& reader, Blob<Min, Max>& blob) {
    TRY(const std::size_t length, read_length(reader, Min, Max));
    TRY(const ByteView bytes, reader.take(length));
    blob.value.assign(bytes.begin(), bytes.end());
    return {};
  }
};

template <std::size_t Min, std::size_t Max>
struct Codec<Text<Min, Max>> {
  static void write(auto& writer, const Text<Min, Max>& text) {
    write_length(writer, text.value.size());
    writer.append(as_bytes(text.value));
  }
  static Checked<void> read(Reader& reader, Text<Min, Max>& text) {
    TRY(const std::size_t length, read_length(reader, Min, Max));
    TRY(const ByteView bytes, reader.take(length));
    text.value = as_text(bytes);
    return {};
  }
};

template <class T, std::size_t Max, std::size_t Min>
struct Codec<List<T, Max, Min>> {
  static void write(auto& writer, const List<T, Max, Min>& list) {
    write_length(writer, list.items.size());
    for (const T& item : list.items) caduceus::write(writer, item);
  }
  static Checked<void> read(Reader& reader, List<T, Max, Min>& list) {
    TRY(const std::size_t count, read_length(reader, Min, Max));
    list.items.clear();
    // No reserve(count): the count is only a claim until its elements are there.
    for (std::size_t i = 0; i < count; ++i) TRY_VOID(caduceus::read(reader, list.items.emplace_back()));
    return {};
  }
};

template <class T>
struct Codec<std::optional<T>> {
  static void write(auto& writer, const std::optional<T>& value) {
    caduceus::write(writer, value.has_value());
    if (value) caduceus::write(writer, *value);
  }
  static Checked<void> read(Reader& reader, std::optional<T>& value) {
    bool present = false;
    TRY_VOID(caduceus::read(reader, present));
    value.reset();
    return present ? caduceus::read(reader, value.emplace()) : Checked<void>{};
  }
};

}  // namespace caduceus
