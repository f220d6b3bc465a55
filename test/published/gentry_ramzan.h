// The identity-based aggregate signature as the paper publishes it (Gentry and Ramzan, PKC 2006), moved to our groups. It is here
// for the attacks: the tests show that it is correct, as its authors say, and what it falls to. What it leaves open, ours settles:
//
//   - identities are hashed as ID‖0 and ID‖1 under the tag, and with the master secret, of key agreement, which hashes ID (R2);
//   - S is summed over everything, whatever w it was made under; only T is kept for each w (R4);
//   - a signer may stand under one w more than once, and the w's need not be those of the messages (R4);
//   - signatures are added up as they come (R6).
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/crypto/group.h"

namespace caduceus::published {

struct MasterKey {
  Scalar secret;     // s
  G2 public_point;   // s·P2

  static MasterKey random(Rng& rng);
};

struct SignerKey {
  std::string identity;
  G1 k0;  // s·H1(ID‖0)
  G1 k1;  // s·H1(ID‖1)
};

SignerKey extract_signer_key(const MasterKey& master, const std::string& identity);

// s·H1(ID): the key with which ID agrees on keys with others.
G1 extract_agreement_key(const MasterKey& master, const std::string& identity);

struct SignedMessage {
  std::string signer;
  std::string message;
  std::string w;
};

// c = H(m, ID, w).
Scalar challenge(const SignedMessage& message);

// S = ρ·P_w + K0 + c·K1, T = ρ·P2.
struct Signature {
  G1 s;
  G2 t;
};

Signature sign(const SignerKey& key, const SignedMessage& message, Rng& rng);

struct AggregateSignature {
  G1 s;                         // ΣS_i
  std::map<std::string, G2> t;  // w ↦ T_w = ΣT_i
};

// signatures[i] is of messages[i].
AggregateSignature aggregate(std::span<const SignedMessage> messages, std::span<const Signature> signatures);

// e(S, P2) = Π_w e(P_w, T_w) · e(Σ(H1(ID_i‖0) + c_i·H1(ID_i‖1)), s·P2).
[[nodiscard]] bool verify(const G2& public_point, std::span<const SignedMessage> messages, const AggregateSignature& aggregate);
[[nodiscard]] bool verify(const G2& public_point, const SignedMessage& message, const Signature& signature);

// P_w
G1 string_point(const std::string& w);

}  // namespace caduceus::published
