#include "core/crypto/index_key.h"

#include <argon2.h>

#include "core/base/check.h"

namespace caduceus {

Bytes32 index_key(const NetworkId& net, const Identity& patient) {
  const Bytes identity = encode(patient);
  Bytes32 key{};
  const auto& [memory, passes, lanes] = index_key_cost;
  const int status =
      argon2id_hash_raw(passes, memory, lanes, identity.data(), identity.size(), net.data(), net.size(), key.data(), key.size());
  CHECK(status == ARGON2_OK);  // the cost is right; what is left is no memory
  return key;
}

Identity med_account(const NetworkId& net, const Identity& patient) {
  CHECK(patient.role == Role::patient);
  return {Role::patient_med, {to_hex(index_key(net, patient))}, patient.version};
}

}  // namespace caduceus
