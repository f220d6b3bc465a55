#include "app/serve.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "host/node/system_random.h"

namespace caduceus {

Result<void> serve_until_stopped(boost::asio::io_context& loop, std::vector<ServedPort> listeners,
                                 const std::function<void(std::span<const std::unique_ptr<TlsTransport>>)>& start,
                                 const std::vector<Shown>& shown, bool json) {
  SystemRandom random;
  std::vector<Shown> all;
  std::vector<std::unique_ptr<TlsTransport>> transports;
  for (ServedPort& one : listeners) {
    all.push_back({one.name + "listen", "listening on", one.options.listen});
    one.options.admits = [](const Caller& caller) { return caller && std::holds_alternative<Identity>(*caller); };
    TRY(auto transport, start_tls_transport(loop, std::move(one.options), one.events, random));
    all.push_back({one.name + "port", "port", transport->port()});
    transports.push_back(std::move(transport));
  }
  start(transports);

  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& /*error*/, int /*signal*/) {
    for (const auto& transport : transports) transport->stop();
    loop.stop();
  });
  all.insert(all.end(), shown.begin(), shown.end());
  show(json, all);
  loop.run();
  return {};
}

}  // namespace caduceus
