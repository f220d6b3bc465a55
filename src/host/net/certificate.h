// The PKG's X.509 authority: certificates whose name is an identity. docs/FORMATS.md, "Certificates", has their bytes.
//
//   newcomer                        PKG
//   key = make_tls_key()
//   request = certificate_request(key)   →   issue(authority, request, its identity, …)
//
// Every key is Ed25519. Certificates, requests and authorities are DER; private keys are PKCS#8 DER, kept in a keystore, never logged.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/base/identity.h"
#include "core/base/secret.h"

namespace caduceus {

// The PKG itself, which is no member and has no identity.
struct Pkg {
  friend auto operator<=>(const Pkg&, const Pkg&) = default;
};

// Whom a certificate names.
using Subject = std::variant<Pkg, Identity>;

// "caduceus:pkg" or "caduceus:hospital:st-mary:1": the one name in a certificate, as a URI.
std::string certificate_name(const Subject& subject);
// The other way round. Rejects: certificate_name for every text that certificate_name() does not make.
Checked<Subject> parse_certificate_name(std::string_view text);

// From the first to the last moment, both included, in whole seconds (the rest is cut off).
struct Validity {
  Time from;
  Time until;
};

// The PKG's key and its own certificate, which everybody trusts. The same key signs the certificate of the PKG's server.
struct TlsAuthority {
  SecretBytes key;
  Bytes certificate;
};

TlsAuthority make_tls_authority(const Validity& validity);
SecretBytes make_tls_key();

// Asks for a certificate for the owner of this key, and proves that the sender is. Failure: not a key that make_tls_key() made.
[[nodiscard]] Result<Bytes> certificate_request(const SecretBytes& key);

// A certificate for the key in the request. Of the request nothing else is read: the PKG knows whom it speaks to. validity.from lies best
// a few minutes back, for members whose clocks are. Rejects: certificate_request when it is none, larger than 4 KiB, for another kind
// of key, or not signed by its own.
[[nodiscard]] Checked<Bytes> issue_certificate(const TlsAuthority& authority, ByteView request, const Subject& subject,
                                               const Validity& validity);

// Whom a certificate names, whoever signed it: that is checked when a connection is made. Rejects: certificate_encoding (no certificate, or
// larger than 4 KiB), certificate_name (not exactly one name, or none that parses).
[[nodiscard]] Checked<Subject> subject_of(ByteView certificate);

// SHA-256 of the certificate: what a newcomer is told, on paper, about the PKG's server.
Bytes32 fingerprint(ByteView certificate);

// What one end of a connection shows, and whom it trusts.
struct TlsCredentials {
  SecretBytes key;
  Bytes certificate;  // of this key
  Bytes authority;  // the PKG's own certificate
};

// Whether the certificate is for this key, and the authority issued it. Failure: which of them does not fit.
[[nodiscard]] Result<void> check(const TlsCredentials& credentials);

}  // namespace caduceus
