// What the attacks on sharing need beside test/sharing.h: requests signed over values that no honest doctor would choose, as
// docs/PROTOCOL.md writes them; the secrets of a session, for tests that give them away; and changes of the fields of these messages.
#pragma once

#include "core/crypto/vault.h"
#include "test/attacks/fields.h"
#include "test/sharing.h"

namespace caduceus {

// Q of a policy.
inline Scalar consent_of(const Policy& policy) { return hash_to_scalar(ScalarHash::h0, {as_bytes("grant"), encode(policy)}); }

// κ_j = H5(s_α^j, H(policy)).
inline Scalar policy_factor_of(const Scalar& factor, const Policy& policy) {
  return hash_to_scalar(ScalarHash::h5, {factor.encode(), policy_hash(policy)});
}

inline Bytes bytes_of(const Bytes32& value) { return {value.begin(), value.end()}; }

// The request with the signer's proof over all that it says, and over T_b for the b given, whether or not T_b is b·P1.
inline GrantRequest signed_again(const G1& ppub, const SigningKey& signer, const Scalar& b, GrantRequest request, Rng& rng) {
  const RequestStatement statement{
      "req",
      {encode(request.policy.hospital), encode(request.policy.doctor), encode(request.patient), bytes_of(policy_hash(request.policy)),
       encode(request.records), encode(request.time), encode(request.alpha_cb)},
      request.t_b};
  request.proof = prove(ppub, signer, Secret<Scalar>(b), statement, rng);
  return request;
}

inline EmergencyRequest signed_again(const G1& ppub, const SigningKey& signer, const Scalar& b, EmergencyRequest request, Rng& rng) {
  const RequestStatement statement{"emergency",
                                   {encode(request.kind), encode(request.scope), encode(request.licence.licence.doctor),
                                    bytes_of(request.htxu), encode(request.time), encode(request.proofs)},
                                   request.t_b};
  request.proof = prove(ppub, signer, Secret<Scalar>(b), statement, rng);
  return request;
}

// b of a session.
template <class Requester>
const Scalar& b_of(const Requester& requester) {
  return std::get<1>(Requester::fields(requester)).expose();
}
// a of the newest session that is remembered.
template <class Memory>
const Scalar& a_of(const Memory& memory) {
  return memory.answered.items.back().a.expose();
}

// Changes of what fields.h does not know.
inline void change(EmergencyKind& kind) { kind = kind == EmergencyKind::open ? EmergencyKind::read : EmergencyKind::open; }
inline void change(RecordPlace& place) { ++place.index; }
inline void change(Helper& helper) { change(helper.offset); }
template <std::size_t Min, std::size_t Max>
void change(Blob<Min, Max>& blob) {
  blob.value.back() ^= 1;
}
template <class T>
void change(std::optional<T>& value) {
  if (value) change(*value);
}
// The last element of a list; of an empty one, that it is empty.
template <class T, std::size_t Max, std::size_t Min>
void change(List<T, Max, Min>& list) {
  if (list.items.empty()) {
    list.items.emplace_back();
  } else {
    change(list.items.back());
  }
}

}  // namespace caduceus
