#include "host/store/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "host/store/file_descriptor.h"

namespace caduceus {
namespace {

// The folder that holds this.
std::filesystem::path parent_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

tl::unexpected<Failure> system_failure(const std::string& what, const std::filesystem::path& path) {
  return failure(what + " " + path.string() + ": " + std::system_category().message(errno));
}

bool write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return system_failure("cannot make durable", folder);
  return {};
}

Result<void> write_durably(const std::filesystem::path& path, ByteView bytes, IfExists if_exists) {
  // Random, so that two writers do not share it and a stale one is in nobody's way.
  std::string name = path.string() + ".XXXXXX";
  const FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
  if (!file.is_open()) return system_failure("cannot write beside", path);
  const auto give_up = [&](const std::string& what) {
    auto failed = system_failure(what, path);
    ::unlink(name.c_str());
    return failed;
  };
  if (!write_all(file.get(), bytes) || ::fsync(file.get()) != 0) return give_up("cannot write");
  const unsigned flags = if_exists == IfExists::fail ? RENAME_NOREPLACE : 0;
  if (::renameat2(AT_FDCWD, name.c_str(), AT_FDCWD, path.c_str(), flags) != 0) return give_up("cannot create");
  return sync_folder(parent_of(path));
}

Result<void> make_folder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0) return sync_folder(parent_of(path));
  if (errno == EEXIST) {
    if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) return {};
    return failure(path.string() + " is no folder");
  }
  if (errno != ENOENT || !path.has_parent_path()) return system_failure("cannot make the folder", path);
  TRY_VOID(make_folder(path.parent_path()));
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return system_failure("cannot make the folder", path);
  return sync_folder(parent_of(path));
}

Result<SecretBytes> read_whole(const std::filesystem::path& path, std::size_t limit) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return system_failure("cannot open", path);
  if (!S_ISREG(status.st_mode)) return failure(path.string() + " is not a file");
  if (static_cast<std::uint64_t>(status.st_size) > limit) {
    return failure(path.string() + " is larger than the " + std::to_string(limit) + " bytes that such a file can have");
  }
  SecretBytes bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.expose().data() + filled, bytes.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_failure("cannot read", path);
    if (n == 0) return failure(path.string() + " became shorter while it was read");
    filled += static_cast<std::size_t>(n);
  }
  return bytes;
}

}  // namespace caduceus
