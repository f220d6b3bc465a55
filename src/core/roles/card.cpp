#include "core/roles/card.h"

#include "core/base/check.h"

namespace caduceus::roles {
namespace {

Bytes statement(const Card& card) {
  Writer writer;
  write(writer, card.patient);
  write(writer, card.sealing);
  write(writer, card.relay);
  return writer.take();
}

}  // namespace

Card make_card(const G1& ppub, const SigningKey& patient, const SealingKey& sealing, const Identity& relay, Rng& rng) {
  CHECK(sealing.identity == patient.identity);
  Card card{patient.verification_key(), publish(sealing, rng), relay, {}};
  card.signature = sign(ppub, patient, "card", statement(card), rng);
  return card;
}

Checked<void> verify(const G1& ppub, const Card& card) {
  const bool is_whole =
      card.patient.identity.role == Role::patient && card.sealing.identity == card.patient.identity && card.relay.role == Role::hospital;
  if (!is_whole) return reject(Reject::card_parties);
  TRY_VOID(verify(ppub, card.patient, "card", statement(card), card.signature));
  return verify(card.sealing);
}

}  // namespace caduceus::roles
