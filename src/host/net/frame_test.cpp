#include "host/net/frame.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/rng.h"

namespace caduceus {
namespace {

std::shared_ptr<const Bytes> frame(std::size_t size, Byte fill) { return std::make_shared<const Bytes>(size, fill); }

// Hands the reader these bytes, at most `step` at a time, and returns the frames; or the reason.
Checked<std::vector<Bytes>> read(FrameReader& reader, ByteView bytes, std::size_t step) {
  std::vector<Bytes> frames;
  while (!bytes.empty()) {
    const ByteSpan room = reader.room();
    const std::size_t count = std::min({step, room.size(), bytes.size()});
    std::ranges::copy(bytes.first(count), room.begin());
    reader.filled(count);
    bytes = bytes.subspan(count);
    while (true) {
      TRY(auto next, reader.next());
      if (!next) break;
      frames.push_back(std::move(*next));
    }
  }
  return frames;
}

TEST(frame, what_is_taken_in_any_pieces_is_read_in_any_pieces) {
  SeededRng rng(1);
  for (int round = 0; round < 200; ++round) {
    FrameQueue queue(10 << 20);
    std::vector<Bytes> sent;
    for (std::uint64_t n = rng.below(20); n > 0; --n) {
      Bytes bytes(1 + rng.below(rng.below(8) == 0 ? 200'000 : 100));
      rng.fill(bytes);
      sent.push_back(bytes);
      queue.push(std::make_shared<const Bytes>(bytes));
    }
    Bytes stream;
    while (!queue.empty()) queue.take(stream, stream.size() + 1 + rng.below(rng.below(2) == 0 ? 8 : 70'000));
    FrameReader reader(200'000);
    EXPECT_EQ(read(reader, stream, 1 + rng.below(rng.below(2) == 0 ? 8 : 70'000)), sent);
    EXPECT_FALSE(reader.inside());
  }
}

TEST(frame, of_no_bytes_or_more_than_the_limit_is_refused) {
  for (const auto& [header, reason] : std::vector<std::pair<Bytes, Reject>>{
           {{0, 0, 0, 0}, Reject::too_short}, {{0, 0, 0, 101}, Reject::too_long}, {{255, 255, 255, 255}, Reject::too_long}}) {
    FrameReader reader(100);
    EXPECT_EQ(read(reader, header, 1), tl::unexpected(reason));
  }
  FrameReader reader(100);
  EXPECT_EQ(read(reader, Bytes{0, 0, 0, 1, 7}, 9), std::vector<Bytes>{{7}});
}

TEST(frame, a_length_takes_no_memory_and_bytes_take_twice_theirs) {
  FrameReader reader(64 << 20);
  const Bytes header{4, 0, 0, 0};  // 64 MiB
  ASSERT_TRUE(read(reader, header, 4));
  std::size_t come = header.size();
  for (const Bytes bytes(100'000); come < (40 << 20);) {
    come += bytes.size();
    ASSERT_TRUE(read(reader, bytes, bytes.size()));
    ASSERT_LE(reader.memory(), 2 * come + (32 << 10));
  }
  EXPECT_TRUE(reader.inside());
}

TEST(frame, memory_of_a_long_frame_is_given_back) {
  FrameReader reader(1 << 20);
  FrameQueue queue(2 << 20);
  queue.push(frame(1 << 20, 1));
  Bytes stream;
  queue.take(stream, 2 << 20);
  EXPECT_EQ(read(reader, stream, stream.size())->size(), 1);
  reader.room();
  EXPECT_LE(reader.memory(), 64 << 10);
}

TEST(frame, a_full_queue_drops_its_oldest_but_not_what_is_on_its_way) {
  FrameQueue queue(3 * (10 + 64));
  for (Byte i = 0; i < 5; ++i) queue.push(frame(10, i));
  EXPECT_EQ(queue.size(), 3);
  Bytes stream;
  queue.take(stream, 5);  // the header of frame 2, and a byte of it
  queue.push(frame(10, 5));
  queue.take(stream, 1000);
  FrameReader reader(100);
  EXPECT_EQ(read(reader, stream, 1000), (std::vector<Bytes>{Bytes(10, 2), Bytes(10, 4), Bytes(10, 5)}));
}

TEST(frame, what_left_in_part_leaves_again_whole) {
  FrameQueue queue(1000);
  queue.push(frame(10, 1));
  queue.push(frame(10, 2));
  Bytes stream;
  queue.take(stream, 20);
  queue.rewind();
  stream.clear();
  queue.take(stream, 1000);
  FrameReader reader(100);
  EXPECT_EQ(read(reader, stream, 1000), std::vector<Bytes>{Bytes(10, 2)});
}

}  // namespace
}  // namespace caduceus
