#include "host/net/certificate.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "core/base/check.h"
#include "host/net/openssl.h"

namespace caduceus {
namespace {

using openssl::Owner;

constexpr std::size_t longest = 4096;
constexpr std::size_t serial_size = 16;
constexpr std::string_view pkg_name = "caduceus:pkg";
constexpr std::array all_roles = {Role::hospital, Role::doctor, Role::patient, Role::patient_med, Role::miner};

// What an i2d function makes of an object.
template <class T>
Bytes der(const T* object, int (*to_der)(const T*, unsigned char**)) {
  const int size = to_der(object, nullptr);
  CHECK(size > 0);
  Bytes bytes(static_cast<std::size_t>(size));
  unsigned char* end = bytes.data();
  CHECK(to_der(object, &end) == size);
  return bytes;
}

SecretBytes secret_der(const EVP_PKEY& key) {
  const Owner<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(EVP_PKEY2PKCS8(&key));
  CHECK(info);
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
  CHECK(size > 0);
  SecretBytes bytes(static_cast<std::size_t>(size));
  unsigned char* end = bytes.expose().data();
  CHECK(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &end) == size);
  return bytes;
}

openssl::Key new_key() {
  openssl::Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  CHECK(key);
  return key;
}

void set_time(ASN1_TIME* field, Time time) { CHECK(ASN1_TIME_set(field, static_cast<time_t>(time.value() / 1000)) != nullptr); }

void add_extension(X509* certificate, int kind, const char* value) {
  const Owner<X509_EXTENSION, X509_EXTENSION_free> extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

X509_NAME* authority_name() {
  static const Owner<X509_NAME, X509_NAME_free> name = [] {
    Owner<X509_NAME, X509_NAME_free> made(X509_NAME_new());
    const std::string_view text = "Caduceus PKG";
    CHECK(made && X509_NAME_add_entry_by_NID(made.get(), NID_commonName, MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.data()),
                                             static_cast<int>(text.size()), -1, 0) == 1);
    return made;
  }();
  return name.get();
}

// What authority and member certificates have in common.
openssl::Certificate unsigned_certificate(EVP_PKEY* key, const Validity& validity) {
  openssl::Certificate certificate(X509_new());
  CHECK(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  std::array<unsigned char, serial_size> serial{};
  CHECK(RAND_bytes(serial.data(), serial_size) == 1);
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, and of full length
  const Owner<BIGNUM, BN_free> number(BN_bin2bn(serial.data(), serial_size, nullptr));
  CHECK(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr);
  set_time(X509_getm_notBefore(certificate.get()), validity.from);
  set_time(X509_getm_notAfter(certificate.get()), validity.until);
  CHECK(X509_set_issuer_name(certificate.get(), authority_name()) == 1 && X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

Bytes sign(const openssl::Certificate& certificate, EVP_PKEY* key) {
  CHECK(X509_sign(certificate.get(), key, nullptr) > 0);
  return der<X509>(certificate.get(), i2d_X509);
}

bool is_ed25519(const EVP_PKEY* key) { return key != nullptr && EVP_PKEY_is_a(key, "ED25519") == 1; }

// A d2i function's object, if it read all of the bytes.
template <class T, auto Free>
Owner<T, Free> parse(ByteView bytes, T* (*from_der)(T**, const unsigned char**, long)) {
  const unsigned char* end = bytes.data();
  Owner<T, Free> object(bytes.size() > longest ? nullptr : from_der(nullptr, &end, static_cast<long>(bytes.size())));
  if (!object || end != bytes.data() + bytes.size()) {
    openssl::take_error();
    return nullptr;
  }
  return object;
}

}  // namespace

namespace openssl {

Key parse_key(ByteView der) {
  const auto info = parse<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>(der, d2i_PKCS8_PRIV_KEY_INFO);
  Key key(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
  if (!is_ed25519(key.get())) {
    take_error();
    return nullptr;
  }
  return key;
}

Certificate parse_certificate(ByteView der) { return parse<X509, X509_free>(der, d2i_X509); }

}  // namespace openssl

std::string certificate_name(const Subject& subject) {
  const auto* identity = std::get_if<Identity>(&subject);
  if (identity == nullptr) return std::string(pkg_name);
  return "caduceus:" + std::string(name(identity->role)) + ":" + identity->name.value + ":" + std::to_string(identity->version);
}

Checked<Subject> parse_certificate_name(std::string_view text) {
  if (text == pkg_name) return Subject(Pkg{});
  const std::size_t role_at = text.find(':') + 1;
  const std::size_t name_at = text.find(':', role_at) + 1;
  const std::size_t version_at = text.find(':', name_at) + 1;
  if (role_at == 0 || name_at == 0 || version_at == 0) return reject(Reject::certificate_name);
  const std::string_view role = text.substr(role_at, name_at - 1 - role_at);
  const auto* const known = std::ranges::find(all_roles, role, [](Role one) { return name(one); });
  if (known == all_roles.end()) return reject(Reject::certificate_name);

  Identity identity{*known, {std::string(text.substr(name_at, version_at - 1 - name_at))}, 0};
  std::from_chars(text.data() + version_at, text.data() + text.size(), identity.version);
  // Its own encoding knows all rules of names; and what does not give the same text again was another.
  if (!decode<Identity>(encode(identity)) || certificate_name(identity) != text) return reject(Reject::certificate_name);
  return Subject(std::move(identity));
}

TlsAuthority make_tls_authority(const Validity& validity) {
  const openssl::Key key = new_key();
  const auto certificate = unsigned_certificate(key.get(), validity);
  CHECK(X509_set_subject_name(certificate.get(), authority_name()) == 1);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(certificate.get(), NID_key_usage, "critical,keyCertSign");
  return {secret_der(*key), sign(certificate, key.get())};
}

SecretBytes make_tls_key() { return secret_der(*new_key()); }

Result<Bytes> certificate_request(const SecretBytes& key) {
  const openssl::Key parsed = openssl::parse_key(key.expose());
  if (!parsed) return failure("this is no private key for TLS: make one with make_tls_key()");
  const openssl::Request request(X509_REQ_new());
  CHECK(request && X509_REQ_set_pubkey(request.get(), parsed.get()) == 1 && X509_REQ_sign(request.get(), parsed.get(), nullptr) > 0);
  return der<X509_REQ>(request.get(), i2d_X509_REQ);
}

Checked<Bytes> issue_certificate(const TlsAuthority& authority, ByteView request, const Subject& subject, const Validity& validity) {
  const auto parsed = parse<X509_REQ, X509_REQ_free>(request, d2i_X509_REQ);
  EVP_PKEY* const key = parsed ? X509_REQ_get0_pubkey(parsed.get()) : nullptr;
  if (!is_ed25519(key) || X509_REQ_verify(parsed.get(), key) != 1) {
    openssl::take_error();
    return reject(Reject::certificate_request);
  }
  const openssl::Key signer = openssl::parse_key(authority.key.expose());
  CHECK(signer);
  const auto certificate = unsigned_certificate(key, validity);
  // The subject stays empty, so the name is critical (RFC 5280, 4.2.1.6).
  add_extension(certificate.get(), NID_subject_alt_name, ("critical,URI:" + certificate_name(subject)).c_str());
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  return sign(certificate, signer.get());
}

Checked<Subject> subject_of(ByteView certificate) {
  const openssl::Certificate parsed = openssl::parse_certificate(certificate);
  if (!parsed) return reject(Reject::certificate_encoding);
  int found = -1;
  const Owner<GENERAL_NAMES, GENERAL_NAMES_free> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(parsed.get(), NID_subject_alt_name, &found, nullptr)));
  // No such extension (−1), two of them (−2), or one that does not parse: no names.
  if (!names || sk_GENERAL_NAME_num(names.get()) != 1) return reject(Reject::certificate_name);
  const GENERAL_NAME* const only = sk_GENERAL_NAME_value(names.get(), 0);
  if (only->type != GEN_URI) return reject(Reject::certificate_name);
  const ASN1_IA5STRING* const uri = only->d.uniformResourceIdentifier;
  return parse_certificate_name(as_text({ASN1_STRING_get0_data(uri), static_cast<std::size_t>(ASN1_STRING_length(uri))}));
}

Bytes32 fingerprint(ByteView certificate) {
  Bytes32 hash;
  CHECK(SHA256(certificate.data(), certificate.size(), hash.data()) != nullptr);
  return hash;
}

}  // namespace caduceus
