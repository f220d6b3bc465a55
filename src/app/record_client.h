// How a command of a doctor or a patient asks hospitals about records (core/roles/record_request.h), at the ports that the network file says.
#pragma once

#include <map>

#include "app/member.h"
#include "app/network.h"
#include "app/node_client.h"
#include "core/roles/record_request.h"

namespace caduceus {

class RecordClient {
 public:
  // Nothing is connected yet. Both outlive it.
  RecordClient(const Network& network, const MemberSecrets& member) : network_(network), member_(member) {}

  // The hospital's response, which may be a Refusal. Every request may be asked twice, and is where the connection broke.
  // Failure: the network file does not say where it is, or it does not answer.
  [[nodiscard]] Result<roles::RecordResponse> ask(const Identity& hospital, roles::RecordRequest request);

  // A response of this kind. Failure also: refused, "h2: why (reason)", or another kind.
  template <class T>
  [[nodiscard]] Result<T> ask_for(const Identity& hospital, roles::RecordRequest request) {
    TRY(roles::RecordResponse response, ask(hospital, std::move(request)));
    if (auto* const wanted = std::get_if<T>(&response)) return std::move(*wanted);
    return unexpected_response(hospital, response);
  }

  // "h2: why (reason)" of a Refusal; of any other kind, that it was not asked for.
  [[nodiscard]] static tl::unexpected<Failure> unexpected_response(const Identity& hospital, const roles::RecordResponse& response);

 private:
  const Network& network_;
  const MemberSecrets& member_;
  std::map<Identity, NodeClient> hospitals_;
};

}  // namespace caduceus
