// Test vectors made by an implementation that is not ours (tools/vectors), and the randomness that they give.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/identity.h"
#include "core/base/rng.h"

namespace caduceus {

using Json = nlohmann::json;

// test/vectors/<name>.json. It stays: `for (… : load_vectors(…).at(…))` would go over what is gone, were it a temporary.
inline const Json& load_vectors(const std::string& name) {
  static std::map<std::string, Json> files;
  auto found = files.find(name);
  if (found == files.end()) {
    std::ifstream file(std::string(CADUCEUS_VECTORS "/") + name + ".json");
    found = files.emplace(name, Json::parse(file)).first;
  }
  return found->second;
}

// The bytes of a field in hexadecimal.
inline Bytes bytes_at(const Json& object, const char* field) {
  const auto bytes = from_hex(object.at(field).get<std::string>());
  if (!bytes) throw std::runtime_error(std::string("not hexadecimal: ") + field);
  return *bytes;
}
inline std::string text_at(const Json& object, const char* field) { return object.at(field).get<std::string>(); }

// A field's value in its canonical encoding.
template <class T>
T value_at(const Json& object, const char* field) {
  auto value = decode<T>(bytes_at(object, field));
  if (!value) throw std::runtime_error(std::string(field) + ": " + std::string(name(value.error())));
  return std::move(*value);
}
inline Identity identity_at(const Json& object, const char* field) { return value_at<Identity>(object.at(field), "bytes"); }

// Hands out the draws it was given, in order; a draw of another size is a test's mistake.
class ScriptedRng final : public Rng {
 public:
  ScriptedRng& bytes(const Bytes& draw) {
    draws_.push_back(draw);
    return *this;
  }
  // As 48 bytes that reduce to this scalar.
  ScriptedRng& scalar(const Bytes& encoded) {
    Bytes draw(48);
    std::ranges::copy(encoded, draw.begin() + 16);
    return bytes(draw);
  }
  void fill(ByteSpan out) override {
    if (draws_.empty() || draws_.front().size() != out.size()) throw std::runtime_error("a draw that the script does not hold");
    std::ranges::copy(draws_.front(), out.begin());
    draws_.pop_front();
  }
  [[nodiscard]] bool is_used_up() const { return draws_.empty(); }

 private:
  std::deque<Bytes> draws_;
};

}  // namespace caduceus
