#include "host/node/miner.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>

#include "core/base/check.h"
#include "core/med/pow.h"

namespace caduceus {
namespace {

using Clock = std::chrono::steady_clock;

// After so long a thread looks whether there is something newer, and rests if it has to.
constexpr std::chrono::milliseconds stretch{20};

}  // namespace

Miner::Miner(boost::asio::io_context& loop, std::size_t threads, unsigned share, Found found)
    : loop_(loop), share_(share), thread_count_(threads), found_(std::move(found)) {
  CHECK(threads > 0 && share > 0 && share <= 100);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { search(i); });
}

Miner::~Miner() {
  *lives_ = false;
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_all();
}

void Miner::work_on(med::Candidate candidate) {
  {
    const std::lock_guard lock(mutex_);
    candidate_ = std::make_shared<const med::Candidate>(std::move(candidate));
  }
  changed_.notify_all();
}

void Miner::search(std::size_t thread) {
  std::uint64_t count = 1U << 14U;
  std::uint64_t next = 0;
  std::shared_ptr<const med::Candidate> searched;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stops_ || candidate_ != nullptr; });
    if (stops_) return;
    if (searched != candidate_) {
      searched = candidate_;
      next = ~std::uint64_t{0} / thread_count_ * thread;  // each has a part of its own
    }
    lock.unlock();
    const auto began = Clock::now();
    const auto nonce = med::search(searched->header, next, count);
    const auto worked = Clock::now() - began;
    lock.lock();
    next += count;
    count = std::clamp<std::uint64_t>(worked < stretch / 2 ? count * 2 : worked > stretch * 2 ? count / 2 : count, 1U << 8U, 1U << 24U);
    // A newer one on the same block takes nothing away from what was found.
    if (nonce && candidate_ && candidate_->header.previous == searched->header.previous) {
      candidate_.reset();
      med::Candidate found = *searched;
      found.header.nonce = *nonce;
      boost::asio::post(loop_, [this, found = std::move(found), lives = lives_] {
        if (*lives) found_(found);
      });
    }
    if (share_ < 100) changed_.wait_for(lock, worked * (100 - share_) / share_, [&] { return stops_; });
  }
}

}  // namespace caduceus
