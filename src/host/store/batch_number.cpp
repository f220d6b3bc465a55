#include "host/store/batch_number.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "core/base/check.h"
#include "host/store/durable_file.h"

namespace caduceus::store {
namespace {

struct Range {
  std::uint64_t first;
  std::uint64_t last;
};

std::string encode(const std::vector<Range>& ranges) {
  std::string text;
  for (const auto& [first, last] : ranges) text.append(as_text(big_endian(first))).append(as_text(big_endian(last)));
  return text;
}

std::uint64_t number_at(std::string_view text, std::size_t place) {
  std::uint64_t number = 0;
  for (const Byte byte : as_bytes(text.substr(place, 8))) number = number << 8U | byte;
  return number;
}

// Nothing when these are no ranges.
std::optional<std::vector<Range>> decode(std::string_view text) {
  if (text.size() % 16 != 0) return std::nullopt;
  std::vector<Range> ranges;
  for (std::size_t place = 0; place < text.size(); place += 16) ranges.push_back({number_at(text, place), number_at(text, place + 8)});
  return ranges;
}

constexpr std::uint64_t batches_a_sync = 16;

// A number and its complement: a change of either shows. One sector, so a power cut leaves the old or the new.
constexpr std::size_t mark_size = 16;

Bytes encode_mark(std::uint64_t number) {
  Bytes bytes;
  for (const std::uint64_t half : {number, ~number}) {
    for (const Byte byte : big_endian(half)) bytes.push_back(byte);
  }
  return bytes;
}

}  // namespace

std::string BatchRanges::of(std::uint64_t n) { return encode({{n, n}}); }

bool BatchRanges::Merge(const rocksdb::Slice& /*key*/, const rocksdb::Slice* existing, const rocksdb::Slice& value, std::string* merged,
                        rocksdb::Logger* /*log*/) const {
  auto ranges = decode(existing != nullptr ? existing->ToStringView() : std::string_view());
  const auto more = decode(value.ToStringView());
  if (!ranges || !more) return false;
  for (const auto& [first, last] : *more) {
    if (!ranges->empty() && first >= ranges->back().first && first <= ranges->back().last + 1) {
      ranges->back().last = std::max(ranges->back().last, last);
    } else {
      ranges->push_back({first, last});
    }
  }
  *merged = encode(*ranges);
  return true;
}

Result<std::uint64_t> BatchRanges::newest(std::string_view value) {
  const auto ranges = decode(value);
  if (!ranges || ranges->empty()) return failure("its count of batches is none");
  if (ranges->front().first != 1) return failure("all batches before number " + std::to_string(ranges->front().first) + " are missing");
  if (ranges->size() > 1) return failure("batches after number " + std::to_string(ranges->front().last) + " are missing");
  return ranges->front().last;
}

Result<std::optional<BatchMark>> BatchMark::open(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open()) return system_failure("cannot open", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? failure(path.parent_path().string() + " is in use, by another process or by this one")
                                : system_failure("cannot lock", path);
  }
  ByteArray<mark_size + 1> bytes{};
  const ssize_t size = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (size < 0) return system_failure("cannot read", path);
  const std::uint64_t number = number_at(as_text(bytes), 0);
  if (size != mark_size || number != ~number_at(as_text(bytes), 8)) return failure(path.string() + " is damaged");
  return BatchMark(path, std::move(file), number);
}

Result<BatchMark> BatchMark::create(const std::filesystem::path& path) {
  TRY_VOID(write_durably(path, encode_mark(0), IfExists::fail));
  TRY(auto mark, open(path));
  if (!mark) return failure(path.string() + " is gone");
  return *std::move(mark);
}

Result<void> BatchMark::raise(std::uint64_t number) {
  CHECK(number >= number_);
  const Bytes bytes = encode_mark(number);
  ssize_t written = 0;
  do {
    written = ::pwrite(file_.get(), bytes.data(), bytes.size(), 0);
  } while (written < 0 && errno == EINTR);
  if (written < 0) return system_failure("cannot write", path_);
  if (static_cast<std::size_t>(written) != bytes.size()) return failure("cannot write all of " + path_.string());
  number_ = number;
  if (number % batches_a_sync == 0 && ::fdatasync(file_.get()) != 0) return system_failure("cannot write", path_);
  return {};
}

}  // namespace caduceus::store
