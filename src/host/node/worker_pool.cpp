#include "host/node/worker_pool.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace caduceus {

WorkerPool::WorkerPool(boost::asio::io_context& loop, std::size_t threads) : loop_(loop), lives_(std::make_shared<bool>(true)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { work(i); });
}

WorkerPool::~WorkerPool() {
  *lives_ = false;
  {
    const std::scoped_lock lock(mutex_);
    stops_ = true;
  }
  changed_.notify_all();
}

void WorkerPool::run(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void WorkerPool::work(std::size_t thread) {
  std::vector<Job> turn;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stops_ || !jobs_.empty(); });
      if (stops_) return;
      // A fair share, so that the others do not stand idle.
      const std::size_t share = std::min(most_in_a_turn, (jobs_.size() + threads_.size() - 1) / threads_.size());
      for (std::size_t i = 0; i < share; ++i) {
        turn.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
      }
    }
    std::vector<Then> found;
    for (Job& job : turn) found.push_back(job(thread));
    turn.clear();
    boost::asio::post(loop_, [found = std::move(found), lives = lives_] {
      for (const Then& then : found) {
        if (*lives) then();
      }
    });
  }
}

}  // namespace caduceus
