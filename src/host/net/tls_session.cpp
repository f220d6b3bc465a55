#include "host/net/tls_session.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "core/base/check.h"

namespace caduceus {
namespace {

// The names of the two purposes as ALPN has them: each with its length before it.
constexpr std::string_view peer_protocol = "\x0f" "caduceus-peer/1";
constexpr std::string_view client_protocol = "\x11" "caduceus-client/1";
constexpr std::size_t read_at_once = 64 << 10;

TlsSession* session_of(BIO* bio) { return static_cast<TlsSession*>(BIO_get_data(bio)); }

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const int count = session_of(bio)->receive(into, static_cast<std::size_t>(size));
  if (count < 0) BIO_set_retry_read(bio);
  return count;
}

int bio_write(BIO* bio, const char* bytes, int size) {
  session_of(bio)->append(as_bytes({bytes, static_cast<std::size_t>(size)}));
  return size;
}

long bio_control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* bio_method() {
  static const openssl::Owner<BIO_METHOD, BIO_meth_free> method = [] {
    openssl::Owner<BIO_METHOD, BIO_meth_free> made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "caduceus"));
    CHECK(made && BIO_meth_set_read(made.get(), bio_read) == 1 && BIO_meth_set_write(made.get(), bio_write) == 1 &&
          BIO_meth_set_ctrl(made.get(), bio_control) == 1);
    return made;
  }();
  return method.get();
}

// The server takes whichever of our two purposes the other side asks for.
int select_protocol(SSL* /*session*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned int in_size,
                    void* /*unused*/) {
  const std::string_view asked = as_text({in, in_size});
  if (asked != peer_protocol && asked != client_protocol) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = in + 1;
  *out_size = *in;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<TlsContext> TlsContext::make(const TlsCredentials* credentials) {
  openssl::Context context(SSL_CTX_new(TLS_method()));
  SSL_CTX* const c = context.get();
  CHECK(c != nullptr && SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) == 1);
  CHECK(SSL_CTX_set_ciphersuites(c, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1);
  std::string group = "X25519", signature = "ed25519";  // these macros take their text as not constant
  CHECK(SSL_CTX_set1_groups_list(c, group.data()) == 1 && SSL_CTX_set1_sigalgs_list(c, signature.data()) == 1);
  // No session is ever resumed: each connection shows its certificate.
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
  CHECK(SSL_CTX_set_num_tickets(c, 0) == 1);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(c, 1);
  SSL_CTX_set_default_read_buffer_len(c, read_at_once);
  SSL_CTX_set_alpn_select_cb(c, select_protocol, nullptr);
  if (credentials == nullptr) return TlsContext(std::move(context));

  const openssl::Key key = openssl::parse_key(credentials->key.expose());
  const openssl::Certificate own = openssl::parse_certificate(credentials->certificate);
  const openssl::Certificate authority = openssl::parse_certificate(credentials->authority);
  if (!key || !own || !authority) return failure("the TLS key, certificate or the PKG's certificate is damaged: enrol again");
  if (X509_verify(own.get(), X509_get0_pubkey(authority.get())) != 1) {
    openssl::take_error();
    return failure("the TLS certificate was not issued by the PKG whose certificate is beside it: enrol again");
  }
  if (SSL_CTX_use_certificate(c, own.get()) != 1 || SSL_CTX_use_PrivateKey(c, key.get()) != 1) {
    openssl::take_error();
    return failure("the TLS certificate is for another key than the one beside it: enrol again");
  }
  CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(c), authority.get()) == 1);
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_verify_depth(c, 0);  // issued by the PKG itself, nothing between
  return TlsContext(std::move(context));
}

Result<void> check(const TlsCredentials& credentials) {
  TRY_VOID(TlsContext::make(&credentials));
  return {};
}

