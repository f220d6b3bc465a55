#include "app/member.h"

namespace caduceus {
namespace {

constexpr std::string_view purpose = "member";

// All but the signature.
Bytes statement(const Member& member) {
  Bytes bytes = encode(member);
  bytes.resize(bytes.size() - encode(member.signature).size());
  return bytes;
}

}  // namespace

void Member::sign(const SigningKey& key, Rng& rng) {
  signature = caduceus::sign(authority.parameters.signing, key, purpose, statement(*this), rng);
}

Checked<void> Member::check() const {
  const bool has_sealing = identity.role != Role::miner;
  const bool has_right_keys = sealing.has_value() == has_sealing && consensus.has_value() == (identity.role == Role::hospital);
  if (!has_right_keys) return reject(Reject::member_keys);
  if (identity.role == Role::doctor ? hospital.role != Role::hospital : hospital != identity) return reject(Reject::member_keys);
  TRY_VOID(authority.check());
  TRY(const Subject subject, subject_of(certificate.value));
  if (subject != Subject(identity)) return reject(Reject::member_keys);
  TRY_VOID(verify(authority.parameters.signing, {identity, public_point}, purpose, statement(*this), signature));
  if (sealing) {
    if (sealing->identity != identity) return reject(Reject::member_keys);
    TRY_VOID(verify(*sealing));
  }
  return consensus ? verify_possession(consensus->key, consensus->possession) : Checked<void>{};
}

Result<MemberSecrets> MemberFolder::open(const SecretBytes& passphrase) const {
  if (!std::filesystem::exists(keystore())) {
    return failure("nobody has enrolled in " + folder_.string() + ": run caduceus enrol --token FILE --dir " + folder_.string());
  }
  return open_file<MemberSecrets>(keystore(), passphrase);
}

Result<PatientAccount> MemberFolder::open_account(const NetworkId& net, const SecretBytes& passphrase) const {
  if (!std::filesystem::exists(account())) {
    return failure("there is no account in " + folder_.string() + ": run caduceus register --dir " + folder_.string() + " first");
  }
  TRY(PatientAccount account, open_file<PatientAccount>(this->account(), passphrase));
  if (account.net != net) return failure(this->account().string() + " is an account on another network: choose another --dir");
  return account;
}

Result<Member> load_member(const std::filesystem::path& path) { return load<Member>(path, "a member's public file"); }

std::string fingerprint_of(const sup::Hospital& hospital) {
  const std::string digits = to_hex(sha256(encode(hospital)));
  std::string groups;
  for (std::size_t at = 0; at < digits.size(); at += 4) {
    if (at > 0) groups.push_back(' ');
    groups.append(digits, at, 4);
  }
  return groups;
}

}  // namespace caduceus
