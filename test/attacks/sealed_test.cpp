// Sealed data: what happens to a stream whose chunks, header, key or use are changed on the way, and to a keystore's bytes.
#include <gtest/gtest.h>

#include "core/crypto/aead.h"
#include "core/crypto/keystore.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

SecretKey key_of(Byte fill) {
  SecretKey key;
  key.expose().fill(fill);
  return key;
}

// A sealed stream, taken apart and put together again otherwise.
struct Chunks {
  Bytes header;
  std::vector<Bytes> chunks;

  explicit Chunks(ByteView sealed) : header(sealed.begin(), sealed.begin() + stream_header_size) {
    for (ByteView rest = sealed.subspan(stream_header_size); !rest.empty();) {
      const ByteView chunk = rest.first(std::min(rest.size(), stream_sealed_chunk_size));
      chunks.emplace_back(chunk.begin(), chunk.end());
      rest = rest.subspan(chunk.size());
    }
  }
  [[nodiscard]] Bytes joined(const std::vector<std::size_t>& order) const {
    Bytes all = header;
    for (const std::size_t i : order) all.insert(all.end(), chunks[i].begin(), chunks[i].end());
    return all;
  }
};

struct sealed_stream : testing::Test {
  SeededRng rng{1};
  SecretKey key = key_of(1);

  // Three chunks, the last as long as the others, so that it can stand in any place; the associated data is its use.
  Bytes sealed(std::size_t size = 3 * stream_chunk_size) {
    Bytes plain(size);
    rng.fill(plain);
    return seal_stream(key, as_bytes("record"), plain, rng);
  }
  [[nodiscard]] Checked<SecretBytes> opened(const Bytes& stream) const { return open_stream(key, as_bytes("record"), stream); }
};

TEST_F(sealed_stream, whose_chunks_are_in_another_order_is_refused) {
  const Chunks chunks(sealed());
  EXPECT_THAT(opened(chunks.joined({0, 1, 2})), accepted());
  EXPECT_THAT(opened(chunks.joined({1, 0, 2})), refused_as(Reject::sealed_invalid));        // swapped
  EXPECT_THAT(opened(chunks.joined({0, 0, 1, 2})), refused_as(Reject::sealed_invalid));     // repeated
  EXPECT_THAT(opened(chunks.joined({0, 2, 1})), refused_as(Reject::sealed_invalid));        // the last before its time
  EXPECT_THAT(opened(chunks.joined({2})), refused_as(Reject::sealed_invalid));              // the last alone
}

