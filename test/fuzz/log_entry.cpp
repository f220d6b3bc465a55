#include "core/roles/access_log.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// An entry follows its own predecessor only.
FUZZ_DECODER(roles::LogEntry) {
  const roles::LogHead before{value.number - 1, value.previous};
  const bool is_first = value.number == 1 && value.previous != Bytes32{};
  if (value.number > 0 && !is_first) CHECK(roles::follows(before, value));
  CHECK(!roles::follows({value.number, roles::entry_hash(value)}, value));
}

}  // namespace caduceus::fuzz
