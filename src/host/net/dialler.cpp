#include "host/net/dialler.h"

#include <boost/asio/connect.hpp>

namespace caduceus {

using boost::asio::ip::tcp;
using Error = boost::system::error_code;

void Dialler::dial(std::shared_ptr<TlsConnection> fresh, const TlsContext& context) {
  connection_ = std::move(fresh);
  // A connection that is closed, because it took too long or everything stops, is not touched any more, nor is the context.
  resolver_.async_resolve(
      address_.host, address_.port,
      [connection = connection_, &context, purpose = purpose_](const Error& error, const tcp::resolver::results_type& found) {
        if (connection->is_closed()) return;
        if (error) return connection->fail(error.message());
        boost::asio::async_connect(connection->socket(), found,
                                   [connection, &context, purpose](const Error& refused, const tcp::endpoint&) {
                                     if (connection->is_closed()) return;
                                     if (refused) return connection->fail(refused.message());
                                     connection->start(context, TlsSession::Side::connects, purpose);
                                   });
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
