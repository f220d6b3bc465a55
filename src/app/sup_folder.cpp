#include "app/sup_folder.h"

#include <algorithm>

#include "app/sup_client.h"

namespace caduceus {

Result<sup::Place> sup_place(const MemberSecrets& secrets, const sup::Genesis& genesis) {
  const auto place = genesis.place_of(secrets.known.identity);
  if (!place || !secrets.consensus) {
    return failure(to_string(secrets.known.identity) + " is not among the hospitals of this genesis (caduceus consortium show)");
  }
  if (genesis.hospitals.items[*place].consensus != secrets.consensus->public_key) {
    return failure("ALARM: genesis names " + to_string(secrets.known.identity) + " with a consensus key that is not yours: do not use it");
  }
  if (secrets.known.authority != genesis.authority) return failure("another authority enrolled you than the one in genesis");
  return *place;
}

Result<std::vector<PeerAddress>> sup_peers(const sup::Genesis& genesis, sup::Place self, const std::vector<std::string>& nodes) {
  TRY(const std::vector<PeerAddress> known, node_addresses(genesis, nodes));
  std::vector<PeerAddress> peers;
  for (const sup::Hospital& hospital : genesis.hospitals.items) {
    if (hospital.identity == genesis.hospitals.items[self].identity) continue;
    const auto found = std::ranges::find(known, hospital.identity, &PeerAddress::identity);
    if (found == known.end()) {
      return failure("no address of " + hospital.identity.name.value + ": give all hospitals' nodes (--node " +
                     hospital.identity.name.value + "=HOST:PORT)");
    }
    peers.push_back(*found);
  }
  return peers;
}

}  // namespace caduceus
