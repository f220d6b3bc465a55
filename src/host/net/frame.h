// Frames in a stream of bytes: docs/FORMATS.md, "Frames". A length (4 bytes, big-endian, not 0), then so many bytes.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace caduceus {

constexpr std::size_t frame_header = 4;

// What has come, until it is whole. Takes at most twice the memory of what has come, and 32 KiB; what a length says takes none.
class FrameReader {
 public:
  explicit FrameReader(std::size_t limit) : limit_(limit) {}

  // Room for the next bytes, 16 KiB or more; then how many came.
  ByteSpan room();
  void filled(std::size_t count) { end_ += count; }

  // The next whole frame, or nothing yet. Rejects: too_short (a length of 0), too_long; the stream is of no use after that.
  Checked<std::optional<Bytes>> next();

  // Whether some of a frame has come, not all.
  [[nodiscard]] bool inside() const { return begin_ != end_; }
  [[nodiscard]] std::size_t memory() const { return buffer_.size(); }

 private:
  std::size_t limit_;
  Bytes buffer_;
  std::size_t begin_ = 0;  // of what is in the buffer and no part of a frame that was given out
  std::size_t end_ = 0;
};

// What waits to be sent, the oldest first.
class FrameQueue {
 public:
  // Bytes, a frame counted with 64 for itself.
  explicit FrameQueue(std::size_t limit) : limit_(limit) {}

  static std::size_t cost(const Bytes& frame) { return frame.size() + 64; }

  // Drops the oldest until there is room; not one that is on its way in part.
  void push(std::shared_ptr<const Bytes> frame);
  // Appends the next bytes of the stream, until `out` has `size` bytes or all is taken.
  void take(Bytes& out, std::size_t size);
  // The oldest, none of which left yet; the queue is not empty (CHECK).
  std::shared_ptr<const Bytes> pop();
  // The connection broke: a frame that left in part leaves again, whole.
  void rewind() { taken_ = 0; }

  [[nodiscard]] bool empty() const { return frames_.empty(); }
  [[nodiscard]] std::size_t size() const { return frames_.size(); }

 private:
  std::deque<std::shared_ptr<const Bytes>> frames_;
  std::size_t limit_;
  std::size_t cost_ = 0;
  std::size_t taken_ = 0;  // of the first frame, its header included
};

}  // namespace caduceus
