// A node's process, from the first connection to SIGTERM.
#pragma once

#include <boost/asio/io_context.hpp>

#include "app/command.h"
#include "host/net/tls_transport.h"

namespace caduceus {

// Starts the node on a TLS transport that admits whoever is enrolled, shows where it listens and what else is given, and runs the loop until
// SIGINT or SIGTERM. Failure: as start_tls_transport().
[[nodiscard]] Result<void> serve_until_stopped(boost::asio::io_context& loop, TlsTransportOptions options, TransportEvents& events,
                                               const std::function<void(Transport&)>& start, const std::vector<Shown>& shown, bool json);

}  // namespace caduceus
