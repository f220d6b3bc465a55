#include "core/crypto/key_agreement.h"

#include <array>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

// tr of docs/PROTOCOL.md.
Bytes32 transcript(const Hello& hello, const G1& responder_point, const G1& t_a1, const G1& t_a2) {
  Bytes half;
  if (hello.t1_prime) half = encode(*hello.t1_prime);
  return hash({encode(hello.initiator), encode(hello.responder), hello.public_point.encode(), responder_point.encode(), hello.t1.encode(),
               half, hello.t2.encode(), t_a1.encode(), t_a2.encode()});
}

// R1: a Diffie–Hellman result is not the identity.
Checked<Secret<G1>> diffie_hellman(const Secret<Scalar>& secret, const G1& point) {
  Secret<G1> shared(point);
  shared.expose() *= secret.expose();
  if (shared.expose().is_identity()) return reject(Reject::point_is_identity);
  return shared;
}

Checked<AgreedKeys> derive(const Bytes32& transcript, const Secret<G1>& first, const Secret<G1>& second, const Secret<Gt>& identities) {
  if (declassify(identities.expose().is_one()) != 0) return reject(Reject::gt_is_one);
  const SecretBytes one = encode_secret(first);
  const SecretBytes two = encode_secret(second);
  const Secret<ByteArray<Gt::hashed_size>> k(identities.expose().to_bytes());
  const auto key = [&](std::string_view label) {
    return derive_key(KeyHash::hsk, label, {transcript, one.expose(), two.expose(), k.expose()});
  };
  return AgreedKeys{key("k_init"), key("k_resp"), key("enc-i2r"), key("enc-r2i")};
}

bool matches(const Bytes32& received, const Bytes32& expected) { return declassify(equal_in_constant_time(received, expected)) != 0; }

bool may_agree(const Identity& initiator, const Identity& responder) {
  return (initiator.role == Role::patient && responder.role == Role::hospital) ||
         (initiator.role == Role::doctor && responder.role == Role::patient);
}

}  // namespace

Checked<void> Hello::check() const {
  if (!may_agree(initiator, responder)) return reject(Reject::agreement_parties);
  if (t1_prime.has_value() != (responder.role == Role::hospital)) return reject(Reject::agreement_half);
  return {};
}

Checked<Initiator> Initiator::begin(const VerificationKey& self, const VerificationKey& responder, Rng& rng) {
  if (!may_agree(self.identity, responder.identity)) return reject(Reject::agreement_parties);
  Initiator initiator;
  initiator.responder_ = responder;
  initiator.c1_.expose() = Scalar::random(rng);
  initiator.c2_.expose() = Scalar::random(rng);
  initiator.hello_ = {self.identity,
                      responder.identity,
                      normalised(initiator.c1_.expose() * G1::generator()),
                      std::nullopt,
                      normalised(initiator.c2_.expose() * G1::generator()),
                      self.public_point};
  if (responder.identity.role == Role::hospital) initiator.hello_.t1_prime = normalised(initiator.c1_.expose() * G2::generator());
  return initiator;
}

Checked<void> Initiator::check() const {
  if (hello_.responder != responder_.identity) return reject(Reject::agreement_peer);
  return {};
}

const InitialFactors& Initiator::factors() const {
  CHECK(agreed_);
  return agreed_->factors;
}

const AgreedKeys& Initiator::keys() const {
  CHECK(agreed_);
  return agreed_->keys;
}

