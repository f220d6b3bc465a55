#include "app/authority_client.h"

#include "app/foreign_text.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds patience{15};

}  // namespace

Result<AuthorityClient> AuthorityClient::connect(const std::string& address, const Bytes32& server) {
  TRY(Client client, Client::connect({.address = address, .self = std::nullopt, .server = server}, patience));
  return AuthorityClient(std::move(client));
}

Result<AuthorityClient> AuthorityClient::connect(const std::string& address, TlsCredentials self) {
  TRY(Client client, Client::connect({.address = address, .self = std::move(self), .server = Subject(Pkg{})}, patience));
  return AuthorityClient(std::move(client));
}

Result<AuthorityAnswer> AuthorityClient::call(const AuthorityRequest& request) {
  TRY(Bytes bytes, client_.call(encode_secret(request).expose(), patience));
  auto answer = decode<AuthorityAnswer>(bytes);
  wipe(bytes.data(), bytes.size());  // there may be keys in it
  if (!answer) return failure("the authority's answer: " + std::string(explain(answer.error())) + ": is this its newest program?");
  if (const auto* const refusal = std::get_if<Refusal>(&*answer)) {
    return failure("the authority refused: " + one_line(*refusal));
  }
  return *std::move(answer);
}

}  // namespace caduceus
