#include "host/store/file_content.h"

#include <fcntl.h>
#include <openssl/evp.h>

#include <memory>

#include "core/base/check.h"
#include "host/store/durable_file.h"
#include "host/store/file_descriptor.h"

namespace caduceus {
namespace {

constexpr std::size_t piece_size = std::size_t{1} << 18U;

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

template <class Take>
Result<FileContent> read_pieces(const std::filesystem::path& path, Take take) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_failure("cannot open", path);
  const std::unique_ptr<EVP_MD_CTX, Free> digest(EVP_MD_CTX_new());
  CHECK(EVP_DigestInit_ex2(digest.get(), EVP_sha256(), nullptr) == 1);
  Bytes piece(piece_size);
  FileContent content;
  for (;;) {
    const ssize_t size = ::read(file.get(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_failure("cannot read", path);
    if (size == 0) break;
    const ByteView bytes(piece.data(), static_cast<std::size_t>(size));
    CHECK(EVP_DigestUpdate(digest.get(), bytes.data(), bytes.size()) == 1);
    content.size += bytes.size();
    TRY_VOID(take(bytes));
  }
  CHECK(EVP_DigestFinal_ex(digest.get(), content.sha256.data(), nullptr) == 1);
  return content;
}

}  // namespace

Result<FileContent> read_content(const std::filesystem::path& file) {
  return read_pieces(file, [](ByteView) { return Result<void>(); });
}

Result<FileContent> copy_content(const std::filesystem::path& from, const std::filesystem::path& to) {
  const FileDescriptor file(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_failure("cannot make", to);
  return read_pieces(from, [&](ByteView bytes) -> Result<void> {
    if (!write_all(file.get(), bytes)) return system_failure("cannot write", to);
    return {};
  });
}

Result<void> sync_file_system(const std::filesystem::path& path) {
  const FileDescriptor there(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!there.is_open()) return system_failure("cannot open", path);
  if (::syncfs(there.get()) != 0) return system_failure("cannot write", path);
  return {};
}

}  // namespace caduceus
