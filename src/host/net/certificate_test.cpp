#include "host/net/certificate.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "host/net/openssl.h"

namespace caduceus {
namespace {

constexpr Validity valid{Time(1'700'000'000'000), Time(1'900'000'000'000)};
const Identity lee{Role::doctor, {"dr-lee.h1"}, 1};

Bytes request() { return *certificate_request(make_tls_key()); }

TEST(certificate, names_exactly_the_identity_it_was_issued_for) {
  const TlsAuthority authority = make_tls_authority(valid);
  for (const Subject& subject : {Subject(Pkg{}), Subject(lee), Subject(Identity{Role::patient_med, {std::string(64, 'a')}, UINT32_MAX}),
                                 Subject(Identity{Role::hospital, {"h1"}, 2})}) {
    const auto certificate = issue_certificate(authority, request(), subject, valid);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(subject_of(*certificate), subject);
  }
}

TEST(certificate, names_have_one_text) {
  EXPECT_EQ(certificate_name(lee), "caduceus:doctor:dr-lee.h1:1");
  EXPECT_EQ(parse_certificate_name("caduceus:pkg"), Subject(Pkg{}));
  EXPECT_EQ(parse_certificate_name("caduceus:doctor:dr-lee.h1:1"), Subject(lee));
  for (const std::string text : {"",
                                 "caduceus",
                                 "caduceus:",
                                 "caduceus:pkg:",
                                 "pkg",
                                 "caduceus:pkg:x:1",
                                 "caduceus:doctor:dr-lee.h1",
                                 "caduceus:doctor:dr-lee.h1:",
                                 "caduceus:doctor:dr-lee.h1:0",
                                 "caduceus:doctor:dr-lee.h1:01",
                                 "caduceus:doctor:dr-lee.h1:+1",
                                 "caduceus:doctor:dr-lee.h1:1 ",
                                 "caduceus:doctor:dr-lee.h1:4294967296",
                                 "caduceus:doctor::1",
                                 "caduceus:doctor:Lee:1",
                                 "caduceus:Doctor:lee:1",
                                 "caduceus:nurse:lee:1",
                                 "caduceus:unknown:lee:1",
                                 "Caduceus:doctor:lee:1",
                                 "caduceus:doctor:a:b:1",
                                 "http://doctor:lee:1"}) {
    EXPECT_EQ(parse_certificate_name(text), tl::unexpected(Reject::certificate_name)) << text;
  }
  EXPECT_FALSE(parse_certificate_name("caduceus:doctor:" + std::string(65, 'a') + ":1"));
  EXPECT_FALSE(parse_certificate_name(std::string_view("caduceus:doctor:lee\0:1", 22)));
}

TEST(certificate, is_refused_when_it_is_none_or_names_nobody) {
  const TlsAuthority authority = make_tls_authority(valid);
  EXPECT_EQ(subject_of({}), tl::unexpected(Reject::certificate_encoding));
  EXPECT_EQ(subject_of(Bytes(5000)), tl::unexpected(Reject::certificate_encoding));
  EXPECT_EQ(subject_of(authority.certificate), tl::unexpected(Reject::certificate_name));
  Bytes longer = *issue_certificate(authority, request(), lee, valid);
  longer.push_back(0);
  EXPECT_EQ(subject_of(longer), tl::unexpected(Reject::certificate_encoding));
}

TEST(certificate, with_two_names_is_refused) {
  for (const char* names : {"URI:caduceus:doctor:a:1,URI:caduceus:doctor:b:1", "DNS:caduceus:doctor:a:1"}) {
    const openssl::Certificate certificate(X509_new());
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    ASSERT_NE(extension, nullptr);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), 0);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), 0);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
    const openssl::Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), nullptr);
    Bytes der(4096);
    unsigned char* end = der.data();
    der.resize(static_cast<std::size_t>(i2d_X509(certificate.get(), &end)));
    EXPECT_EQ(subject_of(der), tl::unexpected(Reject::certificate_name)) << names;
  }
}

TEST(certificate, is_not_issued_for_a_request_that_its_key_did_not_sign) {
  const TlsAuthority authority = make_tls_authority(valid);
  Bytes changed = request();
  changed.back() ^= 1;
  EXPECT_EQ(issue_certificate(authority, changed, lee, valid), tl::unexpected(Reject::certificate_request));
  EXPECT_EQ(issue_certificate(authority, {}, lee, valid), tl::unexpected(Reject::certificate_request));
  Bytes longer = request();
  longer.push_back(0);
  EXPECT_EQ(issue_certificate(authority, longer, lee, valid), tl::unexpected(Reject::certificate_request));

  const openssl::Key p256(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const openssl::Request other(X509_REQ_new());
  X509_REQ_set_pubkey(other.get(), p256.get());
  ASSERT_GT(X509_REQ_sign(other.get(), p256.get(), EVP_sha256()), 0);
  Bytes der(4096);
  unsigned char* end = der.data();
  der.resize(static_cast<std::size_t>(i2d_X509_REQ(other.get(), &end)));
  EXPECT_EQ(issue_certificate(authority, der, lee, valid), tl::unexpected(Reject::certificate_request));
  EXPECT_FALSE(certificate_request(SecretBytes(as_bytes("no key"))));
}

TEST(certificate, has_another_fingerprint_each_time) {
  const TlsAuthority authority = make_tls_authority(valid);
  const Bytes asked = request();
  EXPECT_NE(fingerprint(*issue_certificate(authority, asked, lee, valid)), fingerprint(*issue_certificate(authority, asked, lee, valid)));
  EXPECT_EQ(to_hex(fingerprint(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace caduceus
