// A node's process, from the first connection to SIGTERM.
#pragma once

#include <boost/asio/io_context.hpp>

#include "app/command.h"
#include "host/net/tls_transport.h"

namespace caduceus {

// Where a process listens.
struct ServedPort {
  std::string name;  // before "listen" and "port" of what is shown: of several, "sup_"
  TlsTransportOptions options;
  TransportEvents& events;
};

// Starts these TLS transports, which admit whoever is enrolled, and then what is on them, in their order; shows where it listens and what else
// is given, and runs the loop until SIGINT or SIGTERM. Failure: as start_tls_transport().
[[nodiscard]] Result<void> serve_until_stopped(boost::asio::io_context& loop, std::vector<ServedPort> listeners,
                                               const std::function<void(std::span<const std::unique_ptr<TlsTransport>>)>& start,
                                               const std::vector<Shown>& shown, bool json);

}  // namespace caduceus
