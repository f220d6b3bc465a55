#include "app/serve.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "host/node/system_random.h"

namespace caduceus {

Result<void> serve_until_stopped(boost::asio::io_context& loop, TlsTransportOptions options, TransportEvents& events,
                                 const std::function<void(Transport&)>& start, const std::vector<Shown>& shown, bool json) {
  SystemRandom random;
  std::vector<Shown> all{{"listen", "listening on", options.listen}};
  options.admits = [](const Caller& caller) { return caller && std::holds_alternative<Identity>(*caller); };
  TRY(const auto transport, start_tls_transport(loop, std::move(options), events, random));
  start(*transport);

  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& /*error*/, int /*signal*/) {
    transport->stop();
    loop.stop();
  });
  all.push_back({"port", "port", transport->port()});
  all.insert(all.end(), shown.begin(), shown.end());
  show(json, all);
  loop.run();
  return {};
}

}  // namespace caduceus
