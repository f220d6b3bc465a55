#include "host/net/certificate.h"

#include "core/base/check.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {

// What anybody may hand the PKG or a node: a certificate whose name is asked for, or a request for one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Validity validity{Time(1'000'000'000'000), Time(4'000'000'000'000)};
  static const TlsAuthority authority = make_tls_authority(validity);
  const ByteView input(data, size);
  const auto subject = subject_of(input);
  if (subject) CHECK(parse_certificate_name(certificate_name(*subject)) == *subject);
  if (!subject) CHECK(subject.error() == Reject::certificate_encoding || subject.error() == Reject::certificate_name);
  const auto issued = issue_certificate(authority, input, Pkg{}, validity);
  if (issued) CHECK(subject_of(*issued) == Subject(Pkg{}));
  accepted = subject.has_value() || issued.has_value();
  return 0;
}

}  // namespace caduceus::fuzz
