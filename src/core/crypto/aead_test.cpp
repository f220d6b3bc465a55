#include "core/crypto/aead.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace caduceus {
namespace {

SecretKey key(std::uint64_t seed) {
  SeededRng rng(seed);
  return SecretKey(rng.bytes<32>());
}

Bytes plain(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<Byte>(i * 7 + i / 256);
  return bytes;
}

TEST(aead, opens_what_it_sealed) {
  SeededRng rng(1);
  for (const std::size_t size : {0U, 1U, 100U}) {
    const Bytes sealed = seal(key(1), as_bytes("for"), plain(size), rng);
    EXPECT_EQ(sealed.size(), size + aead_nonce_size + aead_tag_size);
    const auto opened = open(key(1), as_bytes("for"), sealed);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::ranges::equal(opened->expose(), plain(size)));
    EXPECT_EQ(open(key(2), as_bytes("for"), sealed).error(), Reject::sealed_invalid);
    EXPECT_EQ(open(key(1), as_bytes("fox"), sealed).error(), Reject::sealed_invalid);
    EXPECT_EQ(open(key(1), as_bytes("for"), ByteView(sealed).first(27)).error(), Reject::truncated);
  }
}

TEST(stream, opens_what_it_sealed_at_every_edge_of_a_chunk) {
  SeededRng rng(1);
  for (const std::size_t size : {0UL, 1UL, stream_chunk_size - 1, stream_chunk_size, stream_chunk_size + 1, 3 * stream_chunk_size}) {
    const Bytes sealed = seal_stream(key(1), as_bytes("record"), plain(size), rng);
    const auto opened = open_stream(key(1), as_bytes("record"), sealed);
    ASSERT_TRUE(opened) << size;
    EXPECT_TRUE(std::ranges::equal(opened->expose(), plain(size)));
  }
}

TEST(stream, an_end_that_is_not_the_end_has_a_name) {
  SeededRng rng(1);
  const Bytes sealed = seal_stream(key(1), {}, plain(2 * stream_chunk_size), rng);
  const auto cut = ByteView(sealed).first(stream_header_size + stream_sealed_chunk_size);
  EXPECT_EQ(open_stream(key(1), {}, cut).error(), Reject::stream_truncated);
  Bytes longer = sealed;
  longer.resize(longer.size() + stream_sealed_chunk_size);
  EXPECT_EQ(open_stream(key(1), {}, longer).error(), Reject::stream_after_last);
  EXPECT_EQ(open_stream(key(1), {}, ByteView(sealed).first(6)).error(), Reject::truncated);
  EXPECT_EQ(open_stream(key(1), {}, ByteView(sealed).first(7)).error(), Reject::truncated);
}

TEST(stream, a_chunk_that_does_not_open_leaves_nothing_behind) {
  SeededRng rng(1);
  Bytes sealed = seal_stream(key(1), {}, plain(100), rng);
  sealed.back() ^= 1;
  ByteArray<stream_header_size> header;
  std::copy_n(sealed.begin(), header.size(), header.begin());
  StreamOpener opener(key(1), {}, header);
  Bytes out(100, 0xee);
  EXPECT_EQ(opener.open_chunk(ByteView(sealed).subspan(header.size()), true, out).error(), Reject::sealed_invalid);
  EXPECT_EQ(out, Bytes(100));
  EXPECT_FALSE(opener.finished());
}

}  // namespace
}  // namespace caduceus
