// Accepts connections on an address. Only sources of this folder include it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"

namespace caduceus {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using Accepted = std::function<void(boost::asio::ip::tcp::socket)>;
  using Trouble = std::function<void(const std::string&)>;

  // Failure: which address, and what to do. Neither function is called after close().
  static Result<std::shared_ptr<Listener>> open(boost::asio::io_context& loop, const std::string& address, Accepted accepted,
                                                Trouble trouble);
  Listener(boost::asio::io_context& loop, Accepted accepted, Trouble trouble);

  // After trouble it does nothing until it is called again.
  void accept();
  void close();
  [[nodiscard]] std::uint16_t port() const;

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
  Accepted accepted_;
  Trouble trouble_;
  bool accepts_ = false;
};

}  // namespace caduceus
