// A hospital's records on its disk or in an S3 service, and the same bytes by bare system calls or requests, OpenSSL's AES-GCM and its SHA-256.
#include "bench/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/floor.h"
#include "bench/med_rows.h"
#include "bench/store_many.h"
#include "bench/wall.h"
#include "core/base/check.h"
#include "core/crypto/hash.h"
#include "host/fhir/bundle.h"
#include "host/node/record_store.h"
#include "host/node/system_random.h"
#include "host/store/durable_file.h"
#include "host/store/file_blob_store.h"
#include "host/store/file_descriptor.h"
#include "host/store/rocks_store.h"
#include "host/store/s3_blob_store.h"
#include "test/temporary_folder.h"

namespace caduceus::bench {
namespace {

using Fields = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t piece_size = 64 << 10;
constexpr std::size_t least_rounds = 3;

// So many bytes, as pieces of one buffer.
void in_pieces(ByteView buffer, std::size_t size, const auto& take) {
  for (std::size_t done = 0; done < size; done += piece_size) take(buffer.first(std::min(piece_size, size - done)));
}

using Service = std::optional<store::S3Service>;

// Records as a hospital has them.
class Records {
 public:
  explicit Records(const Service& service)
      : blobs_(must(service ? store::open_s3_blob_store(*service) : store::open_file_blob_store(folder_.path() / "blobs"))),
        is_service_(service.has_value()) {}
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;
  ~Records() {
    if (!is_service_) return;
    std::vector<store::BlobId> all;
    must(blobs_->for_each([&](const store::BlobId& id) { return all.push_back(id), true; }));
    for (const store::BlobId& id : all) must(blobs_->erase(id));
  }

  // Pieces of the buffer, `size` bytes in all.
  [[nodiscard]] RecordId put(ByteView buffer, std::size_t size) {
    auto writer = must(records_.create(Secret<Bytes32>(Bytes32{1}), static_cast<std::uint32_t>(size), {{"application/dicom"}}));
    in_pieces(buffer, size, [&](ByteView piece) { must(writer.append(piece)); });
    must(writer.commit());
    return writer.id();
  }
  // Its size.
  [[nodiscard]] std::size_t get(const RecordId& id) const {
    auto reader = must(records_.read(id));
    std::size_t got = 0;
    for (ByteView chunk = must(reader->next()); !chunk.empty(); chunk = must(reader->next())) got += chunk.size();
    return got;
  }
  [[nodiscard]] store::BlobStore& blobs() { return *blobs_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] Rng& rng() { return rng_; }

 private:
  TemporaryFolder folder_;
  SystemRandom rng_;
  std::unique_ptr<store::Store> store_ = must(store::open_rocks_store(folder_.path() / "store", RecordStore::columns));
  std::unique_ptr<store::BlobStore> blobs_;
  bool is_service_;
  RecordStore records_ = must(RecordStore::open(*store_, *blobs_, SecretKey(Bytes32{2}), rng_));
};

// Records of one size, and beside them what disk or service take by themselves.
class StoreBench {
 public:
  StoreBench(std::size_t size, const Service& service)
      : size_(size), is_service_(service.has_value()), buffer_(std::min(size, piece_size)), records_(service) {
    SeededRng(1).fill(buffer_);
  }

  void put() { newest_ = records_.put(buffer_, size_); }
  void get() { CHECK(records_.get(newest_) == size_); }
  // By so many threads at a time, one each.
  void put_at_once(std::size_t threads) {
    std::vector<std::jthread> all;
    for (std::size_t i = 0; i < threads; ++i) all.emplace_back([&] { static_cast<void>(records_.put(buffer_, size_)); });
  }

  // A file in its place, with its folder on disk, or an object; and 300 bytes at the end of a log.
  void put_bare() {
    is_service_ ? put_object() : put_file();
    CHECK(write_all(log_.get(), Bytes(300)) && ::fdatasync(log_.get()) == 0);
  }
  void get_bare() { is_service_ ? get_object() : get_file(); }

