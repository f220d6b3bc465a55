#include "app/node_client.h"

#include <algorithm>

#include "core/base/check.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds connecting{5};

}  // namespace

NodeClient::NodeClient(TlsCredentials self, std::vector<PeerAddress> nodes, std::size_t answer_limit)
    : self_(std::move(self)), nodes_(std::move(nodes)), answer_limit_(answer_limit) {
  CHECK(!nodes_.empty());
}

Result<void> NodeClient::connect_to_first() {
  if (client_) return {};
  const PeerAddress& node = nodes_.front();
  TlsCredentials self{SecretBytes(self_.key.expose()), self_.certificate, self_.authority};
  TRY(client_, Client::connect({node.address, std::move(self), Subject(node.identity), answer_limit_}, connecting));
  return {};
}

void NodeClient::pipeline(const std::vector<Frame>& requests, const Take& take) {
  constexpr std::chrono::seconds quiet{5};
  bool is_good = connect_to_first().has_value();
  for (std::size_t i = 0; is_good && i < requests.size(); ++i) is_good = client_->send(*requests[i], quiet).has_value();
  for (std::size_t i = 0; is_good && i < requests.size(); ++i) {
    const auto bytes = client_->receive(quiet);
    is_good = bytes && *bytes && (*bytes)->front() == static_cast<Byte>(Channel::answer) && take(ByteView(**bytes).subspan(1));
  }
  if (!is_good) client_.reset();  // an answer that comes late is nobody's
}

Result<void> NodeClient::exchange_with_first(const Frame& request, std::chrono::milliseconds patience, const Take& take) {
  const PeerAddress& node = nodes_.front();
  TRY_VOID(connect_to_first());
  TRY(const Bytes bytes, client_->call(*request, patience));
  if (bytes.front() != static_cast<Byte>(Channel::answer) || !take(ByteView(bytes).subspan(1))) {
    return failure(node.address + ": it answered what was not asked");
  }
  return {};
}

Result<void> NodeClient::exchange(const Frame& request, std::chrono::milliseconds patience, const Take& take) {
  std::string troubles;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto done = exchange_with_first(request, patience, take);
    if (done) return done;
    troubles += (troubles.empty() ? "" : "\n  ") + done.error().message;
    // The next one comes first from now on.
    client_.reset();
    std::ranges::rotate(nodes_, nodes_.begin() + 1);
  }
  return failure("no node answered:\n  " + troubles);
}

}  // namespace caduceus
