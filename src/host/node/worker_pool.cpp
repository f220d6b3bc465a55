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
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stops_ || !jobs_.empty(); });
      if (stops_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    boost::asio::post(loop_, [then = job(thread), lives = lives_] {
      if (*lives) then();
    });
  }
}

}  // namespace caduceus