Checked<Confirm> Initiator::receive(const G1& ppub, const IdentityKeys& self, const Reply& reply, Rng& rng) {
  if (agreed_) {
    if (reply != agreed_->reply) return reject(Reject::agreement_pinned);
    return agreed_->confirm;
  }
  Agreement agreed{transcript(hello_, responder_.public_point, reply.t1, reply.t2), reply, {}, {}, {}};
  const Bytes32& tr = agreed.transcript;
  TRY_VOID(verify(ppub, responder_, "resp", tr, reply.signature));
  TRY(const Secret<G1> first, diffie_hellman(c1_, reply.t1));
  TRY(const Secret<G1> second, diffie_hellman(c2_, reply.t2));
  const Secret<Gt> identities(pairing(self.agreement.g1.expose(), hash_to_g2({encode(responder_.identity)})));
  TRY(agreed.keys, derive(tr, first, second, identities));
  if (!matches(reply.confirmation, mac(agreed.keys.confirm_responder, {tr}))) return reject(Reject::agreement_mac);
  TRY(agreed.factors.alpha, diffie_hellman(c1_, reply.t2));
  TRY(agreed.factors.beta, diffie_hellman(c2_, reply.t1));
  agreed.confirm = {mac(agreed.keys.confirm_initiator, {tr}), sign(ppub, self.signing, "init", tr, rng)};
  agreed_ = std::move(agreed);
  c2_ = {};
  return agreed_->confirm;
}

Checked<void> Initiator::receive(const Ack& ack) {
  if (!agreed_) return reject(Reject::agreement_state);
  if (!matches(ack.confirmation, mac(agreed_->keys.confirm_responder, {as_bytes("ack"), agreed_->transcript})))
    return reject(Reject::agreement_mac);
  is_acknowledged_ = true;
  return {};
}

Checked<Responder> Responder::answer(const G1& ppub, const IdentityKeys& self, const VerificationKey& initiator, const Hello& hello,
                                     Rng& rng) {
  TRY_VOID(hello.check());
  if (hello.responder != self.signing.identity || hello.initiator != initiator.identity) return reject(Reject::agreement_peer);
  if (hello.public_point != initiator.public_point) return reject(Reject::signature_other_key);
  if (hello.t1_prime) {
    // e(T_1, P2) = e(P1, T_1')
    const std::array<PairingFactor, 2> same{{{hello.t1, G2::generator()}, {G1() - G1::generator(), *hello.t1_prime}}};
    if (!pairing_product(same).is_one()) return reject(Reject::agreement_half);
  }
  const Secret<Scalar> a1(Scalar::random(rng));
  const Secret<Scalar> a2(Scalar::random(rng));
  Responder responder;
  responder.hello_ = hello;
  responder.initiator_ = initiator;
  responder.reply_.t1 = normalised(a1.expose() * G1::generator());
  responder.reply_.t2 = normalised(a2.expose() * G1::generator());
  responder.transcript_ = transcript(hello, self.signing.public_point, responder.reply_.t1, responder.reply_.t2);

  TRY(const Secret<G1> first, diffie_hellman(a1, hello.t1));
  TRY(const Secret<G1> second, diffie_hellman(a2, hello.t2));
  const Secret<Gt> identities(pairing(hash_to_g1(PointHash::key_agreement, {encode(hello.initiator)}), self.agreement.g2.expose()));
  TRY(responder.keys_, derive(responder.transcript_, first, second, identities));
  TRY(responder.factors_.alpha, diffie_hellman(a2, hello.t1));
  TRY(responder.factors_.beta, diffie_hellman(a1, hello.t2));
  responder.reply_.confirmation = mac(responder.keys_.confirm_responder, {responder.transcript_});
  responder.reply_.signature = sign(ppub, self.signing, "resp", responder.transcript_, rng);
  return responder;
}

Checked<void> Responder::check() const {
  if (hello_.initiator != initiator_.identity || hello_.public_point != initiator_.public_point) return reject(Reject::agreement_peer);
  return {};
}

Checked<Reply> Responder::receive(const Hello& hello) const {
  if (hello != hello_) return reject(Reject::agreement_pinned);
  return reply_;
}

Checked<Ack> Responder::receive(const G1& ppub, const Confirm& confirm) {
  if (!matches(confirm.confirmation, mac(keys_.confirm_initiator, {transcript_}))) return reject(Reject::agreement_mac);
  TRY_VOID(verify(ppub, initiator_, "init", transcript_, confirm.signature));
  is_active_ = true;
  return Ack{mac(keys_.confirm_responder, {as_bytes("ack"), transcript_})};
}

}  // namespace caduceus
