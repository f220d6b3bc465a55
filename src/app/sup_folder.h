// What a hospital's node of SUP knows from its folder and its options.
#pragma once

#include "app/member.h"
#include "core/sup/genesis.h"
#include "host/net/tls_transport.h"

namespace caduceus {

// The hospital's place on the committee. Failure: it has none, or genesis has another key of it.
[[nodiscard]] Result<sup::Place> sup_place(const MemberSecrets& secrets, const sup::Genesis& genesis);

// All hospitals' nodes but this one's, by their places; "h2=HOST:PORT". Failure: as node_addresses(); one is missing.
[[nodiscard]] Result<std::vector<PeerAddress>> sup_peers(const sup::Genesis& genesis, sup::Place self,
                                                         const std::vector<std::string>& nodes);

}  // namespace caduceus
