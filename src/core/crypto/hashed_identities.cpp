#include "core/crypto/hashed_identities.h"

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {

HashedIdentities::HashedIdentities(std::size_t capacity) : capacity_(capacity) { CHECK(capacity > 0); }

std::vector<HashedIdentity> HashedIdentities::look_up(std::span<const Identity* const> identities) {
  std::vector<HashedIdentity> found(identities.size());
  std::vector<std::size_t> unknown;
  std::vector<G1> points;
  for (std::size_t i = 0; i < identities.size(); ++i) {
    if (const auto place = places_.find(*identities[i]); place != places_.end()) {
      newest_first_.splice(newest_first_.begin(), newest_first_, place->second);
      found[i] = place->second->hashed;
    } else {
      const Bytes id = encode(*identities[i]);
      unknown.push_back(i);
      points.push_back(hash_to_g1(PointHash::signature0, {id}));
      points.push_back(hash_to_g1(PointHash::signature1, {id}));
    }
  }
  const auto affine = to_affine(std::span<const G1>(points));
  for (std::size_t n = 0; n < unknown.size(); ++n) {
    const Identity& identity = *identities[unknown[n]];
    found[unknown[n]] = {affine[2 * n], affine[2 * n + 1]};
    if (places_.contains(identity)) continue;  // asked for twice
    newest_first_.push_front({identity, found[unknown[n]]});
    places_.emplace(identity, newest_first_.begin());
    if (newest_first_.size() > capacity_) {
      places_.erase(newest_first_.back().identity);
      newest_first_.pop_back();
    }
  }
  return found;
}

}  // namespace caduceus
