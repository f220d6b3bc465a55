// How a doctor's or a patient's command asks hospitals about records (core/roles/record_request.h): at each one's records port, over mutual TLS.
#pragma once

#include "app/network.h"
#include "app/node_client.h"
#include "core/roles/record_request.h"

namespace caduceus {

class RecordsClient {
 public:
  RecordsClient(const Network& network, TlsCredentials self) : network_(network), self_(std::move(self)) {}

  // Whatever it answers. Every request may be asked twice, and is where the connection broke. Failure: nobody there.
  [[nodiscard]] Result<roles::RecordResponse> exchange(const Identity& hospital, roles::RecordRequest request);
  // The answer of the kind that the request asks for, or the hospital's refusal. Failure: nobody there, or it answered something else.
  template <class T>
  [[nodiscard]] Result<std::variant<T, Refusal>> try_ask(const Identity& hospital, roles::RecordRequest request) {
    TRY(roles::RecordResponse response, exchange(hospital, std::move(request)));
    if (auto* const wanted = std::get_if<T>(&response)) return std::move(*wanted);
    if (auto* const refusal = std::get_if<Refusal>(&response)) return std::move(*refusal);
    return unexpected(hospital, response);
  }
  // A refusal is a failure, too.
  template <class T>
  [[nodiscard]] Result<T> ask(const Identity& hospital, roles::RecordRequest request) {
    TRY(roles::RecordResponse response, exchange(hospital, std::move(request)));
    if (auto* const wanted = std::get_if<T>(&response)) return std::move(*wanted);
    return unexpected(hospital, response);
  }
  // Of a response that is not what was wanted: why it refused, or that it answered something else.
  [[nodiscard]] static tl::unexpected<Failure> unexpected(const Identity& hospital, const roles::RecordResponse& response);

 private:
  Network network_;
  TlsCredentials self_;
  std::map<Identity, NodeClient> hospitals_;  // connected once they are asked
};

}  // namespace caduceus
