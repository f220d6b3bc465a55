#include "app/med_folder.h"

#include <algorithm>

#include "app/public_file.h"

namespace caduceus {
namespace {

// Of the first version: later ones come with the renewal of keys.
Result<Identity> identity_named(const sup::Genesis& genesis, const std::string& name) {
  constexpr std::string_view miner = "miner:", hospital = "hospital:";
  if (name.starts_with(miner)) {
    const Identity identity{Role::miner, {name.substr(miner.size())}, 1};
    if (const auto good = decode<Identity>(encode(identity)); !good) return refused("\"" + name + "\"", good.error());
    return identity;
  }
  const std::string of = name.starts_with(hospital) ? name.substr(hospital.size()) : name;
  const auto& hospitals = genesis.hospitals.items;
  const auto found = std::ranges::find(hospitals, of, [](const sup::Hospital& one) { return one.identity.name.value; });
  if (found == hospitals.end()) return failure("genesis names no hospital " + of + " (a miner is written miner:" + of + ")");
  return found->identity;
}

}  // namespace

Result<std::vector<PeerAddress>> med_addresses(const sup::Genesis& genesis, const std::vector<std::string>& nodes) {
  std::vector<PeerAddress> addresses;
  for (const std::string& node : nodes) {
    const std::size_t at = node.find('=');
    if (at == std::string::npos) return failure("\"" + node + "\" is no node: write h2=HOST:PORT or miner:m1=HOST:PORT");
    TRY(Identity identity, identity_named(genesis, node.substr(0, at)));
    addresses.push_back({std::move(identity), node.substr(at + 1)});
  }
  return addresses;
}

Result<std::vector<PeerAddress>> med_peers(const sup::Genesis& genesis, const Identity& self, const std::vector<std::string>& nodes) {
  TRY(std::vector<PeerAddress> peers, med_addresses(genesis, nodes));
  std::erase_if(peers, [&](const PeerAddress& peer) { return peer.identity == self; });
  return peers;
}

std::vector<Identity> identities_of(const std::vector<PeerAddress>& peers) {
  std::vector<Identity> identities;
  for (const PeerAddress& peer : peers) identities.push_back(peer.identity);
  return identities;
}

Result<void> check_med_member(const Member& known, const sup::Genesis& genesis) {
  if (known.identity.role != Role::hospital && known.identity.role != Role::miner) {
    return failure(to_string(known.identity) + " has no node of MED: hospitals and miners have");
  }
  if (known.authority != genesis.authority) return failure("another authority enrolled you than the one in genesis");
  return {};
}
}  // namespace caduceus
