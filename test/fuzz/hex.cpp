#include "core/base/bytes.h"
#include "core/base/check.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text({data, size}));
  const auto bytes = from_hex(text);
  accepted = bytes.has_value();
  std::string lower;
  for (const char c : text) lower += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  CHECK(accepted == (size % 2 == 0 && lower.find_first_not_of("0123456789abcdef") == std::string::npos));
  if (accepted) CHECK(to_hex(*bytes) == lower);
  CHECK(from_hex(to_hex({data, size})) == Bytes(data, data + size));
  return 0;
}

}  // namespace caduceus::fuzz