  void seal_bare() {
    in_pieces(buffer_, size_, [&](ByteView piece) { CHECK(piece.size() == buffer_.size() && seal_()); });
  }

  void hash_bare() {
    in_pieces(buffer_, size_, [](ByteView piece) { CHECK(sha256(piece) != Bytes32{}); });
  }

 private:
  void put_object() {
    newest_object_ = records_.rng().bytes<sizeof(store::BlobId)>();
    const auto writer = must(records_.blobs().create(newest_object_));
    in_pieces(buffer_, size_, [&](ByteView piece) { must(writer->append(piece)); });
    must(writer->commit());
  }
  void get_object() {
    const auto reader = must(records_.blobs().open(newest_object_));
    Bytes piece(piece_size);
    for (std::size_t left = size_; left > 0; left -= piece.size()) {
      piece.resize(std::min(left, piece_size));
      must(reader->read(piece));
    }
  }
  void put_file() {
    const auto unfinished = records_.folder() / "unfinished", place = records_.folder() / "bare";
    const FileDescriptor file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    in_pieces(buffer_, size_, [&](ByteView piece) { CHECK(write_all(file.get(), piece)); });
    CHECK(::fsync(file.get()) == 0 && ::rename(unfinished.c_str(), place.c_str()) == 0);
    must(sync_folder(records_.folder()));
  }
  void get_file() {
    const FileDescriptor file(::open((records_.folder() / "bare").c_str(), O_RDONLY | O_CLOEXEC));
    Bytes buffer(piece_size);
    ssize_t count = 0;
    for (std::size_t got = 0; got < size_; got += static_cast<std::size_t>(count)) {
      count = ::read(file.get(), buffer.data(), buffer.size());
      CHECK(count > 0);
    }
  }

