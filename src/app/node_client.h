// One client of several nodes: the first one is asked, and when it does not answer the next, which is the first from then on.
#pragma once

#include "host/net/client.h"
#include "host/net/tls_transport.h"
#include "host/node/channel.h"

namespace caduceus {

class NodeClient {
 public:
  // One node or more (CHECK). Nothing is connected yet. An answer has at most so many bytes.
  NodeClient(TlsCredentials self, std::vector<PeerAddress> nodes, std::size_t answer_limit);

  // Requests and answers have numbers that go together. Each node is waited for so long. Failure: what each of them did instead.
  template <class Answer, class Request>
  [[nodiscard]] Result<Answer> ask(Request request, std::chrono::milliseconds patience) {
    request.number = ++number_;
    std::optional<Answer> answer;
    TRY_VOID(exchange(frame_of(Channel::request, request), patience, [&](ByteView bytes) {
      auto decoded = decode<Answer>(bytes);
      if (!decoded || decoded->number != request.number) return false;
      answer = *std::move(decoded);
      return true;
    }));
    return *std::move(answer);
  }

  // The address of the first one: of whoever answered last.
  [[nodiscard]] const std::string& asked() const { return nodes_.front().address; }

 private:
  using Take = std::function<bool(ByteView answer)>;
  Result<void> exchange(const Frame& request, std::chrono::milliseconds patience, const Take& take);
  Result<void> exchange_with_first(const Frame& request, std::chrono::milliseconds patience, const Take& take);

  TlsCredentials self_;
  std::vector<PeerAddress> nodes_;
  std::size_t answer_limit_;
  std::optional<Client> client_;  // of the first node
  std::uint64_t number_ = 0;
};

}  // namespace caduceus
