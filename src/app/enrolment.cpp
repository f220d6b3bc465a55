#include "app/enrolment.h"

#include "core/crypto/index_key.h"

namespace caduceus {

Checked<void> PatientAccount::verify(const NetworkId& network, const sup::Authority& authority, const VerificationKey& patient) const {
  if (net != network || terms.account != med_account(network, patient.identity)) return reject(Reject::issued_identity);
  if (terms.key_hash != patient_key_hash(patient.identity, patient.public_point)) return reject(Reject::account_issued);
  const auto signature = terms.pkg_signature.value();
  if (!signature || !verify_part(AffineG2(authority.accounts), patient_account_statement(net, terms), *signature)) {
    return reject(Reject::transaction_pkg);
  }
  return verify_aggregate_key(authority.parameters, key);
}

}  // namespace caduceus
