#include "host/net/tls_connection.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>

#include "core/base/check.h"

namespace caduceus {
namespace {

using boost::asio::ip::tcp;
using Outcome = TlsSession::Outcome;

constexpr int tcp_rto_max_ms = 44;  // TCP_RTO_MAX_MS, since Linux 6.15: older headers do not have it
constexpr std::size_t write_at_once = 64 << 10;
constexpr std::size_t read_in_a_turn = 256 << 10;  // then the others have their turn
// More than one write, its records' overhead, and what TLS itself has to say. Who makes TLS answer and does not read the answers gets here.
constexpr std::size_t most_unsent = 256 << 10;

void set_option(int descriptor, int level, int option, int value) {
  // What a system does not know of these, it does without.
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

// A peer whose machine is gone is noticed within half a minute, whether or not we have something to say.
void set_options(int descriptor) {
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, 25'000);
  // Else TCP waits twice as long each time: after a partition as long again as that lasted.
  set_option(descriptor, IPPROTO_TCP, tcp_rto_max_ms, 1000);
}

}  // namespace

TlsConnection::TlsConnection(Owner& owner, tcp::socket socket, Bytes& scratch)
    : owner_(&owner), socket_(std::move(socket)), scratch_(&scratch), read_progress_{0, since_}, write_progress_{0, since_} {}

void TlsConnection::connect(const tcp::resolver::results_type& endpoints, const TlsContext& context, Purpose purpose) {
  since_ = read_progress_.at = write_progress_.at = Clock::now();
  untried_ = static_cast<int>(endpoints.size());
  const auto next = [this](const boost::system::error_code&, const tcp::endpoint&) {
    tried_ = Clock::now();
    --untried_;
    return true;
  };
  boost::asio::async_connect(socket_, endpoints, next,
                             [self = shared_from_this(), &context, purpose](const boost::system::error_code& error, const tcp::endpoint&) {
                               // It took too long, or everything stops: then the context may be gone.
                               if (self->closed_) return;
                               if (error) return self->end(error.message(), false);
                               self->start(context, TlsSession::Side::connects, purpose);
                             });
}

void TlsConnection::start(const TlsContext& context, TlsSession::Side side, Purpose purpose) {
  boost::system::error_code error;
  const auto remote = socket_.remote_endpoint(error);
  if (!error) remote_ = remote.address().to_string(error);
  if (socket_.native_non_blocking(true, error)) return end(error.message(), false);
  set_options(socket_.native_handle());
  session_ = std::make_unique<TlsSession>(context, socket_.native_handle(), side, purpose);
  handshake();
}

void TlsConnection::handshake() {
  const Outcome outcome = session_->handshake();
  if (outcome == Outcome::ended) return end("it closed the connection before it was made", false);
  if (!send_encrypted()) return;
  if (outcome == Outcome::broken) return end(session_->why(), session_->is_their_fault());
  if (outcome == Outcome::waits) return wait_to_read();
  owner_->on_established(*this);
  if (closed_) return;
  CHECK(queue_ != nullptr);
  flush();
  if (!closed_) read();
}

void TlsConnection::open(PeerId peer, std::size_t frame_limit, FrameQueue& queue) {
  peer_ = peer;
  reader_ = std::make_unique<FrameReader>(frame_limit);
  queue_ = &queue;
}

void TlsConnection::read() {
  std::size_t came = 0;
  hand_on_frames();  // what was there when it was paused
  while (!closed_ && !paused_) {
    std::size_t count = 0;
    const Outcome outcome = session_->read(reader_->room(), count);
    if (outcome == Outcome::ended) return end("", false);
    // Whoever is on the way can change a byte: that is not the peer's fault.
    if (outcome == Outcome::broken) return end(session_->why(), false);
    if (outcome == Outcome::waits) break;
    reader_->filled(count);
    received_ += count;
    came += count;
    hand_on_frames();
    if (!session_->has_more()) break;
    if (came < read_in_a_turn) continue;
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
      if (!self->closed_ && !self->waits_to_read_) self->read();
    });
    return;
  }
  if (closed_) return;
  if (session_->unsent() > most_unsent) return end("it makes TLS answer and does not read the answers", true);
  if (session_->unsent() > 0 && !waits_to_write_) flush();
  if (!closed_ && !paused_) wait_to_read();
}

