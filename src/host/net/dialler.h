// Connects to one peer, again and again until it is there. Only sources of this folder include it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "host/net/address.h"
#include "host/net/backoff.h"
#include "host/net/tls_connection.h"

namespace caduceus {

class Dialler : public std::enable_shared_from_this<Dialler> {
 public:
  using Clock = std::chrono::steady_clock;

  // `context` and `random` must live until stop().
  Dialler(boost::asio::io_context& loop, Address address, const TlsContext& context, Purpose purpose, Backoff backoff, Rng& random);

  // Connects `fresh`, whose socket is not open, and starts its handshake. Its owner hears what becomes of it.
  void dial(std::shared_ptr<TlsConnection> fresh);
  // What dial() was given, until drop(): after it failed, or is established.
  [[nodiscard]] const std::shared_ptr<TlsConnection>& connection() const { return connection_; }
  void drop() { connection_ = nullptr; }

  // Calls when it is time for the next try.
  void wait(std::function<void()> then);
  void not_before(Clock::time_point time) { not_before_ = std::max(not_before_, time); }
  void reset() { backoff_.reset(); }
  void stop();

 private:
  void look_up();

  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  Address address_;
  bool is_number_ = false;  // the address, which then is not looked up
  bool looks_up_ = false;
  boost::asio::ip::tcp::resolver::results_type endpoints_;  // by the last look-up that found any
  const TlsContext& context_;
  Purpose purpose_;
  Backoff backoff_;
  Rng& random_;
  std::shared_ptr<TlsConnection> connection_;
  Clock::time_point not_before_;
  bool stopped_ = false;
};

}  // namespace caduceus
