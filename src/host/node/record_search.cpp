#include "host/node/record_search.h"

namespace caduceus {

med::ClientRequest RecordSearch::begin(const TransactionHash& htxm, const std::set<PeerId>& nodes, Tick now) {
  const std::uint64_t number = ++last_;
  if (nodes.empty()) {
    over_[number] = std::nullopt;
  } else {
    searches_[number] = {htxm, nodes, now + patience};
  }
  return {number, med::AskPlace{htxm}};
}

Checked<void> RecordSearch::answered(PeerId node, std::uint64_t number, const med::Response& response, const HeaderAt& header_at) {
  const auto found = searches_.find(number);
  if (found == searches_.end() || !found->second.asked.contains(node)) return {};
  const auto* place = std::get_if<med::Place>(&response);
  if (place == nullptr && !std::holds_alternative<Refusal>(response)) return reject(Reject::reply_kind);
  const auto own = place == nullptr ? std::nullopt : header_at(place->header.height);
  if (!own || *own != place->header) {
    leave(number, node);
    return {};
  }
  TRY_VOID(verify(own->transactions, found->second.htxm, place->proof));
  end(number, Found{*own, place->proof.terms});
  return {};
}

void RecordSearch::left(PeerId node) {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, search] : searches_) numbers.push_back(number);
  for (const std::uint64_t number : numbers) leave(number, node);
}

void RecordSearch::tick(Tick now) {
  std::vector<std::uint64_t> late;
  for (const auto& [number, search] : searches_) {
    if (search.until <= now) late.push_back(number);
  }
  for (const std::uint64_t number : late) end(number, std::nullopt);
}

void RecordSearch::leave(std::uint64_t number, PeerId node) {
  std::set<PeerId>& asked = searches_.at(number).asked;
  asked.erase(node);
  if (asked.empty()) end(number, std::nullopt);
}

void RecordSearch::end(std::uint64_t number, std::optional<Found> found) {
  searches_.erase(number);
  over_.emplace(number, std::move(found));
}

}  // namespace caduceus
