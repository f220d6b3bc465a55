// What newcomers, members and the enrolment authority say to each other (PROTOCOL.md §2), one request and one answer a frame. docs/FORMATS.md,
// "Enrolment".
#pragma once

#include "core/chain/sup_transaction.h"
#include "core/sup/genesis.h"
#include "core/sup/query.h"

namespace caduceus {

// What the authority's operator hands a newcomer, once: who he is to be, where the authority listens, how to know it, and a secret.
struct EnrolmentToken {
  Text<1, 255> address;  // "host:port"
  Bytes32 server{};  // SHA-256 of the authority's server certificate
  SecretKey secret;
  Identity identity;
  Identity hospital;  // a doctor's; anybody else's is itself

  static auto fields(auto& self) { return std::tie(self.address, self.server, self.secret, self.identity, self.hospital); }
};

// What the authority keeps of it, under H("token", secret).
struct IssuedToken {
  Identity identity;
  Identity hospital;  // as in the token
  Time expires;

  static auto fields(auto& self) { return std::tie(self.identity, self.hospital, self.expires); }
};
inline Bytes32 token_name(const SecretKey& secret) { return hash({as_bytes("token"), secret.expose()}); }

// Anybody's: the parameters that a newcomer needs for its request.
struct AskAuthority {
  static auto fields(auto& /*self*/) { return std::tie(); }
};

// A newcomer's: his token, x_U·P1 and its proof, and a request for a TLS certificate.
struct EnrolmentRequest {
  SecretKey token;
  RegistrationRequest registration;
  Blob<1, 4096> certificate_request;

  static auto fields(auto& self) { return std::tie(self.token, self.registration, self.certificate_request); }
};

// A member's, who shows its certificate: the PKG's word for its account on the network of this genesis. The signature in the terms is zero.
struct AccountRequest {
  NetworkId net{};
  RegistrationTerms terms;

  static auto fields(auto& self) { return std::tie(self.net, self.terms); }
};

// A patient's, who shows its certificate: its account on the network of this genesis. What is in it the PKG knows best.
struct PatientAccountRequest {
  NetworkId net{};

  static auto fields(auto& self) { return std::tie(self.net); }
};

using AuthorityRequest = std::variant<AskAuthority, EnrolmentRequest, AccountRequest, PatientAccountRequest>;

struct Enrolled {
  IssuedKeys keys;
  Blob<1, 4096> certificate;

  static auto fields(auto& self) { return std::tie(self.keys, self.certificate); }
};

struct AccountSignature {
  EncodedG1 signature;  // BLS, over account_statement()

  static auto fields(auto& self) { return std::tie(self.signature); }
};

// A patient's account (R3), with what she signs calls and disputes by. The answer, and what she keeps in DIR/account.keystore.
struct PatientAccount {
  NetworkId net{};
  PatientRegistrationTerms terms;  // with the PKG's signature
  AggregateKey key;  // of terms.account

  static auto fields(auto& self) { return std::tie(self.net, self.terms, self.key); }
  // Reject::issued_identity (a key of another account).
  [[nodiscard]] Checked<void> check() const {
    if (key.identity != terms.account) return reject(Reject::issued_identity);
    return {};
  }
  // That it is this patient's on this network, rightly issued: about 0.1 s. Reject::issued_identity, account_issued, transaction_pkg,
  // issued_aggregate_key.
  [[nodiscard]] Checked<void> verify(const NetworkId& network, const sup::Authority& authority, const VerificationKey& patient) const;
};

using AuthorityAnswer = std::variant<Refusal, sup::Authority, Enrolled, AccountSignature, PatientAccount>;

}  // namespace caduceus
