#include "core/chain/sup_transaction.h"

#include "core/crypto/hash.h"

namespace caduceus {
namespace {

template <std::size_t I = 0>
Checked<void> read_kind(Reader& reader, Byte lambda, SupTransaction& transaction) {
  if constexpr (I == std::variant_size_v<SupTransaction>) {
    return reject(Reject::unknown_value);
  } else {
    if (lambda == std::variant_alternative_t<I, SupTransaction>::Terms::lambda) return caduceus::read(reader, transaction.emplace<I>());
    return read_kind<I + 1>(reader, lambda, transaction);
  }
}

Checked<void> check_roles(const Identity& one, Role role) {
  if (one.role != role) return reject(Reject::transaction_parties);
  return {};
}

// Each signer of its statements has a key of its own for them, so that they need no more than a tag to be told apart.
template <class... Fields>
Bytes statement(std::string_view tag, const Fields&... fields) {
  Writer writer;
  write(writer, Text<0, 64>{std::string(tag)});
  (write(writer, fields), ...);
  return writer.take();
}

}  // namespace

Checked<void> EmergencyTerms::check() const {
  TRY_VOID(check_roles(doctor, Role::doctor));
  TRY_VOID(check_roles(hospital, Role::hospital));
  if ((kind == EmergencyKind::read) == marks.items.empty()) return reject(Reject::emergency_kind);
  return {};
}

Checked<void> RevocationTerms::check() const {
  if (licence.hospital != hospital || licence.doctor != doctor || licence.expires > expires) return reject(Reject::revocation_licence);
  return {};
}

Bytes32 dispute_text_hash(std::string_view text) { return hash({as_bytes(text)}); }

Checked<void> DisputeTerms::check() const { return check_roles(account, Role::patient_med); }

Checked<void> DisputeAnswerTerms::check() const { return check_roles(hospital, Role::hospital); }

Checked<void> RegistrationTerms::check() const {
  TRY_VOID(check_roles(hospital, Role::hospital));
  if (identity.role != Role::doctor && identity != hospital) return reject(Reject::transaction_parties);
  return {};
}

Checked<void> PatientRegistrationTerms::check() const { return check_roles(account, Role::patient_med); }

TransactionHash hash_of(const SupTransaction& transaction) {
  return std::visit([](const auto& one) { return hash_of(one.terms); }, transaction);
}

std::vector<const Identity*> signers_of(const SupTransaction& transaction) {
  return std::visit(
      [](const auto& one) {
        const auto signers = one.terms.signers();
        return std::vector<const Identity*>(signers.begin(), signers.end());
      },
      transaction);
}

Bytes account_statement(const NetworkId& net, const RegistrationTerms& terms) {
  return statement("CADUCEUS-V1-ACCOUNT", net, terms.identity, terms.public_point, terms.hospital);
}

Bytes patient_account_statement(const NetworkId& net, const PatientRegistrationTerms& terms) {
  return statement("CADUCEUS-V1-PATIENT-ACCOUNT", net, terms.account, terms.key_hash);
}

Bytes32 patient_key_hash(const Identity& patient, const G1& public_point) { return hash({encode(patient), public_point.encode()}); }

Checked<void> Codec<SupTransaction>::read(Reader& reader, SupTransaction& transaction) {
  Byte lambda = 0;
  TRY_VOID(caduceus::read(reader, lambda));
  return read_kind(reader, lambda, transaction);
}

}  // namespace caduceus
