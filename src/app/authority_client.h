// How newcomers and members ask the enrolment authority.
#pragma once

#include "app/enrolment.h"
#include "host/net/client.h"

namespace caduceus {

class AuthorityClient {
 public:
  // A newcomer knows the server by its fingerprint, a member by the authority's certificate. Failure: as Client::connect().
  [[nodiscard]] static Result<AuthorityClient> connect(const std::string& address, const Bytes32& server);
  [[nodiscard]] static Result<AuthorityClient> connect(const std::string& address, TlsCredentials self);

  // Failure: as Client::call(); it refused, and why; it answered something else.
  [[nodiscard]] Result<sup::Authority> ask(const AskAuthority& request) { return answer<sup::Authority>(request); }
  [[nodiscard]] Result<Enrolled> ask(EnrolmentRequest request) { return answer<Enrolled>(std::move(request)); }
  [[nodiscard]] Result<AccountSignature> ask(const AccountRequest& request) { return answer<AccountSignature>(request); }
  [[nodiscard]] Result<PatientAccount> ask(const PatientAccountRequest& request) { return answer<PatientAccount>(request); }

 private:
  explicit AuthorityClient(Client client) : client_(std::move(client)) {}

  template <class T>
  Result<T> answer(AuthorityRequest request) {
    TRY(AuthorityAnswer said, call(request));
    if (auto* const expected = std::get_if<T>(&said)) return std::move(*expected);
    return failure("the authority answered what was not asked: is this its newest program?");
  }
  // Refusals are failures.
  Result<AuthorityAnswer> call(const AuthorityRequest& request);

  Client client_;
};

}  // namespace caduceus
