// Secrets: wiped when they go, never printed, never compared with ==, moved but not copied by accident.
#pragma once

#include <string.h>  // explicit_bzero

#include <memory>
#include <type_traits>
#include <utility>

#include "core/base/codec.h"

namespace caduceus {

// Overwrites memory in a way that the compiler does not leave out.
inline void wipe(void* memory, std::size_t size) {
  if (size != 0) explicit_bzero(memory, size);  // which takes no null pointer, not even for nothing
}

// Says that a value which came from secrets may be known: whether a key decoded, whether a point is the identity. It returns its
// argument; the job that follows secrets (test/secrets) puts its own in this one's place.
int declassify(int outcome);
// The same of bytes where they stand: of what was opened, the part that its reader goes by.
void declassify(ByteView bytes);

// A T whose memory is wiped when it goes and when it is moved from. expose() is the only way in, and easy to search for.
template <class T>
class Secret {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Secret() = default;
  explicit Secret(const T& value) : value_(value) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : value_(other.value_) { other.forget(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      value_ = other.value_;
      other.forget();
    }
    return *this;
  }
  ~Secret() { forget(); }

  [[nodiscard]] Secret copy() const { return Secret(value_); }
  [[nodiscard]] const T& expose() const { return value_; }
  // For filling and for arithmetic in place, which leaves no copy behind.
  [[nodiscard]] T& expose() { return value_; }

 private:
  void forget() { wipe(&value_, sizeof value_); }

  T value_{};
};

using SecretKey = Secret<Bytes32>;

// Whether two byte strings are equal; takes as long wherever they differ. For MACs, keys, passphrases.
bool equal_in_constant_time(ByteView a, ByteView b);

// Wipes what it gives back, so that a growing buffer leaves nothing behind.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  explicit WipingAllocator(const WipingAllocator<U>&) {}
  T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T* memory, std::size_t n) {
    wipe(memory, n * sizeof(T));
    std::allocator<T>().deallocate(memory, n);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

// Secret bytes of any length: keys in their encoded form, passphrases, records in the clear.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&&) noexcept = default;
  SecretBytes& operator=(SecretBytes&&) noexcept = default;
  ~SecretBytes() = default;

  void append(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void resize(std::size_t size) { bytes_.resize(size); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] ByteView expose() const { return bytes_; }
  [[nodiscard]] ByteSpan expose() { return bytes_; }

 private:
  std::vector<Byte, WipingAllocator<Byte>> bytes_;
};

// A Writer whose buffer is wiped. A type that holds a Secret can be written to this one only: encode() does not compile for it.
class SecretWriter {
 public:
  void append(ByteView bytes) { out_.append(bytes); }
  [[nodiscard]] SecretBytes take() { return std::move(out_); }

 private:
  SecretBytes out_;
};

template <class T>
[[nodiscard]] SecretBytes encode_secret(const T& value) {
  SecretWriter writer;
  write(writer, value);
  return writer.take();
}

template <class T>
struct Codec<Secret<T>> {
  static void write(SecretWriter& writer, const Secret<T>& secret) { caduceus::write(writer, secret.expose()); }
  static Checked<void> read(Reader& reader, Secret<T>& secret) { return caduceus::read(reader, secret.expose()); }
};

}  // namespace caduceus
