// Tasks about one thing, one after the other; those about different things do not wait for each other. On the loop.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "core/base/bytes.h"

namespace boost::asio {
class io_context;
}

namespace caduceus {

class Turns {
 public:
  using Task = std::function<void()>;

  explicit Turns(boost::asio::io_context& loop) : loop_(loop) {}
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;
  ~Turns() { *lives_ = false; }

  // At once, or in a later turn of the loop, after those that came before. A task's turn lasts until end().
  void begin(const Bytes& about, Task task);
  void end(const Bytes& about);

 private:
  boost::asio::io_context& loop_;
  std::map<Bytes, std::deque<Task>> waiting_;  // behind the one whose turn it is
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
};

}  // namespace caduceus
