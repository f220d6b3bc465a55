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

  // The answers to several requests, in their order. They are under way at once; what a node does not answer that way (its queue for a client
  // has a bound) is asked again alone. Failure as ask().
  template <class Answer, class Request>
  [[nodiscard]] Result<std::vector<Answer>> ask_all(std::vector<Request> requests, std::chrono::milliseconds patience) {
    std::vector<std::optional<Answer>> found(requests.size());
    std::vector<Frame> frames;
    const std::uint64_t first = number_ + 1;
    for (Request& request : requests) {
      request.number = ++number_;
      frames.push_back(frame_of(Channel::request, request));
    }
    if (frames.size() > 1) {
      pipeline(frames, [&](ByteView bytes) {
        auto decoded = decode<Answer>(bytes);
        if (!decoded || decoded->number < first || decoded->number > number_) return false;
        std::optional<Answer>& place = found[decoded->number - first];
        if (place) return false;
        place = *std::move(decoded);
        return true;
      });
    }
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i]) {
        TRY(found[i], ask<Answer>(std::move(requests[i]), patience));
      }
      answers.push_back(*std::move(found[i]));
    }
    return answers;
  }

  // The address of the first one: of whoever answered last.
  [[nodiscard]] const std::string& asked() const { return nodes_.front().address; }

 private:
  using Take = std::function<bool(ByteView answer)>;
  Result<void> exchange(const Frame& request, std::chrono::milliseconds patience, const Take& take);
  Result<void> connect_to_first();
  // Of the first node, until all answers are there or none comes for a while.
  void pipeline(const std::vector<Frame>& requests, const Take& take);
  Result<void> exchange_with_first(const Frame& request, std::chrono::milliseconds patience, const Take& take);

  TlsCredentials self_;
  std::vector<PeerAddress> nodes_;
  std::size_t answer_limit_;
  std::optional<Client> client_;  // of the first node
  std::uint64_t number_ = 0;
};

}  // namespace caduceus
