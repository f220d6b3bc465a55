#include "core/chain/rlp.h"

#include <algorithm>
#include <bit>

#include "core/base/check.h"

namespace caduceus {
namespace {

// First bytes: below 0x80 a byte itself; then, for strings and from 0xc0 for lists, up to 55 bytes of payload, and the length's own
// length where there are more.
constexpr Byte string_base = 0x80, list_base = 0xc0;
constexpr std::size_t longest_short = 55;
constexpr std::size_t most_length_bytes = 4;

std::size_t bytes_of(std::uint64_t number) { return (static_cast<std::size_t>(std::bit_width(number)) + 7) / 8; }

void append_integer(Bytes& out, std::uint64_t number) {
  const auto bytes = big_endian(number);
  out.insert(out.end(), bytes.end() - static_cast<std::ptrdiff_t>(bytes_of(number)), bytes.end());
}

void write_header(Bytes& out, Byte base, std::size_t length) {
  CHECK(length <= UINT32_MAX);
  if (length <= longest_short) {
    out.push_back(static_cast<Byte>(base + length));
    return;
  }
  out.push_back(static_cast<Byte>(base + longest_short + bytes_of(length)));
  append_integer(out, length);
}

std::size_t header_size(std::size_t length) { return length <= longest_short ? 1 : 1 + bytes_of(length); }

bool stands_for_itself(ByteView string) { return string.size() == 1 && string[0] < string_base; }

// The length that stands in so many bytes after the first one.
Checked<std::size_t> read_length(ByteView item, std::size_t size) {
  if (size > most_length_bytes) return reject(Reject::too_long);
  if (item.size() <= size) return reject(Reject::truncated);
  std::size_t length = 0;
  for (const Byte b : item.subspan(1, size)) length = length << 8 | b;
  if (length <= longest_short || item[1] == 0) return reject(Reject::not_canonical);
  return length;
}

}  // namespace

void write_rlp(Bytes& out, ByteView string) {
  if (!stands_for_itself(string)) write_header(out, string_base, string.size());
  out.insert(out.end(), string.begin(), string.end());
}

void write_rlp_list_header(Bytes& out, std::size_t payload) { write_header(out, list_base, payload); }

std::size_t rlp_size(ByteView string) { return string.size() + (stands_for_itself(string) ? 0 : header_size(string.size())); }

std::size_t rlp_list_size(std::size_t payload) { return header_size(payload) + payload; }

Bytes rlp_integer(std::uint64_t number) {
  Bytes out;
  append_integer(out, number);
  return out;
}

Checked<std::uint64_t> integer_of_rlp(ByteView string) {
  if (string.size() > sizeof(std::uint64_t)) return reject(Reject::too_long);
  if (!string.empty() && string[0] == 0) return reject(Reject::not_canonical);
  std::uint64_t number = 0;
  for (const Byte b : string) number = number << 8 | b;
  return number;
}

Checked<RlpItem> read_rlp(ByteView& rest) {
  if (rest.empty()) return reject(Reject::truncated);
  const Byte first = rest[0];
  const bool is_list = first >= list_base;
  std::size_t header = 0, length = 1;  // of a byte that stands for itself
  if (first >= string_base) {
    header = 1;
    length = first - std::size_t{is_list ? list_base : string_base};
    if (length > longest_short) {
      header += length - longest_short;
      TRY(length, read_length(rest, length - longest_short));
    }
  }
  if (rest.size() - header < length) return reject(Reject::truncated);
  const RlpItem item{is_list, rest.subspan(header, length), rest.first(header + length)};
  if (header == 1 && !is_list && stands_for_itself(item.payload)) return reject(Reject::not_canonical);
  rest = rest.subspan(header + length);
  return item;
}

Checked<ByteView> read_rlp_string(ByteView& rest) {
  TRY(const RlpItem item, read_rlp(rest));
  if (item.is_list) return reject(Reject::rlp_list);
  return item.payload;
}

Checked<ByteView> decode_rlp_list(ByteView bytes) {
  TRY(const RlpItem item, read_rlp(bytes));
  if (!item.is_list) return reject(Reject::rlp_string);
  if (!bytes.empty()) return reject(Reject::trailing_bytes);
  return item.payload;
}

}  // namespace caduceus
