#include "host/net/dialler.h"

namespace caduceus {

using boost::asio::ip::tcp;
using Error = boost::system::error_code;

Dialler::Dialler(boost::asio::io_context& loop, Address address, const TlsContext& context, Purpose purpose, Backoff backoff, Rng& random)
    : resolver_(loop),
      timer_(loop),
      address_(std::move(address)),
      context_(context),
      purpose_(purpose),
      backoff_(backoff),
      random_(random) {
  Error not_a_number;  // this asks nobody
  endpoints_ = resolver_.resolve(address_.host, address_.port, tcp::resolver::numeric_host | tcp::resolver::numeric_service, not_a_number);
  is_number_ = !not_a_number;
}

// All look-ups of a loop stand in one queue, and one can take half a minute: so there is at most one of ours in it, and who was found
// before is dialled there at once.
void Dialler::dial(std::shared_ptr<TlsConnection> fresh) {
  connection_ = std::move(fresh);
  if (!is_number_ && !looks_up_) look_up();
  if (!endpoints_.empty()) connection_->connect(endpoints_, context_, purpose_);
}

void Dialler::look_up() {
  looks_up_ = true;
  resolver_.async_resolve(address_.host, address_.port,
                          [weak = weak_from_this()](const Error& error, const tcp::resolver::results_type& found) {
                            const auto self = weak.lock();
                            if (!self || self->stopped_) return;
                            self->looks_up_ = false;
                            const bool is_waited_for = self->endpoints_.empty();  // else dial() had some
                            if (!found.empty()) self->endpoints_ = found;
                            if (!is_waited_for) return;
                            if (found.empty()) return self->connection_->fail(error.message());
                            self->connection_->connect(found, self->context_, self->purpose_);
                          });
}

void Dialler::wait(std::function<void()> then) {
  timer_.expires_at(std::max(Clock::now() + backoff_.next(random_), not_before_));
  timer_.async_wait([weak = weak_from_this(), then = std::move(then)](const Error& error) {
    const auto self = weak.lock();
    if (!error && self && !self->stopped_) then();
  });
}

void Dialler::stop() {
  stopped_ = true;
  if (connection_) connection_->close();
  timer_.cancel();
  resolver_.cancel();
}

}  // namespace caduceus
