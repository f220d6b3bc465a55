#include "app/record_client.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds patience{60};  // a backing is answered when SUP has it

}  // namespace

Result<roles::RecordResponse> RecordClient::ask(const Identity& hospital, roles::RecordRequest request) {
  auto known = hospitals_.find(hospital);
  if (known == hospitals_.end()) {
    TRY(std::string address, network_.records_of(hospital));
    NodeClient client(member_.credentials(), {{hospital, std::move(address)}}, roles::most_record_response);
    known = hospitals_.emplace(hospital, std::move(client)).first;
  }
  const roles::NumberedRequest numbered{0, std::move(request)};
  auto response = known->second.ask<roles::NumberedResponse>(numbered, patience);
  if (!response) response = known->second.ask<roles::NumberedResponse>(numbered, patience);
  if (!response) return failure(hospital.name.value + " does not answer: " + response.error().message);
  return std::move(response->response);
}

tl::unexpected<Failure> RecordClient::unexpected_response(const Identity& hospital, const roles::RecordResponse& response) {
  const auto* const refusal = std::get_if<Refusal>(&response);
  if (refusal == nullptr) return failure(hospital.name.value + " answered what was not asked");
  return failure(hospital.name.value + " refuses: " + refusal->explanation.value + " (" + refusal->reason.value + ")");
}

}  // namespace caduceus
