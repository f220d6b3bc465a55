// A hospital's records on its disk, and the same bytes by bare system calls, OpenSSL's AES-GCM and its SHA-256.
#include "bench/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/floor.h"
#include "bench/med_rows.h"
#include "core/base/check.h"
#include "core/crypto/hash.h"
#include "host/node/record_store.h"
#include "host/node/system_random.h"
#include "host/store/durable_file.h"
#include "host/store/file_blob_store.h"
#include "host/store/file_descriptor.h"
#include "host/store/rocks_store.h"
#include "test/temporary_folder.h"

namespace caduceus::bench {
namespace {

using Fields = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t piece_size = 64 << 10;
constexpr std::size_t least_rounds = 3;

template <class T>
T must(Result<T> result) {
  if (!result) std::cerr << "caduceus-lab: " << result.error().message << '\n';
  CHECK(result);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// Microseconds by the wall: what is measured waits for the disk.
double us_of(const auto& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// So many bytes, as pieces of one buffer.
void in_pieces(ByteView buffer, std::size_t size, const auto& take) {
  for (std::size_t done = 0; done < size; done += piece_size) take(buffer.first(std::min(piece_size, size - done)));
}

// Records as a hospital has them, and beside them what the disk takes by itself.
class StoreBench {
 public:
  explicit StoreBench(std::size_t size) : size_(size), buffer_(std::min(size, piece_size)) { SeededRng(1).fill(buffer_); }

  void put() {
    auto writer = must(records_.create(Secret<Bytes32>(Bytes32{1}), static_cast<std::uint32_t>(size_), {{"application/dicom"}}));
    in_pieces(buffer_, size_, [&](ByteView piece) { must(writer.append(piece)); });
    must(writer.commit());
    newest_ = writer.id();
  }

  void get() {
    auto reader = must(records_.read(newest_));
    std::size_t got = 0;
    for (ByteView chunk = must(reader->next()); !chunk.empty(); chunk = must(reader->next())) got += chunk.size();
    CHECK(got == size_);
  }

  // A file in its place, with its folder on disk, and 300 bytes at the end of a log.
  void put_bare() {
    const auto unfinished = folder_.path() / "unfinished", place = folder_.path() / "bare";
    const FileDescriptor file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    in_pieces(buffer_, size_, [&](ByteView piece) { CHECK(write_all(file.get(), piece)); });
    CHECK(::fsync(file.get()) == 0 && ::rename(unfinished.c_str(), place.c_str()) == 0);
    must(sync_folder(folder_.path()));
    CHECK(write_all(log_.get(), Bytes(300)) && ::fdatasync(log_.get()) == 0);
  }

  void get_bare() {
    const FileDescriptor file(::open((folder_.path() / "bare").c_str(), O_RDONLY | O_CLOEXEC));
    Bytes buffer(piece_size);
    ssize_t count = 0;
    for (std::size_t got = 0; got < size_; got += static_cast<std::size_t>(count)) {
      count = ::read(file.get(), buffer.data(), buffer.size());
      CHECK(count > 0);
    }
  }

  void seal_bare() {
    in_pieces(buffer_, size_, [&](ByteView piece) { CHECK(piece.size() == buffer_.size() && seal_()); });
  }

  void hash_bare() {
    in_pieces(buffer_, size_, [](ByteView piece) { CHECK(sha256(piece) != Bytes32{}); });
  }

 private:
  std::size_t size_;
  Bytes buffer_;
  TemporaryFolder folder_;
  SystemRandom rng_;
  std::unique_ptr<store::Store> store_ = must(store::open_rocks_store(folder_.path() / "store", RecordStore::columns));
  std::unique_ptr<store::BlobStore> blobs_ = must(store::open_file_blob_store(folder_.path() / "blobs"));
  RecordStore records_ = must(RecordStore::open(*store_, *blobs_, SecretKey(Bytes32{2}), rng_));
  RecordId newest_{};
  FileDescriptor log_{::open((folder_.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  Work seal_ = seal_floor({{3}, buffer_, piece_size});
};

struct Samples {
  std::vector<double> ours, disk, gcm, hash;
};

Fields fields(std::size_t size, const Samples& us, bool hashes) {
  const double ours = median(us.ours), disk = median(us.disk), gcm = median(us.gcm), hash = hashes ? median(us.hash) : 0;
  const auto rate = [&](double one) { return rounded(static_cast<double>(size) / one); };
  Fields line{{"us", rounded(ours)},
              {"disk_us", rounded(disk)},
              {"gcm_us", rounded(gcm)},
              {"mb_per_s", rate(ours)},
              {"disk_mb_per_s", rate(disk)},
              {"gcm_mb_per_s", rate(gcm)},
              {"ratio", rounded(ours / (disk + gcm + hash))}};
  if (hashes) line["hash_us"] = rounded(hash);
  return line;
}

// Operation and floors in turns, for so many seconds; the median of each counts.
std::pair<Fields, Fields> measure_size(std::size_t size, double seconds) {
  StoreBench bench(size);
  Samples put, get;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (put.ours.size() < least_rounds || Clock::now() < end) {
    put.ours.push_back(us_of([&] { bench.put(); }));
    put.disk.push_back(us_of([&] { bench.put_bare(); }));
    put.gcm.push_back(us_of([&] { bench.seal_bare(); }));
    put.hash.push_back(us_of([&] { bench.hash_bare(); }));
    get.ours.push_back(us_of([&] { bench.get(); }));
    get.disk.push_back(us_of([&] { bench.get_bare(); }));
  }
  get.gcm = put.gcm;
  return {fields(size, put, true), fields(size, get, false)};
}

}  // namespace

std::size_t run_store(const Options& options, std::ostream& out) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 4> sizes{
      {{"4KB", 4 << 10}, {"27KB", 27 << 10}, {"1MB", 1 << 20}, {"256MB", 256 << 20}}};
  std::size_t measured = 0;
  for (const auto& [label, size] : sizes) {
    const std::string put = "store.put." + std::string(label), get = "store.get." + std::string(label);
    const auto is_asked_for = [&](const std::string& name) { return name.find(options.filter) != std::string::npos; };
    if (!is_asked_for(put) && !is_asked_for(get)) continue;
    if (options.progress) std::cerr << label << " …\r" << std::flush;
    const auto [put_fields, get_fields] = measure_size(size, options.seconds);
    for (const auto& [name, row] : {std::pair(put, put_fields), std::pair(get, get_fields)}) {
      if (!is_asked_for(name)) continue;
      ++measured;
      Fields line{{"name", name}};
      line.update(row);
      print_fields(out, line, options.json);
    }
  }
  return measured;
}

}  // namespace caduceus::bench
