#include "test/e2e/asker.h"

#include <thread>

#include "host/node/sup_service.h"

namespace caduceus::e2e {

std::optional<sup::Reply> Asker::ask(std::size_t place, const sup::Question& question, std::chrono::milliseconds timeout) {
  if (client_ && place_ != place) client_.reset();
  if (!client_) {
    auto connected = cluster_.try_connect(place, self_);
    if (!connected) return std::nullopt;
    client_.emplace(*std::move(connected));
    place_ = place;
  }
  const auto bytes = client_->call(*frame_of(Channel::request, ClientRequest{++number_, question}), timeout);
  if (!bytes) {
    client_.reset();
    return std::nullopt;
  }
  auto answer = decode<ClientAnswer>(ByteView(*bytes).subspan(1));
  CHECK(answer && answer->number == number_);
  return std::move(answer->reply);
}

void Asker::pause() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

}  // namespace caduceus::e2e
