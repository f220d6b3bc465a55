#include "host/net/openssl.h"

#include <openssl/err.h>

namespace caduceus::openssl {

std::string take_error() {
  const unsigned long oldest = ERR_get_error();
  ERR_clear_error();
  const char* const reason = oldest == 0 ? nullptr : ERR_reason_error_string(oldest);
  return reason == nullptr ? "unknown error" : reason;
}

}  // namespace caduceus::openssl
