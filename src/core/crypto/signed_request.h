// Requests for records, looked at later: by the patient who reads an access log, by a hospital's auditors. Whether the hospital was right to answer depends on
// what it knew then; that the doctor asked does not.
#pragma once

#include "core/crypto/emergency.h"
#include "core/crypto/grant.h"

namespace caduceus {

// The doctor's two proofs. Reject as verify() of request_proof.h.
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const GrantRequest& request);
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const EmergencyRequest& request);

}  // namespace caduceus
