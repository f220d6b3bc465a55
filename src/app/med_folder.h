// What a command of MED knows from its folder and its options.
#pragma once

#include "app/node_folder.h"
#include "host/net/tls_transport.h"
#include "host/node/med_node.h"

namespace caduceus {

// Nodes as "h2=HOST:PORT", a hospital of genesis, or "miner:m1=HOST:PORT". Failure: not of this form, a hospital that genesis does not name.
[[nodiscard]] Result<std::vector<PeerAddress>> med_addresses(const sup::Genesis& genesis, const std::vector<std::string>& nodes);
// The same, without oneself.
[[nodiscard]] Result<std::vector<PeerAddress>> med_peers(const sup::Genesis& genesis, const Identity& self,
                                                         const std::vector<std::string>& nodes);
[[nodiscard]] std::vector<Identity> identities_of(const std::vector<PeerAddress>& peers);

// Failure: it is of a role that has no node of MED, or another authority's.
[[nodiscard]] Result<void> check_med_member(const Member& known, const sup::Genesis& genesis);
}  // namespace caduceus
