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

using AuthorityRequest = std::variant<AskAuthority, EnrolmentRequest, AccountRequest>;

struct Enrolled {
  IssuedKeys keys;
  Blob<1, 4096> certificate;

  static auto fields(auto& self) { return std::tie(self.keys, self.certificate); }
};

struct AccountSignature {
  EncodedG1 signature;  // BLS, over account_statement()

  static auto fields(auto& self) { return std::tie(self.signature); }
};

using AuthorityAnswer = std::variant<Refusal, sup::Authority, Enrolled, AccountSignature>;

}  // namespace caduceus
