#include "host/node/turns.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace caduceus {

void Turns::begin(const Bytes& about, Task task) {
  const auto [place, is_free] = waiting_.try_emplace(about);
  if (is_free) {
    task();
  } else {
    place->second.push_back(std::move(task));
  }
}

void Turns::end(const Bytes& about) {
  const auto place = waiting_.find(about);
  if (place->second.empty()) {
    waiting_.erase(place);
    return;
  }
  boost::asio::post(loop_, [next = std::move(place->second.front()), lives = lives_] {
    if (*lives) next();
  });
  place->second.pop_front();
}

}  // namespace caduceus
