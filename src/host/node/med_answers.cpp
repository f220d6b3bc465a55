#include "host/node/med_answers.h"

namespace caduceus {
namespace {

std::size_t size_of_answer(const med::Message& message) {
  using namespace med;
  if (const auto* items = std::get_if<GetItems>(&message)) return items->items.items.size();
  if (std::holds_alternative<AskHeaders>(message)) return 16;
  if (std::holds_alternative<GetSblock>(message)) return 1;
  const bool is_of_body =
      std::holds_alternative<GetBody>(message) || std::holds_alternative<GetSketch>(message) || std::holds_alternative<GetParts>(message);
  return is_of_body ? 256 : 0;
}

}  // namespace

bool MedAnswers::admit(med::Peer peer, const med::Message& message) {
  const std::size_t size = size_of_answer(message);
  if (size == 0) return true;
  std::size_t& open = open_[peer];
  if (open + size > most) return false;
  open += size;
  admitted_[peer] += size;
  return true;
}

void MedAnswers::sent(const Parts& parts) {
  for (const auto& [peer, size] : parts) {
    const auto found = open_.find(peer);
    found->second -= size;
    if (found->second == 0) open_.erase(found);
  }
}

}  // namespace caduceus
