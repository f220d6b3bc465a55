#include "host/net/frame.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/check.h"

namespace caduceus {
namespace {

constexpr std::size_t least_room = 16 << 10;  // a record of TLS
constexpr std::size_t usual = 2 * least_room;

std::uint32_t length_of(const Byte* header) {
  return std::uint32_t{header[0]} << 24 | std::uint32_t{header[1]} << 16 | std::uint32_t{header[2]} << 8 | std::uint32_t{header[3]};
}

}  // namespace

ByteSpan FrameReader::room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    // What a long frame took is given back.
    if (buffer_.size() > 2 * usual) Bytes().swap(buffer_);
    if (buffer_.empty()) buffer_.resize(usual);
  } else if (buffer_.size() - end_ < least_room) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < least_room) buffer_.resize(std::min(2 * end_, limit_ + frame_header) + least_room);
  }
  return ByteSpan(buffer_).subspan(end_);
}

Checked<std::optional<Bytes>> FrameReader::next() {
  if (end_ - begin_ < frame_header) return std::nullopt;
  const Byte* const header = buffer_.data() + begin_;
  const std::size_t length = length_of(header);
  if (length == 0) return reject(Reject::too_short);
  if (length > limit_) return reject(Reject::too_long);
  if (end_ - begin_ - frame_header < length) return std::nullopt;
  begin_ += frame_header + length;
  return Bytes(header + frame_header, header + frame_header + length);
}

void FrameQueue::push(std::shared_ptr<const Bytes> frame) {
  const std::size_t more = cost(*frame);
  const auto oldest = taken_ > 0 ? 1 : 0;
  while (std::cmp_greater(frames_.size(), oldest) && cost_ + more > limit_) {
    cost_ -= cost(*frames_[static_cast<std::size_t>(oldest)]);
    frames_.erase(frames_.begin() + oldest);
  }
  cost_ += more;
  frames_.push_back(std::move(frame));
}

std::shared_ptr<const Bytes> FrameQueue::pop() {
  CHECK(!frames_.empty() && taken_ == 0);
  auto frame = std::move(frames_.front());
  frames_.pop_front();
  cost_ -= cost(*frame);
  return frame;
}

void FrameQueue::take(Bytes& out, std::size_t size) {
  const auto append = [&](ByteView bytes) {
    const std::size_t at = out.size();
    const std::size_t count = std::min(bytes.size(), size - at);
    out.resize(at + count);
    std::memcpy(out.data() + at, bytes.data(), count);
    taken_ += count;
  };
  while (!frames_.empty() && out.size() < size) {
    const Bytes& frame = *frames_.front();
    const auto header = big_endian(static_cast<std::uint32_t>(frame.size()));
    if (taken_ < frame_header) append(ByteView(header).subspan(taken_));
    if (taken_ >= frame_header) append(ByteView(frame).subspan(taken_ - frame_header));
    if (taken_ < frame_header + frame.size()) continue;
    taken_ = 0;
    cost_ -= cost(frame);
    frames_.pop_front();
  }
}

}  // namespace caduceus