TEST_F(sealed_stream, whose_chunks_are_dropped_is_refused) {
  const Chunks chunks(sealed());
  EXPECT_THAT(opened(chunks.joined({1, 2})), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(opened(chunks.joined({0, 2})), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(opened(chunks.joined({0, 1})), refused_as(Reject::stream_truncated));
  EXPECT_THAT(opened(chunks.joined({0})), refused_as(Reject::stream_truncated));
  EXPECT_THAT(opened(chunks.joined({})), refused_as(Reject::truncated));
}

TEST_F(sealed_stream, that_goes_on_after_its_last_chunk_is_refused) {
  const Chunks chunks(sealed());
  EXPECT_THAT(opened(chunks.joined({0, 1, 2, 2})), refused_as(Reject::stream_after_last));
  EXPECT_THAT(opened(chunks.joined({0, 1, 2, 0})), refused_as(Reject::stream_after_last));
  Bytes longer = chunks.joined({0, 1, 2});
  longer.push_back(0);
  EXPECT_THAT(opened(longer), refused_as(Reject::stream_after_last));
  // A short last chunk grows by what is appended, and does not open.
  Bytes grown = sealed(stream_chunk_size + 100);
  grown.push_back(0);
  EXPECT_THAT(opened(grown), refused_as(Reject::sealed_invalid));
}

TEST_F(sealed_stream, a_reader_of_chunks_is_told_the_same) {
  const Chunks chunks(sealed());
  ByteArray<stream_header_size> header;
  std::ranges::copy(chunks.header, header.begin());
  StreamOpener opener(key, as_bytes("record"), header);
  Bytes out(stream_chunk_size);
  EXPECT_THAT(opener.open_chunk(chunks.chunks[0], true, out), refused_as(Reject::stream_truncated));
  EXPECT_THAT(opener.open_chunk(chunks.chunks[0], false, out), accepted());
  EXPECT_THAT(opener.open_chunk(chunks.chunks[0], false, out), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(opener.open_chunk(chunks.chunks[1], false, out), accepted());
  EXPECT_THAT(opener.open_chunk(chunks.chunks[2], false, out), refused_as(Reject::stream_after_last));
  EXPECT_FALSE(opener.finished());
  EXPECT_THAT(opener.open_chunk(chunks.chunks[2], true, out), accepted());
  EXPECT_TRUE(opener.finished());
  EXPECT_THAT(opener.open_chunk(chunks.chunks[2], true, out), refused_as(Reject::stream_after_last));
}

TEST_F(sealed_stream, cut_anywhere_is_refused) {
  const Bytes stream = sealed(2 * stream_chunk_size + 100);
  const std::size_t second_end = stream_header_size + 2 * stream_sealed_chunk_size;
  for (const auto& [size, reason] : std::vector<std::pair<std::size_t, Reject>>{{stream.size() - 1, Reject::sealed_invalid},
                                                                                {second_end + aead_tag_size, Reject::not_canonical},
                                                                                {second_end + aead_tag_size - 1, Reject::truncated},
                                                                                {second_end, Reject::stream_truncated},
                                                                                {second_end - 1, Reject::sealed_invalid},
                                                                                {stream_header_size, Reject::truncated},
                                                                                {stream_header_size - 1, Reject::truncated},
                                                                                {0, Reject::truncated}}) {
    EXPECT_THAT(opened(Bytes(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size))), refused_as(reason)) << size;
  }
}

TEST_F(sealed_stream, with_a_chunk_of_another_stream_is_refused) {
  const Chunks chunks(sealed());
  const Chunks others(sealed());
  for (const std::size_t place : {0U, 1U, 2U}) {
    Chunks mixed = chunks;
    mixed.chunks[place] = others.chunks[place];
    EXPECT_THAT(opened(mixed.joined({0, 1, 2})), refused_as(Reject::sealed_invalid)) << place;
  }
}

TEST_F(sealed_stream, under_another_header_key_or_use_is_refused) {
  const Bytes stream = sealed(100);
  for (std::size_t bit = 0; bit < 8 * stream.size(); ++bit) {
    Bytes changed = stream;
    changed[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
    EXPECT_THAT(opened(changed), refused_as(Reject::sealed_invalid)) << bit;
  }
  EXPECT_THAT(open_stream(key_of(2), as_bytes("record"), stream), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(open_stream(key, as_bytes("recorD"), stream), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(open_stream(key, {}, stream), refused_as(Reject::sealed_invalid));
}

// Who holds the key can seal chunks as no StreamSealer does: two streams for one text are refused all the same.
TEST_F(sealed_stream, that_is_not_the_one_form_of_its_text_is_refused) {
  // One chunk, through the short form with the stream's nonce.
  const auto chunk = [&](std::size_t size, Byte index, bool last) {
    struct Nonce final : Rng {
      Byte index;
      bool last;
      Nonce(Byte i, bool l) : index(i), last(l) {}
      void fill(ByteSpan out) override {
        std::ranges::fill(out, Byte{0});
        out[10] = index;
        out[11] = last ? 1 : 0;
      }
    } nonce(index, last);
    Bytes one = seal(key, as_bytes("record"), Bytes(size), nonce);
    one.erase(one.begin(), one.begin() + aead_nonce_size);
    return one;
  };
  const auto stream = [&](const std::vector<Bytes>& chunks) {
    Bytes all(stream_header_size);
    for (const Bytes& one : chunks) all.insert(all.end(), one.begin(), one.end());
    return all;
  };
  EXPECT_THAT(opened(stream({chunk(stream_chunk_size, 0, false), chunk(9, 1, true)})), accepted());
  EXPECT_THAT(opened(stream({chunk(stream_chunk_size, 0, false), chunk(0, 1, true)})), refused_as(Reject::not_canonical));

  ByteArray<stream_header_size> header{};
  StreamOpener opener(key, as_bytes("record"), header);
  Bytes out(9);
  EXPECT_THAT(opener.open_chunk(chunk(9, 0, false), false, out), refused_as(Reject::not_canonical));
}

TEST(sealed_message, with_any_bit_changed_or_for_another_use_is_refused) {
  SeededRng rng(1);
  const SecretKey key = key_of(1);
  const Bytes sealed = seal(key, as_bytes("request"), as_bytes("a short message"), rng);
  EXPECT_THAT(open(key, as_bytes("request"), sealed), accepted());
  for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
    EXPECT_THAT(open(key, as_bytes("request"), changed), refused_as(Reject::sealed_invalid)) << bit;
  }
  EXPECT_THAT(open(key, as_bytes("answer"), sealed), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(open(key_of(2), as_bytes("request"), sealed), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(open(key, as_bytes("request"), ByteView(sealed).first(sealed.size() - 1)), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(open(key, as_bytes("request"), ByteView(sealed).first(27)), refused_as(Reject::truncated));
}

TEST(sealed_keystore, with_any_byte_changed_is_refused) {
  SeededRng rng(1);
  const SecretBytes passphrase(as_bytes("open sesame"));
  const Bytes file = seal_keystore(SecretBytes(as_bytes("the keys")), passphrase, {.memory = 64, .passes = 1, .lanes = 1}, rng);
  ASSERT_THAT(open_keystore(file, passphrase), accepted());

  // Which byte is what: docs/PROTOCOL.md, "Sealing".
  const auto reason_at = [](std::size_t place) {
    if (place < 8) return Reject::keystore_format;
    if (place == 8 || (place >= 12 && place <= 14) || (place >= 16 && place <= 18)) return Reject::keystore_parameters;
    if (place < 48) return Reject::keystore_passphrase;  // a cost in range, the salt, the nonce
    if (place == 48) return Reject::too_long;            // than a keystore may be
    if (place < 52) return place == 51 ? Reject::trailing_bytes : Reject::truncated;
    return Reject::keystore_passphrase;
  };
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes changed = file;
    changed[i] = i == 51 ? static_cast<Byte>(changed[i] - 1) : static_cast<Byte>(changed[i] ^ 3);
    EXPECT_THAT(open_keystore(changed, passphrase), refused_as(reason_at(i))) << i;
  }
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_THAT(open_keystore(longer, passphrase), refused_as(Reject::trailing_bytes));
  EXPECT_THAT(open_keystore(ByteView(file).first(file.size() - 1), passphrase), refused_as(Reject::truncated));
  EXPECT_THAT(open_keystore({}, passphrase), refused_as(Reject::truncated));
}

}  // namespace
}  // namespace caduceus
