// A hospital's backup by anybody: its manifest is read before its signature, which takes keys that lie in it.
#include "app/backup_manifest.h"

#include "test/fuzz/entry.h"

namespace caduceus::fuzz {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto read = parse_manifest(as_text(input));
  accepted = read.has_value();
  if (!accepted) return 0;
  // All of it is signed but the signature, and nothing leads out of the backup.
  CHECK(read->text + "# signature " + read->signature + "\n" == as_text(input));
  CHECK(is_backup_path(read->manifest.state));
  for (const auto& [path, hash] : read->manifest.files) CHECK(is_backup_path(path));
  return 0;
}

}  // namespace caduceus::fuzz
