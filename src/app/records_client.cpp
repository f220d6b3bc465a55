#include "app/records_client.h"

#include "app/foreign_text.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds patience{60};  // a hospital that backs an emergency waits for SUP

}  // namespace

Result<roles::RecordResponse> RecordsClient::exchange(const Identity& hospital, roles::RecordRequest request) {
  auto client = hospitals_.find(hospital);
  if (client == hospitals_.end()) {
    TRY(const std::string address, network_.records_of(hospital));
    client = hospitals_
                 .emplace(hospital, NodeClient({SecretBytes(self_.key.expose()), self_.certificate, self_.authority}, {{hospital, address}},
                                               roles::most_record_response))
                 .first;
  }
  const roles::NumberedRequest numbered{0, std::move(request)};
  auto answer = client->second.ask<roles::NumberedResponse>(numbered, patience);
  if (!answer) answer = client->second.ask<roles::NumberedResponse>(numbered, patience);
  if (!answer) return failure(to_string(hospital) + ": " + answer.error().message);
  return std::move(answer->response);
}

tl::unexpected<Failure> RecordsClient::unexpected(const Identity& hospital, const roles::RecordResponse& response) {
  const auto* const refusal = std::get_if<Refusal>(&response);
  if (refusal == nullptr) return failure(to_string(hospital) + " answered what was not asked: is this its newest program?");
  return failure(to_string(hospital) + " refused: " + one_line(*refusal));
}

}  // namespace caduceus
