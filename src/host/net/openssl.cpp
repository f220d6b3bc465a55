#include "host/net/openssl.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

namespace caduceus::openssl {

std::string take_error() {
  const unsigned long oldest = ERR_get_error();
  ERR_clear_error();
  // OpenSSL's words for it do not tell whose certificate, nor where to look.
  if (ERR_GET_LIB(oldest) == ERR_LIB_SSL && ERR_GET_REASON(oldest) == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE) {
    return "the other side does not accept our certificate: its log says why (are both clocks right?)";
  }
  const char* const reason = oldest == 0 ? nullptr : ERR_reason_error_string(oldest);
  return reason == nullptr ? "unknown error" : reason;
}

}  // namespace caduceus::openssl
