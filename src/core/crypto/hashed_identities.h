// A bounded cache of identities hashed into G1: what a verifier of aggregate signatures would else compute again for each message.
#pragma once

#include <list>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/base/identity.h"
#include "core/crypto/group.h"

namespace caduceus {

struct HashedIdentity {
  AffineG1 signature0;  // H1-SIG0(ID)
  AffineG1 signature1;  // H1-SIG1(ID)
};

// Keeps those used last, at most `capacity` (> 0) of them. One owner; about 400 bytes an identity.
class HashedIdentities {
 public:
  explicit HashedIdentities(std::size_t capacity);

  // In the order of the identities; hashes those it does not know.
  [[nodiscard]] std::vector<HashedIdentity> look_up(std::span<const Identity* const> identities);

  [[nodiscard]] std::size_t size() const { return newest_first_.size(); }

 private:
  struct Entry {
    Identity identity;
    HashedIdentity hashed;
  };

  std::size_t capacity_;
  std::list<Entry> newest_first_;
  std::unordered_map<Identity, std::list<Entry>::iterator> places_;
};

}  // namespace caduceus
