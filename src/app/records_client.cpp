#include "app/records_client.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds patience{60};  // a hospital that backs an emergency waits for SUP

}  // namespace

Result<roles::RecordResponse> RecordsClient::exchange(const Identity& hospital, roles::RecordRequest request) {
  auto client = hospitals_.find(hospital);
  if (client == hospitals_.end()) {
    TRY(const std::string address, network_.records_of(hospital));
    client = hospitals_.emplace(hospital, NodeClient({SecretBytes(self_.key.expose()), self_.certificate, self_.authority}, {{hospital, address}}, roles::most_record_response)).first;
  }
  TRY(auto answer, client->second.ask<roles::NumberedResponse>(roles::NumberedRequest{0, std::move(request)}, patience));
  return std::move(answer.response);
}

}  // namespace caduceus
