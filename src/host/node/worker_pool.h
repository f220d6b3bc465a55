// Threads for what takes long: verification. Nothing that takes a millisecond runs on the event loop.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace caduceus {

class WorkerPool {
 public:
  // On the loop, with what the job found.
  using Then = std::function<void()>;
  // On some thread of the pool, by its number from 0: for what each of them has of its own.
  using Job = std::function<Then(std::size_t thread)>;

  // One thread or more. The loop outlives the pool.
  WorkerPool(boost::asio::io_context& loop, std::size_t threads);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Waits for the jobs that run; the others do not begin, and no more Then is called.
  ~WorkerPool();

  // Jobs begin in this order.
  void run(Job job);

 private:
  void work(std::size_t thread);

  boost::asio::io_context& loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stops_ = false;
  std::shared_ptr<bool> lives_;  // read and written on the loop's thread
  std::vector<std::jthread> threads_;
};

}  // namespace caduceus