TlsSession::TlsSession(const TlsContext& context, int descriptor, Side side, Purpose purpose)
    : session_(SSL_new(context.get())), descriptor_(descriptor) {
  CHECK(session_);
  BIO* const bio = BIO_new(bio_method());
  CHECK(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);
  if (side == Side::accepts) {
    SSL_set_accept_state(session_.get());
    return;
  }
  const std::string_view asked = purpose == Purpose::peer ? peer_protocol : client_protocol;
  CHECK(SSL_set_alpn_protos(session_.get(), as_bytes(asked).data(), static_cast<unsigned int>(asked.size())) == 0);
  SSL_set_connect_state(session_.get());
}

int TlsSession::receive(char* into, std::size_t size) {
  ssize_t count = 0;
  do count = ::recv(descriptor_, into, size, MSG_DONTWAIT);
  while (count < 0 && errno == EINTR);
  if (count >= 0) {
    bytes_received_ += static_cast<std::uint64_t>(count);
    return static_cast<int>(count);
  }
  if (errno == EAGAIN) return -1;
  socket_error_ = errno;
  return 0;
}

TlsSession::Outcome TlsSession::outcome(int result) {
  if (result > 0) return Outcome::done;
  const int error = SSL_get_error(session_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return Outcome::waits;
  if (socket_error_ != 0) {
    openssl::take_error();
    why_ = std::generic_category().message(socket_error_);
    return Outcome::broken;
  }
  if (error == SSL_ERROR_ZERO_RETURN) return Outcome::ended;
  const unsigned long reason = ERR_peek_error();
  // An end without TLS's goodbye. What was cut short shows in the frames.
  if (ERR_GET_REASON(reason) == SSL_R_UNEXPECTED_EOF_WHILE_READING || reason == 0) {
    openssl::take_error();
    return Outcome::ended;
  }
  their_fault_ = true;
  const long verified = SSL_get_verify_result(session_.get());
  why_ = openssl::take_error();
  if (verified != X509_V_OK) why_ = std::string("its certificate: ") + X509_verify_cert_error_string(verified);
  return Outcome::broken;
}

TlsSession::Outcome TlsSession::handshake() {
  ERR_clear_error();
  return outcome(SSL_do_handshake(session_.get()));
}

TlsSession::Outcome TlsSession::read(ByteSpan into, std::size_t& count) {
  ERR_clear_error();
  count = 0;
  return outcome(SSL_read_ex(session_.get(), into.data(), into.size(), &count));
}

bool TlsSession::write(ByteView bytes) {
  ERR_clear_error();
  std::size_t count = 0;
  if (SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &count) == 1) return true;
  why_ = openssl::take_error();
  return false;
}

TlsSession::Outcome TlsSession::flush() {
  while (unsent() > 0) {
    const ssize_t count = ::send(descriptor_, out_.data() + sent_, unsent(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      sent_ += static_cast<std::size_t>(count);
      bytes_sent_ += static_cast<std::uint64_t>(count);
    } else if (errno == EAGAIN) {
      return Outcome::waits;
    } else if (errno != EINTR) {
      why_ = std::generic_category().message(errno);
      return Outcome::broken;
    }
  }
  out_.clear();
  sent_ = 0;
  return Outcome::done;
}

void TlsSession::close() {
  if (SSL_in_init(session_.get()) == 0 && !their_fault_) SSL_shutdown(session_.get());
  flush();
  openssl::take_error();
}

Bytes TlsSession::certificate() const {
  const X509* const theirs = SSL_get0_peer_certificate(session_.get());
  if (theirs == nullptr) return {};
  unsigned char* made = nullptr;
  const int size = i2d_X509(theirs, &made);
  CHECK(size > 0);
  Bytes bytes(made, made + size);
  OPENSSL_free(made);
  return bytes;
}

std::optional<Purpose> TlsSession::purpose() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(session_.get(), &name, &size);
  const std::string_view chosen = as_text({name, size});
  if (chosen == peer_protocol.substr(1)) return Purpose::peer;
  if (chosen == client_protocol.substr(1)) return Purpose::client;
  return std::nullopt;
}

}  // namespace caduceus
