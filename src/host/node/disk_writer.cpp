#include "host/node/disk_writer.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "host/node/halt.h"

namespace caduceus {

struct DiskWriter::State {
  State(boost::asio::io_context& event_loop, store::Store& where) : loop(event_loop), store(where) {}

  void begin() {
    is_writing = true;
    // What is written is this thread's until the loop hears of it.
    boost::asio::post(thread, [this, batch = std::make_shared<const store::Batch>(std::exchange(waiting, {})),
                               then = std::exchange(thens, {}), alive = lives] {
      if (!batch->empty()) {
        if (const auto written = store.write(*batch); !written) halt(written.error().message);
      }
      boost::asio::post(loop, [this, then, alive] {
        if (*alive) finish(then);
      });
    });
  }

  void finish(const std::vector<Then>& then) {
    is_writing = false;
    if (!thens.empty()) begin();
    for (const Then& one : then) one();
  }

  boost::asio::io_context& loop;
  store::Store& store;
  store::Batch waiting;
  std::vector<Then> thens;
  bool is_writing = false;
  std::shared_ptr<bool> lives = std::make_shared<bool>(true);  // of the loop's thread
  boost::asio::thread_pool thread{1};
};

DiskWriter::DiskWriter(boost::asio::io_context& loop, store::Store& store) : state_(std::make_unique<State>(loop, store)) {}

DiskWriter::~DiskWriter() {
  *state_->lives = false;
  state_->thread.join();
}

void DiskWriter::write(const store::Batch& batch, Then then) {
  state_->waiting.append(batch);
  state_->thens.push_back(std::move(then));
  if (!state_->is_writing) state_->begin();
}

bool DiskWriter::is_idle() const { return !state_->is_writing && state_->thens.empty(); }

}  // namespace caduceus
