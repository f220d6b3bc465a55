// Ceph keeps three copies and works with two: an OSD that is killed under load costs nothing. With one copy it waits, and so do we, for as
// long as we said.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "test/ceph/cluster.h"
#include "test/store/blob_store_world.h"

namespace caduceus::store {
namespace {

// Threads that put blobs of 1 KB to 6 MB, and read some of what was acknowledged.
class Load {
 public:
  explicit Load(BlobStore& blobs) : blobs_(blobs) {
    for (Byte thread = 0; thread < 4; ++thread) threads_.emplace_back([this, thread] { work(thread); });
  }
  ~Load() { stop(); }
  void stop() {
    stops_ = true;
    threads_.clear();
  }

  [[nodiscard]] std::size_t acknowledged() const {
    const std::lock_guard lock(mutex_);
    return sizes_.size();
  }
  // While it fails nothing.
  void wait_for(std::size_t count) const {
    while (acknowledged() < count && failures_ == 0) std::this_thread::yield();
  }
  [[nodiscard]] std::size_t failures() const { return failures_; }
  // Of what was acknowledged.
  [[nodiscard]] std::map<BlobId, std::size_t> sizes() const {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }

 private:
  void work(Byte thread) {
    SeededRng rng(thread);
    while (!stops_) {
      const auto id = rng.bytes<sizeof(BlobId)>();
      const std::size_t size = id[0] < 16 ? 6'000'000 : std::size_t{1'000} * (1 + id[1]);
      if (const auto done = put(blobs_, id, content(size)); !done) {
        ADD_FAILURE() << done.error().message;
        ++failures_;
        return;
      }
      EXPECT_EQ(get(blobs_, id), content(size));
      const std::lock_guard lock(mutex_);
      sizes_.emplace(id, size);
    }
  }

  BlobStore& blobs_;
  std::atomic<bool> stops_ = false;
  std::atomic<std::size_t> failures_ = 0;
  mutable std::mutex mutex_;
  std::map<BlobId, std::size_t> sizes_;
  std::vector<std::jthread> threads_;
};

void expect_all(const BlobStore& blobs, const std::map<BlobId, std::size_t>& sizes) {
  const BlobIds found = ids_of(blobs);
  for (const auto& [id, size] : sizes) {
    EXPECT_TRUE(found.contains(id));
    EXPECT_EQ(get(blobs, id), content(size));
  }
}

TEST(lost_osd, under_load_costs_nothing) {
  const S3Service service = ceph::new_bucket();
  const auto blobs = open_s3_blob_store(service).value();
  Load load(*blobs);
  load.wait_for(50);
  ceph::cluster("kill osd.1");
  const std::size_t before = load.acknowledged();
  load.wait_for(before + 100);
  EXPECT_GE(load.acknowledged(), before + 100) << "it goes on with two copies";
  expect_all(*blobs, load.sizes());
  ceph::cluster("start");
  load.wait_for(load.acknowledged() + 50);
  load.stop();
  EXPECT_EQ(load.failures(), 0U);
  ceph::cluster("healthy");
  // What has its third copy again does not need the first.
  ceph::cluster("kill osd.0");
  expect_all(*open_s3_blob_store(service).value(), load.sizes());
  ceph::cluster("start");
  ceph::cluster("healthy");
  std::cout << load.sizes().size() << " blobs acknowledged\n";
}

TEST(lost_osd, and_another_is_waited_for_as_long_as_we_said) {
  S3Service service = ceph::new_bucket();
  const auto patient = open_s3_blob_store(service).value();
  service.patience = std::chrono::milliseconds(3'000);
  const auto blobs = open_s3_blob_store(service).value();
  constexpr BlobId one{1}, other{2};
  ASSERT_TRUE(put(*blobs, one, content(10'000)));
  ceph::cluster("kill osd.1");
  ceph::cluster("kill osd.2");
  const auto failed = put(*blobs, other, content(10'000));
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().message.starts_with("blobs: cannot reach " + service.endpoint)) << failed.error().message;
  std::jthread waits([&] { EXPECT_TRUE(put(*patient, {3}, content(20'000))); });
  ceph::cluster("start");
  waits.join();
  ceph::cluster("healthy");
  EXPECT_EQ(get(*patient, one), content(10'000));
  EXPECT_EQ(get(*patient, {3}), content(20'000));
  // Whether what failed is there is known by looking; and then it is whole.
  const auto found = get(*patient, other);
  EXPECT_TRUE(!found || *found == content(10'000));
}

TEST(lost_gateway, is_waited_for) {
  const auto blobs = open_s3_blob_store(ceph::new_bucket()).value();
  ASSERT_TRUE(put(*blobs, {1}, content(8'000'000)));
  Load load(*blobs);
  load.wait_for(10);
  ceph::cluster("kill rgw");
  ceph::cluster("start");
  load.wait_for(load.acknowledged() + 20);
  load.stop();
  EXPECT_EQ(load.failures(), 0U);
  expect_all(*blobs, load.sizes());
}

}  // namespace
}  // namespace caduceus::store
