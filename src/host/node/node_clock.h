// When a state machine's node does what: the time that it tells the machine, the tick for which the machine asked, and the end of a turn of the
// loop, when what came out of it is taken.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/number.h"

namespace caduceus {

class NodeClock {
 public:
  // `wake` is called at the tick that was asked for, `flush` after the other work of a turn: both on the loop, and not after the clock is gone.
  NodeClock(boost::asio::io_context& loop, std::function<void()> wake, std::function<void()> flush);
  NodeClock(const NodeClock&) = delete;
  NodeClock& operator=(const NodeClock&) = delete;
  ~NodeClock();

  [[nodiscard]] Tick now() const;
  [[nodiscard]] static Time wall();

  // An earlier one that was asked for stays.
  void wake_at(Tick next);
  // One flush for many calls.
  void flush_soon();

 private:
  boost::asio::io_context& loop_;
  std::function<void()> wake_;
  std::function<void()> flush_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  boost::asio::steady_timer timer_;
  std::optional<Tick> set_;
  bool will_flush_ = false;
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
};

}  // namespace caduceus