  std::size_t size_;
  bool is_service_;
  Bytes buffer_;
  Records records_;
  RecordId newest_{};
  store::BlobId newest_object_{};
  FileDescriptor log_{::open((records_.folder() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  Work seal_ = seal_floor({{3}, buffer_, piece_size});
};

struct Samples {
  std::vector<double> ours, bare, gcm, hash;
};

Fields fields(std::size_t size, const Samples& us, bool hashes, const std::string& bare) {
  const double ours = median(us.ours), floor = median(us.bare), gcm = median(us.gcm), hash = hashes ? median(us.hash) : 0;
  const auto rate = [&](double one) { return rounded(static_cast<double>(size) / one); };
  Fields line{{"us", rounded(ours)},
              {bare + "_us", rounded(floor)},
              {"gcm_us", rounded(gcm)},
              {"mb_per_s", rate(ours)},
              {bare + "_mb_per_s", rate(floor)},
              {"gcm_mb_per_s", rate(gcm)},
              {"ratio", rounded(ours / (floor + gcm + hash))}};
  if (hashes) line["hash_us"] = rounded(hash);
  return line;
}

// Operation and floors in turns, for so many seconds; the median of each counts.
std::pair<Fields, Fields> measure_size(std::size_t size, const Service& service, double seconds) {
  StoreBench bench(size, service);
  Samples put, get;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (put.ours.size() < least_rounds || Clock::now() < end) {
    put.ours.push_back(us_of([&] { bench.put(); }));
    put.bare.push_back(us_of([&] { bench.put_bare(); }));
    put.gcm.push_back(us_of([&] { bench.seal_bare(); }));
    put.hash.push_back(us_of([&] { bench.hash_bare(); }));
    get.ours.push_back(us_of([&] { bench.get(); }));
    get.bare.push_back(us_of([&] { bench.get_bare(); }));
  }
  get.gcm = put.gcm;
  const std::string bare = service ? "s3" : "disk";
  return {fields(size, put, true, bare), fields(size, get, false, bare)};
}

// As many at a time as a hospital has threads that wait for a service.
Fields measure_at_once(std::size_t size, const Service& service, double seconds) {
  constexpr std::size_t threads = 8;
  StoreBench bench(size, service);
  std::vector<double> us;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (us.size() < least_rounds || Clock::now() < end) us.push_back(us_of([&] { bench.put_at_once(threads); }) / threads);
  return {{"us", rounded(median(us))}, {"mb_per_s", rounded(static_cast<double>(size) / median(us))}, {"threads", threads}};
}

Bytes read_patient() {
  std::ifstream file(CADUCEUS_PATIENT, std::ios::binary);
  const Bytes bundle{std::istreambuf_iterator<char>(file), {}};
  CHECK(!bundle.empty());
  return bundle;
}

// A patient's records out of a FHIR bundle, each stored; and in turns with it the import without the storing, and AES-GCM of as many bytes.
Fields measure_import(const Service& service, double seconds) {
  const Bytes bundle = read_patient();
  Records records(service);
  const auto import = [&] {
    auto imported = fhir::import_bundle(bundle);
    CHECK(imported.has_value());
    return *std::move(imported);
  };
  std::size_t emrs = 0, bytes = 0;
  for (const fhir::Emr& emr : import().records) {
    ++emrs;
    bytes += std::get<Bytes>(emr.content).size();
  }
  Bytes buffer(piece_size);
  const Work seal = seal_floor({{3}, buffer, piece_size});
  std::vector<double> all, import_only, gcm;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (all.size() < least_rounds || Clock::now() < end) {
    all.push_back(us_of([&] {
      for (const fhir::Emr& emr : import().records) {
        const Bytes& content = std::get<Bytes>(emr.content);
        static_cast<void>(records.put(content, content.size()));
      }
    }));
    import_only.push_back(us_of([&] { CHECK(import().records.size() == emrs); }));
    gcm.push_back(us_of([&] { CHECK(seal()); }) * static_cast<double>(bytes) / piece_size);
  }
  const double us = median(all);
  return {{"us", rounded(us)},
          {"import_us", rounded(median(import_only))},
          {"gcm_us", rounded(median(gcm))},
          {"emrs", emrs},
          {"bytes", bytes},
          {"emr_per_s", rounded(1e6 * static_cast<double>(emrs) / us)},
          {"mb_per_s", rounded(static_cast<double>(bytes) / us)}};
}

}  // namespace

std::size_t run_store(const Options& options, const std::optional<store::S3Service>& service, std::size_t records, std::ostream& out) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 4> sizes{
      {{"4KB", 4 << 10}, {"27KB", 27 << 10}, {"1MB", 1 << 20}, {"256MB", 256 << 20}}};
  const std::string where = service ? "store.s3." : "store.";
  std::size_t measured = 0;
  const auto is_asked_for = [&](const std::string& name) { return name.find(options.filter) != std::string::npos; };
  const auto print = [&](const std::string& name, const Fields& row) {
    if (!is_asked_for(name)) return;
    ++measured;
    Fields line{{"name", name}};
    line.update(row);
    print_fields(out, line, options.json);
  };
  const auto begin = [&](std::string_view label) {
    if (options.progress) std::cerr << label << " …\r" << std::flush;
  };
  for (const auto& [label, size] : sizes) {
    const std::string put = where + "put." + std::string(label), get = where + "get." + std::string(label);
    if (!is_asked_for(put) && !is_asked_for(get)) continue;
    begin(label);
    const auto [put_fields, get_fields] = measure_size(size, service, options.seconds);
    print(put, put_fields);
    print(get, get_fields);
  }
  if (const std::string name = where + "at_once.27KB"; is_asked_for(name)) {
    begin(name);
    print(name, measure_at_once(27 << 10, service, options.seconds));
  }
  if (const std::string name = "store.many"; records > 0 && is_asked_for(name)) {
    begin(name);
    print(name, measure_many(records));
  }
  if (const std::string name = where + "import"; is_asked_for(name)) {
    begin(name);
    print(name, measure_import(service, options.seconds));
  }
  return measured;
}

}  // namespace caduceus::bench
