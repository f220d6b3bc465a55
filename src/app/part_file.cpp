#include "app/part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "host/store/file_descriptor.h"

namespace caduceus {
namespace {

Result<void> sync_file(const std::filesystem::path& path, int flags) {
  const FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) return system_failure("cannot make durable", path);
  return {};
}

}  // namespace

PartFile::PartFile(std::filesystem::path place) : place_(std::move(place)), file_(part(), std::ios::binary | std::ios::trunc) {
  using std::filesystem::perms;
  std::error_code ignored;  // then it cannot be written either
  std::filesystem::permissions(part(), perms::owner_read | perms::owner_write, ignored);
}

PartFile::~PartFile() {
  if (place_.empty()) return;  // moved from
  std::error_code ignored;
  std::filesystem::remove(part(), ignored);
}

Result<void> PartFile::add(ByteView bytes) {
  file_ << as_text(bytes);
  if (!file_) return failure("cannot write " + part().string() + ": is the disk full?");
  return {};
}

Result<std::filesystem::path> PartFile::become(const std::string& ending) {
  file_.close();
  if (!file_) return failure("cannot write " + part().string() + ": is the disk full?");
  TRY_VOID(sync_file(part(), O_RDONLY));
  std::filesystem::path whole = place_.string() + ending;
  std::error_code error;
  std::filesystem::rename(part(), whole, error);
  if (error) return failure("cannot write " + whole.string() + ": " + error.message());
  TRY_VOID(sync_file(whole.has_parent_path() ? whole.parent_path() : ".", O_RDONLY | O_DIRECTORY));
  return whole;
}

}  // namespace caduceus
