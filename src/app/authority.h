// The enrolment authority (PKG, PROTOCOL.md §2): its folder, and what it does for newcomers and members.
//
//   DIR/master.keystore   all its secrets, under a passphrase
//   DIR/authority         public: what everybody knows of it (sup::Authority)
//   DIR/server            public: its server's TLS certificate
//   DIR/tokens/NAME       an enrolment token that was given out (IssuedToken); NAME = H("token", secret)
//   DIR/issued/NAME       what an identity was given; NAME = role-name-version
//   DIR/accounts/NAME/NET a patient's account that was signed for the network NET (PatientRegistrationTerms)
#pragma once

#include "app/command.h"
#include "app/enrolment.h"
#include "app/sealed_file.h"
#include "host/net/certificate.h"

namespace caduceus {

struct AuthoritySecrets {
  MasterSecrets master;
  BlsKey accounts;
  TlsKey tls;         // of the authority's certificate
  TlsKey server;      // of its server's
  SecretKey answers;  // seals what was issued, so that it can be said again
  sup::Authority known;
  Blob<1, 4096> server_certificate;

  static AuthoritySecrets make(Time now);
  static auto fields(auto& self) {
    return std::tie(self.master, self.accounts, self.tls, self.server, self.answers, self.known, self.server_certificate);
  }
};

// Where an authority is, with or without its secrets.
class AuthorityFolder {
 public:
  explicit AuthorityFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] std::filesystem::path keystore() const { return folder_ / "master.keystore"; }
  [[nodiscard]] std::filesystem::path known() const { return folder_ / "authority"; }
  [[nodiscard]] std::filesystem::path server() const { return folder_ / "server"; }
  [[nodiscard]] std::filesystem::path token(const SecretKey& secret) const { return folder_ / "tokens" / to_hex(token_name(secret)); }
  [[nodiscard]] std::filesystem::path issued(const Identity& identity) const;

  [[nodiscard]] std::filesystem::path accounts(const Identity& patient) const;

  // Failure: there is one already.
  [[nodiscard]] Result<AuthoritySecrets> make(const SecretBytes& passphrase) const;
  // Writes the public files again if they are gone.
  [[nodiscard]] Result<AuthoritySecrets> open(const SecretBytes& passphrase) const;
  // Failure: there is no authority here.
  [[nodiscard]] Result<void> check() const;
  [[nodiscard]] bool exists() const { return std::filesystem::exists(keystore()); }

 private:
  [[nodiscard]] Result<void> publish(const AuthoritySecrets& secrets) const;

  std::filesystem::path folder_;
};

// What it does on request. Failure is its disk's, Reject the asker's fault.
class EnrolmentAuthority {
 public:
  EnrolmentAuthority(AuthorityFolder folder, AuthoritySecrets secrets) : folder_(std::move(folder)), secrets_(std::move(secrets)) {}

  // Keys and a certificate for the token's identity, on disk before this returns. The same request again, also with a later token of the
  // identity's, gets the same answer: the first may have been lost on its way. Reject::token_unknown, token_expired, token_used,
  // token_identity, identity_enrolled, certificate_request; as issue_keys().
  [[nodiscard]] Result<Checked<Enrolled>> enrol(const EnrolmentRequest& request, Time now);

  // Its BLS signature over the account. Reject::sender_other, account_issued (another L or hospital than was issued), account_hospital,
  // as RegistrationTerms::check(). The sealing key is in the account, not in what is signed: every node checks its proof.
  [[nodiscard]] Result<Checked<AccountSignature>> account(const Identity& member, const AccountRequest& request) const;

  // A patient's account (R3), its terms on disk before this returns: the same request has the same answer. Reject::transaction_parties (nobody
  // but patients has one), account_issued, too_long.
  [[nodiscard]] Result<Checked<PatientAccount>> account(const Identity& patient, const PatientAccountRequest& request) const;

  [[nodiscard]] const sup::Authority& known() const { return secrets_.known; }
  [[nodiscard]] TlsCredentials credentials() const;

 private:
  [[nodiscard]] Result<Checked<PatientRegistrationTerms>> sign_terms(const Identity& patient, const NetworkId& net) const;

  AuthorityFolder folder_;
  AuthoritySecrets secrets_;
};

}  // namespace caduceus
