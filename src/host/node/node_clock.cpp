#include "host/node/node_clock.h"

#include <boost/asio/post.hpp>

namespace caduceus {

NodeClock::NodeClock(boost::asio::io_context& loop, std::function<void()> wake, std::function<void()> flush)
    : loop_(loop), wake_(std::move(wake)), flush_(std::move(flush)), timer_(loop) {}

NodeClock::~NodeClock() { *lives_ = false; }

Tick NodeClock::now() const {
  const auto since = std::chrono::steady_clock::now() - began_;
  return Tick(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count()));
}

Time NodeClock::wall() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Time(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count()));
}

void NodeClock::wake_at(Tick next) {
  next = std::max(next, now() + 1);
  if (set_ && *set_ <= next) return;
  set_ = next;
  timer_.expires_at(began_ + std::chrono::milliseconds(next.value()));
  timer_.async_wait([this, lives = lives_](const boost::system::error_code& error) {
    if (error || !*lives) return;
    set_.reset();
    wake_();
  });
}

void NodeClock::flush_soon() {
  if (std::exchange(will_flush_, true)) return;
  boost::asio::post(loop_, [this, lives = lives_] {
    if (!*lives) return;
    will_flush_ = false;
    flush_();
  });
}

}  // namespace caduceus
