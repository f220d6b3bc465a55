#include "host/fhir/shown_text.h"

#include <array>
#include <cstdint>

namespace caduceus::fhir {
namespace {

// The character at the front, or nothing when it is no UTF-8 (Unicode 15, table 3-7).
std::string_view character_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0U; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return text.substr(0, 1);
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80, most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (first < 0xc2 || first > 0xf4 || second < least || second > most) return {};
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {};
  }
  return text.substr(0, size);
}

// White space, controls (C0, DEL, C1), and what turns the direction of writing: U+202A…202E, U+2066…2069.
bool is_blank(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
  if (character.size() == 1) return byte(0) <= 0x20 || byte(0) == 0x7f;
  if (character.size() == 2) return byte(0) == 0xc2 && byte(1) <= 0xa0;
  if (character.size() != 3 || byte(0) != 0xe2) return false;
  return (byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae) || (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9);
}

}  // namespace

std::string shown_text(std::string_view text, std::size_t most) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string out;
  bool is_apart = false;
  while (!text.empty()) {
    std::string_view character = character_of(text);
    text.remove_prefix(character.empty() ? 1 : character.size());
    if (character.empty()) character = replacement;
    if (is_blank(character)) {
      is_apart = !out.empty();
      continue;
    }
    if (out.size() + (is_apart ? 1 : 0) + character.size() > most) break;
    if (is_apart) out += ' ';
    is_apart = false;
    out += character;
  }
  return out;
}

}  // namespace caduceus::fhir
