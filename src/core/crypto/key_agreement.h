// Key agreement (PROTOCOL.md §4): four messages, after which both know the other, share keys, and hold the initial factors.
// Between a patient, who begins, and a hospital: the first visit; and between a doctor, who begins, and a patient.
//
//   initiator                                responder
//   Initiator::begin ── Hello ─────────────▶ Responder::answer     checks L and T', draws a1, a2
//   receive ◀──────────────────── Reply ───
//     stores "pending" ── Confirm ─────────▶ receive               checks MAC and signature, stores "active"
//   receive ◀────────────────────── Ack ───
//     stores "active"
//
// A message that comes again gets the same bytes again. Both objects are what their owner stores, at the places named above and
// before the message leaves. Whoever holds only the initiator's identity key cannot play the responder to it: both sign (R7).
#pragma once

#include <optional>
#include <tuple>

#include "core/crypto/certificateless_signature.h"
#include "core/crypto/encryption_factors.h"
#include "core/crypto/registration.h"

namespace caduceus {

// T_1 = c1·P1, T_1' = c1·P2, T_2 = c2·P1.
struct Hello {
  Identity initiator;
  Identity responder;
  G1 t1;
  std::optional<G2> t1_prime;  // with a hospital, and only then
  G1 t2;
  G1 public_point;  // L of the initiator

  static auto fields(auto& self) { return std::tie(self.initiator, self.responder, self.t1, self.t1_prime, self.t2, self.public_point); }
  // Reject::agreement_parties, agreement_half.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const Hello&, const Hello&) = default;
};

// T_a1, T_a2, MAC(k_resp, tr), Du("resp", tr).
struct Reply {
  G1 t1;
  G1 t2;
  Bytes32 confirmation{};
  Signature signature;

  static auto fields(auto& self) { return std::tie(self.t1, self.t2, self.confirmation, self.signature); }
  friend bool operator==(const Reply&, const Reply&) = default;
};

// MAC(k_init, tr), Du("init", tr).
struct Confirm {
  Bytes32 confirmation{};
  Signature signature;

  static auto fields(auto& self) { return std::tie(self.confirmation, self.signature); }
  friend bool operator==(const Confirm&, const Confirm&) = default;
};

// MAC(k_resp, "ack", tr).
struct Ack {
  Bytes32 confirmation{};

  static auto fields(auto& self) { return std::tie(self.confirmation); }
  friend bool operator==(const Ack&, const Ack&) = default;
};

// Hsk(tr, a1·T_1, a2·T_2, K), a label each.
struct AgreedKeys {
  SecretKey confirm_initiator;  // k_init
  SecretKey confirm_responder;  // k_resp
  SecretKey to_responder;       // enc-i2r
  SecretKey to_initiator;       // enc-r2i

  static auto fields(auto& self) { return std::tie(self.confirm_initiator, self.confirm_responder, self.to_responder, self.to_initiator); }
};

enum class AgreementState : std::uint8_t { waiting, pending, active };

// What the Reply brought the initiator.
struct Agreement {
  Bytes32 transcript{};
  Reply reply;
  Confirm confirm;
  InitialFactors factors;
  AgreedKeys keys;

  static auto fields(auto& self) { return std::tie(self.transcript, self.reply, self.confirm, self.factors, self.keys); }
};

class Initiator {
 public:
  // Draws c1, c2. `responder` is the registered key of whom this is meant for. Reject::agreement_parties.
  [[nodiscard]] static Checked<Initiator> begin(const VerificationKey& self, const VerificationKey& responder, Rng& rng);

  [[nodiscard]] const Hello& hello() const { return hello_; }
  [[nodiscard]] AgreementState state() const {
    return !agreed_ ? AgreementState::waiting : !is_acknowledged_ ? AgreementState::pending : AgreementState::active;
  }
  [[nodiscard]] const VerificationKey& peer() const { return responder_; }

  // From waiting to pending; in pending and active the same Reply gives the same Confirm. ppub is s_sig·P1.
  // Reject::agreement_mac, signature_other_key, signature_invalid, gt_is_one, point_is_identity, agreement_pinned (another Reply).
  [[nodiscard]] Checked<Confirm> receive(const G1& ppub, const IdentityKeys& self, const Reply& reply, Rng& rng);
  // From pending to active. Reject::agreement_mac, agreement_state.
  [[nodiscard]] Checked<void> receive(const Ack& ack);

  // c1, which grants are made with (§6).
  [[nodiscard]] const Secret<Scalar>& secret() const { return c1_; }
  // From pending on (CHECK).
  [[nodiscard]] const InitialFactors& factors() const;
  [[nodiscard]] const AgreedKeys& keys() const;

  static auto fields(auto& self) { return std::tie(self.hello_, self.responder_, self.c1_, self.c2_, self.agreed_, self.is_acknowledged_); }
  // Of what was stored. Reject::agreement_peer.
  [[nodiscard]] Checked<void> check() const;

 private:
  Hello hello_;
  VerificationKey responder_;
  Secret<Scalar> c1_;
  Secret<Scalar> c2_;  // until pending
  std::optional<Agreement> agreed_;
  bool is_acknowledged_ = false;
};

class Responder {
 public:
  // Draws a1, a2. `initiator` is the registered key of whom the Hello names. Reject::agreement_peer, agreement_parties,
  // agreement_half, signature_other_key, gt_is_one, point_is_identity.
  [[nodiscard]] static Checked<Responder> answer(const G1& ppub, const IdentityKeys& self, const VerificationKey& initiator,
                                                 const Hello& hello, Rng& rng);

  [[nodiscard]] const Reply& reply() const { return reply_; }
  [[nodiscard]] bool is_active() const { return is_active_; }
  [[nodiscard]] const VerificationKey& peer() const { return initiator_; }

  // A Hello of the same initiator again: the same one gets the same Reply; another one is Reject::agreement_pinned, since T_1 is never
  // overwritten silently.
  [[nodiscard]] Checked<Reply> receive(const Hello& hello) const;
  // To active; there the same Ack again. Reject::agreement_mac, signature_other_key, signature_invalid.
  [[nodiscard]] Checked<Ack> receive(const G1& ppub, const Confirm& confirm);

  // Pinned: T_1, T_1'; once active, the factors and keys.
  [[nodiscard]] const G1& t1() const { return hello_.t1; }
  [[nodiscard]] const std::optional<G2>& t1_prime() const { return hello_.t1_prime; }
  [[nodiscard]] const InitialFactors& factors() const { return factors_; }
  [[nodiscard]] const AgreedKeys& keys() const { return keys_; }

  static auto fields(auto& self) {
    return std::tie(self.is_active_, self.hello_, self.initiator_, self.transcript_, self.reply_, self.factors_, self.keys_);
  }
  // Of what was stored. Reject::agreement_peer.
  [[nodiscard]] Checked<void> check() const;

 private:
  bool is_active_ = false;
  Hello hello_;
  VerificationKey initiator_;
  Bytes32 transcript_{};
  Reply reply_;
  InitialFactors factors_;
  AgreedKeys keys_;
};

}  // namespace caduceus
