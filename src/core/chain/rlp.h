// Ethereum's RLP, as far as tries need it: byte strings and lists of items. Every value has one encoding, and only that is accepted.
// Integers are byte strings, big-endian without leading zeros.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace caduceus {

// Appends a byte string.
void write_rlp(Bytes& out, ByteView string);
// Appends what stands before the items of a list whose encodings take so many bytes.
void write_rlp_list_header(Bytes& out, std::size_t payload);
// How many bytes write_rlp() appends.
std::size_t rlp_size(ByteView string);
// How many bytes a list takes, header and all.
std::size_t rlp_list_size(std::size_t payload);

// A number as the byte string that stands for it: 0 is the empty one.
Bytes rlp_integer(std::uint64_t number);
// And back. Reject::not_canonical: a leading zero. too_long: more than 8 bytes.
[[nodiscard]] Checked<std::uint64_t> integer_of_rlp(ByteView string);

struct RlpItem {
  bool is_list = false;
  ByteView payload;   // a string's bytes, or the encodings of a list's items, which nobody has looked at yet
  ByteView encoding;  // the whole item
};

// The first item, which is taken off. Reject::truncated; not_canonical: a length in more bytes than it needs, or a single byte below 0x80 that does not
// stand for itself; too_long: a length of 2³² or more.
[[nodiscard]] Checked<RlpItem> read_rlp(ByteView& rest);
// The same; it must be a string. Reject as read_rlp(), and rlp_list.
[[nodiscard]] Checked<ByteView> read_rlp_string(ByteView& rest);
// All of these bytes, which must be one list: its payload. Reject as read_rlp(), and rlp_string, trailing_bytes.
[[nodiscard]] Checked<ByteView> decode_rlp_list(ByteView bytes);

}  // namespace caduceus
