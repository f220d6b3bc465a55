// A client that asks hospitals, over a connection that is made anew when it broke.
#pragma once

#include "bench/sup/cluster.h"
#include "core/sup/query.h"

namespace caduceus::e2e {

class Asker {
 public:
  // As this member. The cluster outlives it.
  Asker(const bench::Cluster& cluster, Identity self) : cluster_(cluster), self_(std::move(self)) {}

  // Nothing: the hospital is not there, or did not answer in time.
  std::optional<sup::Reply> ask(std::size_t place, const sup::Question& question, std::chrono::milliseconds timeout);
  // Asks until there is an answer of this kind, for a minute. Failure: there is none.
  template <class Answer>
  Result<Answer> insist(std::size_t place, const sup::Question& question) {
    using namespace std::chrono_literals;
    for (const auto end = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < end;) {
      auto reply = ask(place, question, 5s);
      if (reply && std::holds_alternative<Answer>(*reply)) return std::get<Answer>(*std::move(reply));
      pause();  // it has just started
    }
    return failure("hospital " + std::to_string(place) + " does not answer");
  }

 private:
  static void pause();

  const bench::Cluster& cluster_;
  Identity self_;
  std::optional<Client> client_;
  std::size_t place_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace caduceus::e2e
