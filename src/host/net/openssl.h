// OpenSSL's objects as owners, and what it says went wrong. Only sources of this folder include it.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "core/base/bytes.h"

namespace caduceus::openssl {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <class T, auto Free>
using Owner = std::unique_ptr<T, Deleter<Free>>;

using Key = Owner<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owner<X509, X509_free>;
using Request = Owner<X509_REQ, X509_REQ_free>;
using Context = Owner<SSL_CTX, SSL_CTX_free>;
using Session = Owner<SSL, SSL_free>;

// Nothing where the bytes are not exactly one.
Key parse_key(ByteView der);
Certificate parse_certificate(ByteView der);

// The oldest error of this thread's queue, which is emptied.
std::string take_error();

}  // namespace caduceus::openssl
