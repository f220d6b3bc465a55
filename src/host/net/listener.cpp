#include "host/net/listener.h"

#include "host/net/address.h"

namespace caduceus {

using boost::asio::ip::tcp;
using Error = boost::system::error_code;

Listener::Listener(boost::asio::io_context& loop, Accepted accepted, Trouble trouble)
    : acceptor_(loop), accepted_(std::move(accepted)), trouble_(std::move(trouble)) {}

Result<std::shared_ptr<Listener>> Listener::open(boost::asio::io_context& loop, const std::string& address, Accepted accepted,
                                                 Trouble trouble) {
  const auto parsed = parse_address(address);
  if (!parsed) return failure("cannot listen on \"" + address + "\": write host:port");
  auto listener = std::make_shared<Listener>(loop, std::move(accepted), std::move(trouble));
  tcp::acceptor& acceptor = listener->acceptor_;
  Error error;
  const auto found = tcp::resolver(loop).resolve(parsed->host, parsed->port, tcp::resolver::passive, error);
  if (!error) {
    const tcp::endpoint endpoint = found.begin()->endpoint();
    // Each of these says in `error` whether it worked.
    if (!acceptor.open(endpoint.protocol(), error) && !acceptor.set_option(tcp::acceptor::reuse_address(true), error) &&
        !acceptor.bind(endpoint, error)) {
      error = acceptor.listen(tcp::acceptor::max_listen_connections, error);
    }
  }
  if (error) return failure("cannot listen on " + address + ": " + error.message() + "; is it an address of this machine, and free?");
  return listener;
}

void Listener::accept() {
  if (accepts_ || !acceptor_.is_open()) return;
  accepts_ = true;
  acceptor_.async_accept([weak = weak_from_this()](const Error& error, tcp::socket socket) {
    const auto self = weak.lock();
    if (!self || !self->acceptor_.is_open()) return;
    self->accepts_ = false;
    if (error) return self->trouble_("cannot accept a connection: " + error.message());
    self->accepted_(std::move(socket));
    self->accept();
  });
}

void Listener::close() {
  Error ignored;
  ignored = acceptor_.close(ignored);
}

std::uint16_t Listener::port() const {
  Error error;
  return acceptor_.local_endpoint(error).port();
}

}  // namespace caduceus
