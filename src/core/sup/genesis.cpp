#include "core/sup/genesis.h"

#include <algorithm>
#include <set>

#include "core/crypto/hash.h"

namespace caduceus::sup {

Checked<void> Authority::check() const {
  TRY_VOID(parameters.check());
  return verify_possession(accounts, accounts_possession);
}

Checked<void> Hospital::check() const {
  if (identity.role != Role::hospital) return reject(Reject::genesis_hospital);
  return verify_possession(consensus, possession);
}

Checked<void> Genesis::check() const {
  std::set<std::string> names;
  std::set<Bytes> keys;
  for (const Hospital& hospital : hospitals.items) {
    if (!names.insert(hospital.identity.name.value).second) return reject(Reject::genesis_hospital);
    if (!keys.insert(encode(hospital.consensus)).second) return reject(Reject::genesis_hospital);
  }
  constexpr std::uint64_t longest = 3'600'000;
  const bool is_sane = (commit_depth == 2 || commit_depth == 3) && timing.base > 0 && timing.base <= longest && timing.idle <= longest &&
                       timing.flush <= longest && timing.ahead <= longest && timing.observe <= longest;
  if (!is_sane) return reject(Reject::genesis_parameters);
  return {};
}

NetworkId Genesis::network() const { return hash({as_bytes("genesis"), encode(*this)}); }

MblockHeader Genesis::first_mblock() const { return med_genesis(network(), med, time); }

TransactionKeys Genesis::transaction_keys() const { return {network(), authority.parameters, authority.accounts}; }

BlsCommittee Genesis::committee() const {
  std::vector<G2> keys;
  keys.reserve(hospitals.items.size());
  for (const Hospital& hospital : hospitals.items) keys.push_back(hospital.consensus);
  return BlsCommittee(keys);
}

Rules Genesis::rules() const {
  Rules rules;
  rules.leader = [n = hospitals.items.size()](View view) { return static_cast<Place>(view.value() % n); };
  rules.commit_depth = commit_depth;
  return rules;
}

std::optional<Place> Genesis::place_of(const Identity& hospital) const {
  const auto found = std::ranges::find(hospitals.items, hospital, &Hospital::identity);
  if (found == hospitals.items.end()) return std::nullopt;
  return static_cast<Place>(found - hospitals.items.begin());
}

}  // namespace caduceus::sup
