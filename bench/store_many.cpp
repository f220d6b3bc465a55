#include "bench/store_many.h"

#include <array>
#include <atomic>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "bench/med_rows.h"
#include "bench/wall.h"
#include "core/base/rng.h"
#include "host/node/record_store.h"
#include "host/node/system_random.h"
#include "host/store/file_blob_store.h"
#include "host/store/rocks_store.h"
#include "test/temporary_folder.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t record_size = 4096, threads = 8;
// Of so many one is read again.
constexpr std::size_t sampled = 512;

// Memory of this process that is no file's, MiB.
double anonymous_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == "RssAnon:" && status >> kib) return kib / 1024;
  }
  CHECK(false);
}

double mib_of(const std::filesystem::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return static_cast<double>(bytes) / (1 << 20);
}

struct Opened {
  explicit Opened(const std::filesystem::path& folder, Rng& rng)
      : store(must(store::open_rocks_store(folder / "store", RecordStore::columns))),
        blobs(must(store::open_file_blob_store(folder / "blobs"))),
        records(must(RecordStore::open(*store, *blobs, SecretKey(Bytes32{2}), rng))) {}

  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::BlobStore> blobs;
  RecordStore records;
};

std::vector<RecordId> fill(RecordStore& records, std::size_t count) {
  std::vector<RecordId> sample;
  std::mutex mutex;
  std::atomic<std::size_t> next = 0;
  Bytes content(record_size);
  SeededRng(1).fill(content);
  std::vector<std::jthread> all;
  for (std::size_t i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      for (std::size_t number = next++; number < count; number = next++) {
        auto writer = must(records.create(Secret<Bytes32>(Bytes32{1}), record_size, {{"application/fhir+json"}}));
        must(writer.append(content));
        must(writer.commit());
        if (number % sampled == 0) {
          const std::lock_guard lock(mutex);
          sample.push_back(writer.id());
        }
      }
    });
  }
  all.clear();
  return sample;
}

void read_whole(const RecordStore& records, const RecordId& id) {
  auto reader = must(records.read(id));
  CHECK(reader && must(reader->next()).size() == record_size);
}

}  // namespace

nlohmann::ordered_json measure_many(std::size_t records) {
  const TemporaryFolder folder;
  SystemRandom rng;
  auto opened = std::make_unique<Opened>(folder.path(), rng);
  const double empty = anonymous_mib();
  std::vector<RecordId> sample;
  const double fill_us = us_of([&] { sample = fill(opened->records, records); });
  const double filled = anonymous_mib();
  opened.reset();
  const double restart_us = us_of([&] { opened = std::make_unique<Opened>(folder.path(), rng); });
  const double reopened = anonymous_mib();
  std::vector<double> get, absent;
  for (const RecordId& id : sample) {
    get.push_back(us_of([&] { read_whole(opened->records, id); }));
    absent.push_back(us_of([&, other = rng.bytes<sizeof(RecordId)>()] { CHECK(!must(opened->records.read(other))); }));
  }
  opened.reset();
  return {{"records", records},
          {"put_per_s", rounded(1e6 * static_cast<double>(records) / fill_us)},
          {"get_p50_us", rounded(median(get))},
          {"get_p99_us", rounded(quantile(get, 0.99))},
          {"absent_p50_us", rounded(median(absent))},
          {"restart_ms", rounded(restart_us / 1000)},
          {"empty_mib", rounded(empty)},
          {"filled_mib", rounded(filled)},
          {"reopened_mib", rounded(reopened)},
          {"disk_mib", rounded(mib_of(folder.path() / "store"))}};
}

}  // namespace caduceus::bench
