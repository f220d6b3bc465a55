#include "core/crypto/record_body.h"

#include <gtest/gtest.h>

namespace caduceus {
namespace {

const SecretKey key(Bytes32{1, 2, 3});

RecordBody body(std::size_t emr_size, std::size_t proof_size = 300) {
  SeededRng rng(emr_size);
  RecordBody body{{{4}, {5}, {Bytes(proof_size, 6)}}, SecretBytes(emr_size)};
  rng.fill(body.emr.expose());
  return body;
}

// Of random lengths, some of them 0, some longer than a chunk.
template <class Take>
void in_pieces(ByteView bytes, std::uint64_t seed, Take take) {
  SeededRng rng(seed);
  do {
    const ByteView piece = bytes.first(std::min<std::size_t>(bytes.size(), rng.below(rng.below(4) == 0 ? 200'000 : 40'000)));
    bytes = bytes.subspan(piece.size());
    take(piece);
  } while (!bytes.empty());
  take({});
}

Bytes seal_in_pieces(const RecordBody& body, std::uint64_t seed) {
  const ByteView emr = body.emr.expose();
  BodySealer sealer(key, body.head, record_hash(body.head.salt, emr), static_cast<std::uint32_t>(emr.size()));
  Bytes sealed;
  in_pieces(emr, seed, [&](ByteView piece) { sealer.add(piece, sealed); });
  EXPECT_EQ(sealed.size(), sealer.sealed_size());
  return sealed;
}

struct Opened {
  Checked<void> end;
  bool finished = false;
  std::optional<RecordHead> head;
  SecretBytes emr;
  Bytes32 hash{};
};

Opened open_in_pieces(ByteView sealed, std::uint64_t said_size, std::uint64_t seed) {
  BodyOpener opener(key, said_size);
  Opened opened;
  in_pieces(sealed, seed, [&](ByteView piece) {
    if (opened.end) opened.end = opener.add(piece, opened.emr);
  });
  opened.finished = opened.end && opener.finished();
  opened.head = opener.head();
  if (opened.finished) opened.hash = opener.emr_hash();
  return opened;
}

constexpr std::size_t head_size = 68 + 300;  // of body()'s head
constexpr std::size_t chunk = stream_chunk_size;

TEST(record_body, in_pieces_is_byte_for_byte_what_it_is_in_one) {
  for (const std::size_t size :
       {0UL, 1UL, chunk - head_size - 1, chunk - head_size, chunk - head_size + 1, chunk, 5 * chunk - head_size, 1'000'000UL}) {
    const RecordBody one = body(size);
    const Bytes sealed = seal_body(key, one);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      ASSERT_EQ(seal_in_pieces(one, seed), sealed) << size << " bytes, seed " << seed;
      const Opened opened = open_in_pieces(sealed, sealed.size(), seed);
      ASSERT_TRUE(opened.finished) << size << " bytes, seed " << seed;
      EXPECT_EQ(encode(*opened.head), encode(one.head));
      EXPECT_TRUE(std::ranges::equal(opened.emr.expose(), one.emr.expose()));
      EXPECT_EQ(opened.hash, record_hash(one.head.salt, one.emr.expose()));
    }
  }
}

TEST(record_body, a_head_may_be_longer_than_a_chunk) {
  const RecordBody one = body(10, 65'536);
  const Bytes sealed = seal_body(key, one);
  EXPECT_EQ(seal_in_pieces(one, 1), sealed);
  const Opened opened = open_in_pieces(sealed, sealed.size(), 1);
  ASSERT_TRUE(opened.finished);
  EXPECT_EQ(encode(*opened.head), encode(one.head));
}

TEST(record_body, the_hash_of_pieces_is_that_of_the_whole) {
  for (const std::size_t size : {0UL, 1UL, 63UL, 64UL, 200'000UL}) {
    const RecordBody one = body(size);
    RecordHasher hasher(one.head.salt, static_cast<std::uint32_t>(size));
    in_pieces(one.emr.expose(), 3, [&](ByteView piece) { hasher.add(piece); });
    EXPECT_EQ(hasher.finish(), record_hash(one.head.salt, one.emr.expose())) << size;
  }
}

TEST(record_body, nothing_of_a_chunk_that_was_changed_is_given_out) {
  const RecordBody one = body(3 * chunk);
  Bytes sealed = seal_body(key, one);
  sealed[stream_header_size + stream_sealed_chunk_size + 100] ^= 1;
  const Opened opened = open_in_pieces(sealed, sealed.size(), 1);
  EXPECT_EQ(opened.end.error(), Reject::sealed_invalid);
  EXPECT_LE(opened.emr.size(), chunk - head_size) << "what was opened before it, at most";
}

TEST(record_body, what_is_said_of_the_length_is_checked) {
  const Bytes sealed = seal_body(key, body(2 * chunk - head_size));
  const auto said = [&](std::size_t bytes, std::uint64_t size) { return open_in_pieces(ByteView(sealed).first(bytes), size, 1); };
  const std::size_t first = stream_header_size + stream_sealed_chunk_size;
  EXPECT_EQ(said(sealed.size(), first).end.error(), Reject::stream_truncated);
  EXPECT_EQ(said(first, first).end.error(), Reject::stream_truncated);
  EXPECT_EQ(said(sealed.size(), sealed.size() - 1).end.error(), Reject::sealed_invalid);
  EXPECT_EQ(said(sealed.size(), 0).end.error(), Reject::truncated);
  EXPECT_EQ(said(sealed.size(), stream_header_size).end.error(), Reject::truncated);
  EXPECT_EQ(said(sealed.size(), first + 5).end.error(), Reject::truncated) << "a last chunk without room for its tag";
  EXPECT_EQ(said(first, UINT64_MAX).end.error(), Reject::too_long) << "a record of 4 GiB or more";
  EXPECT_EQ(said(sealed.size(), 2 * sealed.size()).end.error(), Reject::stream_after_last) << "the last chunk where more should follow";
  const Opened cut = said(sealed.size() - 1, sealed.size());
  EXPECT_TRUE(cut.end);
  EXPECT_FALSE(cut.finished);
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_EQ(open_in_pieces(longer, sealed.size(), 1).end.error(), Reject::trailing_bytes);
}

TEST(record_body, what_is_no_body_is_refused) {
  const auto opened = [](ByteView plain) {
    const Bytes sealed = seal_stream(key, {}, plain, ByteArray<stream_header_size>{});
    return open_in_pieces(sealed, sealed.size(), 1).end.error();
  };
  EXPECT_EQ(opened({}), Reject::truncated);
  EXPECT_EQ(opened(Bytes(67)), Reject::truncated);
  Bytes proof_too_long(70'000);
  proof_too_long[65] = 1;  // 65,536 and one
  proof_too_long[67] = 1;
  EXPECT_EQ(opened(proof_too_long), Reject::too_long);
}

}  // namespace
}  // namespace caduceus