void TlsConnection::hand_on_frames() {
  while (!closed_ && !paused_) {
    auto frame = reader_->next();
    if (!frame) return end("a frame's length: " + std::string(explain(frame.error())), true);
    std::optional<Bytes> whole = *std::move(frame);
    if (!whole) return;
    ++frames_;
    owner_->on_frame(*this, *std::move(whole));
  }
}

void TlsConnection::resume() {
  if (!paused_) return;
  paused_ = false;
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->closed_) return;
    // The socket's next event comes by itself; what is here already does not.
    self->waits_to_read_ ? self->hand_on_frames() : self->read();
  });
}

void TlsConnection::wait_to_read() {
  if (waits_to_read_) return;
  waits_to_read_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const boost::system::error_code&) {
    self->waits_to_read_ = false;
    if (self->closed_ || self->paused_) return;
    self->queue_ == nullptr ? self->handshake() : self->read();
  });
}

void TlsConnection::wait_to_write() {
  waits_to_write_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const boost::system::error_code&) {
    self->waits_to_write_ = false;
    if (!self->closed_) self->flush();
  });
}

bool TlsConnection::send_encrypted() {
  const std::size_t before = session_->unsent();
  const Outcome outcome = session_->flush();
  sent_ += before - session_->unsent();
  if (outcome == Outcome::broken) end(session_->why(), false);
  if (outcome == Outcome::waits && !waits_to_write_) wait_to_write();
  return outcome != Outcome::broken;
}

void TlsConnection::flush() {
  if (closed_ || !session_ || waits_to_write_) return;
  while (send_encrypted() && !waits_to_write_ && queue_ != nullptr && !queue_->empty()) {
    scratch_->clear();
    queue_->take(*scratch_, write_at_once);
    if (!session_->write(*scratch_)) return end(session_->why(), false);
  }
}

void TlsConnection::check_progress(Clock::time_point now, std::chrono::milliseconds handshake, std::chrono::milliseconds frame) {
  if (closed_) return;
  if (queue_ == nullptr) {
    // Not before its address is looked up, which may have to wait for other look-ups, and ends by itself.
    if (!socket_.is_open()) return;
    if (now - since_ >= handshake) return end("it took too long to connect", session_ != nullptr);
    // An endpoint that does not answer leaves their share of the time to those after it.
    if (session_ || untried_ == 0 || now - tried_ < (handshake - (tried_ - since_)) / (untried_ + 1)) return;
    boost::system::error_code ignored;
    ignored = socket_.cancel(ignored);  // for async_connect() this one has failed
    return;
  }
  // A long frame on a bad line: as long as much of it comes it may take its time.
  const std::uint64_t came = frames_ + received_ / least_progress;
  const bool reads_on = paused_ || !reader_->inside() || came != read_progress_.count;
  if (reads_on) read_progress_ = {came, now};
  const bool writes_on = !waits_to_write_ || sent_ != write_progress_.count;
  if (writes_on) write_progress_ = {sent_, now};
  if (now - read_progress_.at >= frame) return end("a frame that does not end", true);
  if (now - write_progress_.at >= frame) end("it takes nothing of what it is sent", false);
}

void TlsConnection::close() {
  if (closed_) return;
  closed_ = true;
  if (session_) session_->close();
  boost::system::error_code ignored;
  ignored = socket_.close(ignored);
}

void TlsConnection::end(const std::string& why, bool their_fault) {
  const auto self = shared_from_this();
  close();
  owner_->on_ended(*this, why, their_fault);
}

}  // namespace caduceus
