#include "host/store/file_blob_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <vector>

#include "core/base/check.h"
#include "host/store/durable_file.h"
#include "host/store/file_descriptor.h"

namespace caduceus::store {
namespace {

// FOLDER/3f/3fa2…
std::filesystem::path place_of(const std::filesystem::path& folder, const BlobId& id) {
  const std::string name = to_hex(id);
  return folder / name.substr(0, 2) / name;
}

// Of the blob that this file is, or nothing.
std::optional<BlobId> id_of(const std::filesystem::path& file) {
  const auto bytes = from_hex(file.filename().string());
  if (!bytes || bytes->size() != sizeof(BlobId)) return std::nullopt;
  BlobId id;
  std::ranges::copy(*bytes, id.begin());
  return id;
}

// The files in a folder and in those below it, for as long as visit() says true.
template <class VisitFile>
Result<void> for_each_file(const std::filesystem::path& folder, VisitFile visit) {
  std::error_code error;
  auto entry = std::filesystem::recursive_directory_iterator(folder, error);
  for (; !error && entry != std::filesystem::end(entry); entry.increment(error)) {
    if (entry->is_regular_file(error) && !visit(entry->path())) break;
  }
  if (error) return failure("blobs: cannot list " + folder.string() + ": " + error.message());
  return {};
}

class FileBlobWriter final : public BlobWriter {
 public:
  FileBlobWriter(FileDescriptor file, std::string unfinished, std::filesystem::path place)
      : file_(std::move(file)), unfinished_(std::move(unfinished)), place_(std::move(place)) {}
  ~FileBlobWriter() override { give_up(); }

  [[nodiscard]] Result<void> append(ByteView piece) override {
    CHECK(!unfinished_.empty());
    if (!write_all(file_.get(), piece)) return cannot("write");
    return {};
  }

  [[nodiscard]] Result<void> commit() override {
    CHECK(!unfinished_.empty());
    if (::fsync(file_.get()) != 0) return cannot("write");
    TRY_VOID(make_folder(place_.parent_path()));
    if (::renameat2(AT_FDCWD, unfinished_.c_str(), AT_FDCWD, place_.c_str(), RENAME_NOREPLACE) != 0) return cannot("create");
    unfinished_.clear();
    return sync_folder(place_.parent_path());
  }

 private:
  tl::unexpected<Failure> cannot(const std::string& what) {
    auto failed = system_failure("blobs: cannot " + what, place_);
    give_up();
    return failed;
  }

  void give_up() {
    if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
    unfinished_.clear();
  }

  FileDescriptor file_;
  std::string unfinished_;  // where it is until it is whole
  std::filesystem::path place_;
};

class FileBlobReader final : public BlobReader {
 public:
  FileBlobReader(FileDescriptor file, std::uint64_t size, std::filesystem::path place)
      : file_(std::move(file)), size_(size), place_(std::move(place)) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] Result<void> read(ByteSpan out) override {
    while (!out.empty()) {
      const ssize_t n = ::read(file_.get(), out.data(), out.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_failure("blobs: cannot read", place_);
      if (n == 0) return failure("blobs: " + place_.string() + " ends too early");
      out = out.subspan(static_cast<std::size_t>(n));
    }
    return {};
  }

 private:
  FileDescriptor file_;
  std::uint64_t size_;
  std::filesystem::path place_;
};

class FileBlobStore final : public BlobStore {
 public:
  FileBlobStore(std::filesystem::path folder, FileDescriptor lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}

  [[nodiscard]] Result<std::unique_ptr<BlobWriter>> create(const BlobId& id) override {
    std::string name = folder_ / "unfinished" / "XXXXXX";
    FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
    if (!file.is_open()) return system_failure("blobs: cannot write in", folder_ / "unfinished");
    return std::make_unique<FileBlobWriter>(std::move(file), std::move(name), place_of(folder_, id));
  }

  [[nodiscard]] Result<std::unique_ptr<BlobReader>> open(const BlobId& id) const override {
    auto place = place_of(folder_, id);
    FileDescriptor file(::open(place.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return nullptr;
    struct stat status{};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) return system_failure("blobs: cannot open", place);
    return std::make_unique<FileBlobReader>(std::move(file), static_cast<std::uint64_t>(status.st_size), std::move(place));
  }

  [[nodiscard]] Result<void> erase(const BlobId& id) override {
    const auto place = place_of(folder_, id);
    if (::unlink(place.c_str()) != 0 && errno != ENOENT) return system_failure("blobs: cannot erase", place);
    // Also when it was gone: the one who erased it may have failed here.
    if (std::error_code ignored; !std::filesystem::exists(place.parent_path(), ignored)) return {};
    return sync_folder(place.parent_path());
  }

  [[nodiscard]] Result<void> for_each(const std::function<bool(const BlobId&)>& visit) const override {
    bool goes_on = true;
    for (unsigned first = 0; first < 256 && goes_on; ++first) {
      const auto folder = folder_ / to_hex(ByteArray<1>{static_cast<Byte>(first)});
      std::error_code error;
      if (!std::filesystem::exists(folder, error)) {
        if (error) return failure("blobs: cannot list " + folder.string() + ": " + error.message());
        continue;
      }
      std::vector<BlobId> ids;
      TRY_VOID(for_each_file(folder, [&](const std::filesystem::path& file) {
        if (const auto id = id_of(file)) ids.push_back(*id);  // or it is no blob
        return true;
      }));
      std::ranges::sort(ids);
      goes_on = std::ranges::all_of(ids, visit);
    }
    return {};
  }

 private:
  std::filesystem::path folder_;
  FileDescriptor lock_;
};

}  // namespace

Result<std::unique_ptr<BlobStore>> open_file_blob_store(const std::filesystem::path& folder) {
  const auto unfinished = folder / "unfinished";
  TRY_VOID(make_folder(unfinished));
  FileDescriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.is_open()) return system_failure("blobs: cannot open", folder);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure("blobs: cannot lock", folder);
    return failure("blobs: " + folder.string() + " is in use, by another process or by this one");
  }
  Result<void> cleaned;
  TRY_VOID(for_each_file(unfinished, [&](const std::filesystem::path& left) {
    if (::unlink(left.c_str()) != 0) cleaned = system_failure("blobs: cannot clean up", left);
    return cleaned.has_value();
  }));
  TRY_VOID(cleaned);
  return std::make_unique<FileBlobStore>(folder, std::move(lock));
}

}  // namespace caduceus::store
