// What secret_flow runs in other files, and what these need.
#pragma once

#include "core/crypto/registration.h"

namespace caduceus {

// An authority, and the hospital that it enrolled.
struct Enrolled {
  MasterSecrets master;
  SystemParameters parameters;
  IdentityKeys keys;
};

// The keys of one more.
IdentityKeys enrol(const Enrolled& authority, const Identity& identity, Rng& rng);

void primitives(const Enrolled& user, Rng& rng);
void sharing(const Enrolled& hospital, Rng& rng);  // PROTOCOL.md §4, §6, §7
void sealing_keys(Rng& rng);                       // §2, §6
void vault(const Enrolled& hospital, Rng& rng);    // §5

}  // namespace caduceus
