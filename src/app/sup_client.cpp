#include "app/sup_client.h"

#include <algorithm>
#include <thread>

#include "app/foreign_text.h"
#include "host/node/sup_service.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds longest_wait{60};  // for a block

Result<PeerAddress> parse_node(const sup::Genesis& genesis, const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos) return failure("\"" + text + "\" is no node: write the hospital's name and its address, h2=HOST:PORT");
  const std::string name = text.substr(0, at);
  const auto& hospitals = genesis.hospitals.items;
  const auto found = std::ranges::find(hospitals, name, [](const sup::Hospital& one) { return one.identity.name.value; });
  if (found == hospitals.end()) return failure("genesis names no hospital " + name + ": see caduceus consortium show");
  return PeerAddress{found->identity, text.substr(at + 1)};
}

}  // namespace

SupClient::SupClient(const sup::Genesis& genesis, NodeClient nodes)
    : genesis_(genesis), net_(genesis.network()), committee_(genesis.committee()), nodes_(std::move(nodes)) {}

Result<std::vector<PeerAddress>> node_addresses(const sup::Genesis& genesis, const std::vector<std::string>& nodes) {
  std::vector<PeerAddress> parsed;
  for (const std::string& text : nodes) {
    TRY(PeerAddress node, parse_node(genesis, text));
    parsed.push_back(std::move(node));
  }
  return parsed;
}

Result<SupClient> SupClient::make(const sup::Genesis& genesis, TlsCredentials self, const std::vector<std::string>& nodes) {
  if (self.authority != genesis.authority.certificate.value) return failure("another authority enrolled you than the one in genesis");
  TRY(std::vector<PeerAddress> parsed, node_addresses(genesis, nodes));
  return SupClient(genesis, NodeClient(std::move(self), std::move(parsed), sup_answer_limit));
}

Result<sup::Reply> SupClient::ask(const sup::Question& question, std::chrono::milliseconds patience) {
  TRY(ClientAnswer answer, nodes_.ask<ClientAnswer>(ClientRequest{0, question}, patience));
  return std::move(answer.reply);
}

Result<std::variant<sup::Committed, Refusal>> SupClient::submit(const SupTransaction& transaction) {
  TRY(sup::Reply reply, ask(sup::Submit{transaction}, longest_wait));
  if (const auto* const committed = std::get_if<sup::Committed>(&reply)) return *committed;
  if (auto* const refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
  return failure(nodes_.asked() + ": it answered what was not asked");
}

Result<Proven> SupClient::check(const sup::AskProof& question, const sup::ProvenEntry& entry) {
  const auto wrong = [&](Reject reason) { return failure(nodes_.asked() + ": its proof does not hold: " + std::string(explain(reason))); };
  if (checked_ != entry.commit) {
    if (const auto holds = verify(net_, committee_, genesis_.commit_depth, entry.commit); !holds) return wrong(holds.error());
    checked_ = entry.commit;
  }
  auto step = sup::verify_step(question, entry);
  if (!step) return wrong(step.error());
  const SupHeader& block = entry.commit.block;
  return Proven{std::move(step->value), block.height, block.time, std::move(step->next)};
}

Result<Proven> SupClient::prove(const sup::AskProof& question, Height at_least) {
  const auto deadline = std::chrono::steady_clock::now() + longest_wait;
  while (true) {
    TRY(const sup::Reply reply, ask(question));
    if (const auto* const entry = std::get_if<sup::ProvenEntry>(&reply)) {
      auto proven = check(question, *entry);
      if (!proven || proven->height >= at_least) return proven;
    } else if (const auto* const refusal = std::get_if<Refusal>(&reply); refusal == nullptr || refusal->reason.value != "no-commit-yet") {
      return failure(nodes_.asked() + ": " +
                     (refusal == nullptr ? "it answered what was not asked" : one_line(refusal->explanation.value)));
    }
    if (std::chrono::steady_clock::now() > deadline)
      return failure(nodes_.asked() + ": it has committed no block of height " + std::to_string(at_least.value()));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

Result<std::vector<Proven>> SupClient::prove(std::span<const sup::AskProof> questions, Height at_least) {
  constexpr std::chrono::seconds patience{30};
  std::vector<ClientRequest> requests;
  for (const sup::AskProof& question : questions) requests.push_back({0, question});
  TRY(const std::vector<ClientAnswer> answers, nodes_.ask_all<ClientAnswer>(std::move(requests), patience));
  std::vector<Proven> all;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto* const entry = std::get_if<sup::ProvenEntry>(&answers[i].reply);
    const bool is_new_enough = entry != nullptr && entry->commit.block.height >= at_least;
    auto proven = is_new_enough ? check(questions[i], *entry) : prove(questions[i], at_least);
    if (!proven) return tl::unexpected(proven.error());
    all.push_back(*std::move(proven));
  }
  return all;
}

}  // namespace caduceus
