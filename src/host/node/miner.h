// Threads that search for a nonce (core/med/pow.h), for no more than their share of a core each.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/med/node.h"

namespace boost::asio {
class io_context;
}

namespace caduceus {

class Miner {
 public:
  // On the loop, with the nonce in its header. The threads rest until they are given the next one.
  using Found = std::function<void(med::Candidate)>;

  // One thread or more; `share` is from 1 to 100, in hundredths of a core. The loop outlives it.
  Miner(boost::asio::io_context& loop, std::size_t threads, unsigned share, Found found);
  Miner(const Miner&) = delete;
  Miner& operator=(const Miner&) = delete;
  // Waits for the threads, some hundredths of a second; Found is not called any more.
  ~Miner();

  // In place of what is searched for now.
  void work_on(med::Candidate candidate);

 private:
  void search(std::size_t thread);

  boost::asio::io_context& loop_;
  unsigned share_;
  std::size_t thread_count_;
  Found found_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const med::Candidate> candidate_;  // none: found
  bool stops_ = false;
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);  // of the loop's thread
  std::vector<std::jthread> threads_;
};

}  // namespace caduceus
