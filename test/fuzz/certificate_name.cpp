#include "core/base/check.h"
#include "host/net/certificate.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text({data, size}));
  const auto subject = parse_certificate_name(text);
  accepted = subject.has_value();
  if (!accepted) {
    CHECK(subject.error() == Reject::certificate_name);
    return 0;
  }
  CHECK(certificate_name(*subject) == text);
  const auto* const identity = std::get_if<Identity>(&*subject);
  if (identity != nullptr) CHECK(decode<Identity>(encode(*identity)).has_value());
  return 0;
}

}  // namespace caduceus::fuzz
