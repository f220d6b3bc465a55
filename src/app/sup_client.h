// How a command asks the hospitals' nodes of SUP (core/sup/query.h). What is proved is checked against genesis.
#pragma once

#include "app/node_client.h"
#include "core/sup/genesis.h"
#include "core/sup/query.h"

namespace caduceus {

constexpr std::size_t sup_answer_limit = 5U << 20U;

// Hospitals' nodes as "h2=HOST:PORT", by the names in genesis. Failure: not of this form, a hospital that genesis does not name.
[[nodiscard]] Result<std::vector<PeerAddress>> node_addresses(const sup::Genesis& genesis, const std::vector<std::string>& nodes);

// What a block's state says.
struct Proven {
  std::optional<Bytes> value;  // or that there is none
  Height height;               // of the block
  Time time;                   // its
  std::optional<Bytes> next;   // ProvenStep::next
};

class SupClient {
 public:
  // One node or more. Nothing is connected yet. Failure: as node_addresses(); another authority than the one that issued the credentials.
  [[nodiscard]] static Result<SupClient> make(const sup::Genesis& genesis, TlsCredentials self, const std::vector<std::string>& nodes);

  // The first reply, which may be a refusal; a transaction's comes when it is committed. Each node's answer is waited for so long; a
  // question that was asked before may be asked again. Failure: what each of them did instead.
  [[nodiscard]] Result<sup::Reply> ask(const sup::Question& question, std::chrono::milliseconds patience = std::chrono::seconds(30));

  // When the transaction was committed, as a node says; or why it is refused.
  [[nodiscard]] Result<std::variant<sup::Committed, Refusal>> submit(const SupTransaction& transaction);

  // What stands under the key after a block of at least this height, or that nothing does. Waits until a node has such a block.
  // Failure: as ask(); a proof that does not hold.
  [[nodiscard]] Result<Proven> prove(const sup::AskProof& question, Height at_least);
  // The same of each of several, which are asked at once; each by a block of its own.
  [[nodiscard]] Result<std::vector<Proven>> prove(std::span<const sup::AskProof> questions, Height at_least);

 private:
  SupClient(const sup::Genesis& genesis, NodeClient nodes);
  // Failure: the proof does not hold.
  [[nodiscard]] Result<Proven> check(const sup::AskProof& question, const sup::ProvenEntry& entry);

  sup::Genesis genesis_;
  NetworkId net_;
  BlsCommittee committee_;
  NodeClient nodes_;
  std::optional<CommitProof> checked_;  // the newest that held: of several answers most are of one block
};

}  // namespace caduceus
