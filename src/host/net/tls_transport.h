// Frames over TLS 1.3 between holders of the PKG's certificates: docs/FORMATS.md, "Frames", has the bytes.
//
// Of two configured peers the one with the lower identity dials, for ever; so there is one connection and no contest. Clients may have any
// identity, that of a configured peer too: a command line is one by host/net/client.h, and who follows several nodes by is_client.
#pragma once

#include <string>
#include <vector>

#include "core/base/rng.h"
#include "host/net/transport.h"

namespace boost::asio {
class io_context;
}

namespace caduceus {

struct PeerAddress {
  Identity identity;
  std::string address;  // "host:port", "[2001:db8::1]:port"
};

// How long things may take; tests have shorter ones.
struct TlsTimes {
  std::chrono::milliseconds handshake{10'000};  // from the first byte to the last of connecting; looking up a name is before that
  std::chrono::milliseconds frame{30'000};  // a frame, once it has begun, or 64 KiB of it; or a peer that takes nothing of what it is sent
  std::chrono::milliseconds redial_first{50};  // doubles with each failure, and half of it is random
  std::chrono::milliseconds redial_last{5'000};
  std::chrono::milliseconds ban{60'000};  // for what the transport itself sees: no frames
};

struct TlsTransportOptions {
  TlsCredentials credentials;
  std::string listen;  // "host:port"; port 0: any; empty: nobody can connect
  std::vector<PeerAddress> peers;
  Admits admits;
  TransportLimits limits;
  TlsTimes times;
  bool is_client = false;  // of its peers, which do not know it: it dials them all
};

class TlsTransport : public Transport {
 public:
  // Where it listens, its port known. 0: it does not.
  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

// Listens, and begins to dial. `loop`, `events` and `random` (for redialling) must outlive it. Failure: an address that cannot be used,
// credentials that do not fit each other or are no certificate of an identity, a peer that is oneself or stands there twice.
[[nodiscard]] Result<std::unique_ptr<TlsTransport>> start_tls_transport(boost::asio::io_context& loop, TlsTransportOptions options,
                                                                        TransportEvents& events, Rng& random);

}  // namespace caduceus
