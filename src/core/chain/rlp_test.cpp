#include "core/chain/rlp.h"

#include <gmock/gmock.h>

#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

std::string string_hex(std::string_view text) {
  Bytes out;
  write_rlp(out, as_bytes(text));
  EXPECT_EQ(out.size(), rlp_size(as_bytes(text)));
  return to_hex(out);
}

Bytes list_of(std::initializer_list<std::string_view> strings) {
  Bytes items, out;
  for (const auto string : strings) write_rlp(items, as_bytes(string));
  write_rlp_list_header(out, items.size());
  out.insert(out.end(), items.begin(), items.end());
  EXPECT_EQ(out.size(), rlp_list_size(items.size()));
  return out;
}

// The one item that these bytes are.
Checked<RlpItem> item_of(const std::string& hex, std::size_t zeros = 0) {
  static Bytes bytes;
  bytes = from_hex(hex).value();
  bytes.resize(bytes.size() + zeros);
  ByteView rest = bytes;
  auto item = read_rlp(rest);
  EXPECT_TRUE(!item || item->encoding.size() + rest.size() == bytes.size());
  return item;
}

// The examples of Ethereum's specification.
TEST(rlp, examples_of_ethereum) {
  EXPECT_EQ(string_hex("dog"), "83646f67");
  EXPECT_EQ(to_hex(list_of({"cat", "dog"})), "c88363617483646f67");
  EXPECT_EQ(string_hex(""), "80");
  EXPECT_EQ(to_hex(list_of({})), "c0");
  EXPECT_EQ(string_hex(std::string_view("\0", 1)), "00");
  EXPECT_EQ(string_hex("\x0f"), "0f");
  EXPECT_EQ(string_hex("Lorem ipsum dolor sit amet, consectetur adipisicing elit").substr(0, 8), "b8384c6f");
}

TEST(rlp, lengths_at_the_limits_of_their_forms) {
  EXPECT_EQ(string_hex("\x7f"), "7f");
  EXPECT_EQ(string_hex("\x80"), "8180");
  EXPECT_EQ(string_hex(std::string(55, 'a')).substr(0, 4), "b761");
  EXPECT_EQ(string_hex(std::string(56, 'a')).substr(0, 6), "b83861");
  EXPECT_EQ(string_hex(std::string(255, 'a')).substr(0, 6), "b8ff61");
  EXPECT_EQ(string_hex(std::string(256, 'a')).substr(0, 8), "b9010061");
  EXPECT_EQ(string_hex(std::string(65536, 'a')).substr(0, 10), "ba01000061");
  EXPECT_EQ(to_hex(list_of({std::string(54, 'a')})).substr(0, 4), "f7b6");
  EXPECT_EQ(to_hex(list_of({std::string(55, 'a')})).substr(0, 6), "f838b7");
}

TEST(rlp, reads_what_it_writes) {
  for (const std::size_t length : {0U, 1U, 2U, 55U, 56U, 57U, 255U, 256U, 65535U, 65536U}) {
    const Bytes string(length, 0xee);
    Bytes bytes;
    write_rlp(bytes, string);
    ByteView rest = bytes;
    const auto again = read_rlp_string(rest);
    ASSERT_TRUE(again) << length;
    EXPECT_TRUE(std::ranges::equal(*again, string)) << length;
    EXPECT_TRUE(rest.empty());
  }
  const Bytes list = list_of({"cat", "", "dog"});
  ByteView items = decode_rlp_list(list).value();
  EXPECT_EQ(as_text(read_rlp_string(items).value()), "cat");
  EXPECT_EQ(as_text(read_rlp_string(items).value()), "");
  EXPECT_EQ(as_text(read_rlp_string(items).value()), "dog");
  EXPECT_TRUE(items.empty());
}

TEST(rlp, other_encodings_of_a_value_are_refused) {
  EXPECT_THAT(item_of("8100"), refused_as(Reject::not_canonical));
  EXPECT_THAT(item_of("817f"), refused_as(Reject::not_canonical));
  EXPECT_THAT(item_of("8180"), accepted());
  EXPECT_THAT(item_of("b837", 55), refused_as(Reject::not_canonical));
  EXPECT_THAT(item_of("b838", 56), accepted());
  EXPECT_THAT(item_of("b90038", 56), refused_as(Reject::not_canonical));
  EXPECT_THAT(item_of("b900ff", 255), refused_as(Reject::not_canonical));
  EXPECT_THAT(item_of("f837", 55), refused_as(Reject::not_canonical));
  EXPECT_THAT(item_of("f900ff", 255), refused_as(Reject::not_canonical));
}

TEST(rlp, what_is_cut_off_or_too_long_is_refused) {
  for (const char* hex : {"", "81", "83646f", "b8", "b9ff", "b838", "c1", "c883636174", "f8", "f838", "bbffffffff", "fbffffffff"}) {
    EXPECT_THAT(item_of(hex), refused_as(Reject::truncated)) << hex;
  }
  EXPECT_THAT(item_of("bc0100000000"), refused_as(Reject::too_long));
  EXPECT_THAT(item_of("bfffffffffffffffff"), refused_as(Reject::too_long));
  EXPECT_THAT(item_of("ffffffffffffffffff"), refused_as(Reject::too_long));
}

TEST(rlp, strings_and_lists_are_told_apart) {
  const Bytes list = list_of({"cat"});
  ByteView rest = list;
  EXPECT_THAT(read_rlp_string(rest), refused_as(Reject::rlp_list));
  EXPECT_THAT(decode_rlp_list(from_hex("83646f67").value()), refused_as(Reject::rlp_string));
  EXPECT_THAT(decode_rlp_list(from_hex("c000").value()), refused_as(Reject::trailing_bytes));
}

TEST(rlp, integers) {
  EXPECT_EQ(to_hex(rlp_integer(0)), "");
  EXPECT_EQ(to_hex(rlp_integer(15)), "0f");
  EXPECT_EQ(to_hex(rlp_integer(1024)), "0400");
  EXPECT_EQ(to_hex(rlp_integer(UINT64_MAX)), "ffffffffffffffff");
  for (const std::uint64_t number : {0UL, 1UL, 255UL, 256UL, 1UL << 40U, UINT64_MAX})
    EXPECT_EQ(integer_of_rlp(rlp_integer(number)), number);
  EXPECT_THAT(integer_of_rlp(Bytes{0}), refused_as(Reject::not_canonical));
  EXPECT_THAT(integer_of_rlp(Bytes{0, 1}), refused_as(Reject::not_canonical));
  EXPECT_THAT(integer_of_rlp(Bytes(9, 1)), refused_as(Reject::too_long));
}

}  // namespace
}  // namespace caduceus
