#include "core/roles/letter.h"

#include "core/crypto/aead.h"

namespace caduceus::roles {
namespace {

constexpr std::string_view letter_use = "letter";
constexpr std::string_view erasure_purpose = "erasure";

// All but the signature, which stands last.
template <class T>
Bytes statement(const T& signed_one) {
  Bytes bytes = encode(signed_one);
  bytes.resize(bytes.size() - encode(signed_one.signature).size());
  return bytes;
}

Bytes grant_parties(const Identity& patient, const Identity& doctor) { return encode(std::pair(patient, doctor)); }

}  // namespace

SealedGrant seal_grant(const Identity& patient, const Identity& doctor, const AgreedKeys& keys, const GrantContent& content, Rng& rng) {
  return {{seal(keys.to_initiator, grant_parties(patient, doctor), encode_secret(content).expose(), rng)}};
}

Checked<GrantContent> open_grant(const Identity& patient, const Identity& doctor, const AgreedKeys& keys, const SealedGrant& sealed) {
  TRY(const SecretBytes opened, open(keys.to_initiator, grant_parties(patient, doctor), sealed.sealed.value));
  TRY(GrantContent content, decode<GrantContent>(opened.expose()));
  if (content.grant.policy.patient != patient || content.grant.policy.doctor != doctor) return reject(Reject::grant_not_for_us);
  return content;
}

ErasureReceipt sign_erasure(const G1& ppub, const SigningKey& hospital, const TransactionHash& htxm, Time now, std::string_view reason,
                            Rng& rng) {
  ErasureReceipt receipt{hospital.identity, htxm, now, {std::string(reason)}, {}};
  receipt.signature = sign(ppub, hospital, erasure_purpose, statement(receipt), rng);
  return receipt;
}

Checked<void> verify(const G1& ppub, const VerificationKey& hospital, const ErasureReceipt& receipt) {
  if (receipt.hospital != hospital.identity) return reject(Reject::letter_parties);
  return verify(ppub, hospital, erasure_purpose, statement(receipt), receipt.signature);
}

Envelope write_letter(const G1& ppub, const SigningKey& from, const Party& to, LetterContent content, Time now, Rng& rng) {
  Letter letter{from.identity, to.key.identity, now, std::move(content), {}};
  letter.signature = sign(ppub, from, letter_use, statement(letter), rng);
  return {letter.to, seal_to(letter.to, to.sealing, letter_use, encode(letter), rng)};
}

Checked<Letter> open_letter(const SealingKey& self, const Envelope& envelope) {
  TRY(const SecretBytes opened, open_sealed(self, letter_use, envelope.sealed));
  TRY(Letter letter, decode<Letter>(opened.expose()));
  if (letter.to != self.identity || envelope.to != self.identity) return reject(Reject::letter_parties);
  return letter;
}

Checked<void> verify(const G1& ppub, const VerificationKey& from, const Letter& letter) {
  if (letter.from != from.identity) return reject(Reject::letter_parties);
  return verify(ppub, from, letter_use, statement(letter), letter.signature);
}

}  // namespace caduceus::roles
