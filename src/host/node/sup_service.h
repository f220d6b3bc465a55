// What a hospital's node does for those who ask it (core/sup/query.h): takes transactions, passes them on to the other hospitals, says
// when they are committed, and proves what stands in the state.
#pragma once

#include <list>

#include "core/med/request.h"
#include "core/sup/query.h"
#include "host/node/sup_node.h"
#include "host/node/system_random.h"

namespace caduceus {

// A client gives its requests numbers, and gets its answers in any order.
struct ClientRequest {
  std::uint64_t number = 0;
  sup::Question question;

  static auto fields(auto& self) { return std::tie(self.number, self.question); }
};
struct ClientAnswer {
  std::uint64_t number = 0;
  sup::Reply reply;

  static auto fields(auto& self) { return std::tie(self.number, self.reply); }
};

// Transactions that a hospital verified, for the others' pools.
using Relay = List<SupTransaction, 256, 1>;

class SupService final : public Service {
 public:
  // All outlive it.
  SupService(const sup::Genesis& genesis, const Committee& committee, const sup::Rules& rules, sup::SupLedger& ledger,
             const SupStore& store, WorkerPool& pool, std::size_t threads);
  ~SupService() override;

  // What consensus checks bodies with. A transaction whose signatures were verified when it came here is not verified again.
  [[nodiscard]] std::vector<sup::BodyCheck> body_checks();
  // MED's node in this hospital.
  struct Med {
    std::function<void(const CommitProof&)> follow;  // SUP's newest block
    std::function<void(const MblockHeader&)> seek;   // proposed to be observed, and not held here
    // A client's that belongs to MED and came here: as if it had come there.
    std::function<void(med::Item, std::function<void(const med::Response&)>)> submit;
  };
  void supervise(Med med) { med_ = std::move(med); }
  // Before the node starts.
  void serve(SupNode& node) {
    node_ = &node;
    durable_ = found_ = node.replica().committed().height();
  }

  // By this hospital itself, as a client does; `then` comes on the loop, once.
  using Then = std::function<void(const sup::Reply&)>;
  void submit(SupTransaction transaction, Then then) { receive({{}, {}, std::move(then)}, std::move(transaction)); }

  void on_frame(PeerId from, Channel channel, Bytes content) override;
  void on_down(PeerId peer) override;
  void on_committed(const std::vector<SupBlock>& blocks) override;
  void on_turn() override;

 private:
  // Of what is no request of SUP's: whether it is one to submit something to MED, and went there (§8, Pools).
  [[nodiscard]] bool pass_on(PeerId from, ByteView content);
  // Who is to hear of a transaction; a relay needs no answer.
  struct Asker {
    PeerId peer;
    std::optional<std::uint64_t> number;
    Then then;  // of the hospital itself, which is no peer
    [[nodiscard]] bool waits() const { return number || then; }
  };
  struct Waiting {
    SupTransaction transaction;
    Asker asker;
  };
  struct Thread;

  void answer(const Asker& asker, const sup::Reply& reply);
  void receive(const Asker& asker, SupTransaction transaction);
  void ask(const Asker& asker, const sup::AskStatus& question);
  void ask(const Asker& asker, const sup::AskBlock& question);
  void ask(const Asker& asker, const sup::AskProof& question);
  // All that came while the last ones were verified are one batch.
  void verify();
  void pool(std::vector<Checked<VerifiedTransaction>> verified, const std::vector<Asker>& askers);
  // Whether what the state says against a transaction counts: a node that has just started, or is behind, may not know better.
  [[nodiscard]] bool is_current() const { return node_->replica().committed().height() > found_ && !node_->replica().is_behind(); }

  static constexpr std::size_t most_waiting = 16'384;    // transactions not verified yet
  static constexpr std::size_t most_in_batch = 32;
  static constexpr std::size_t most_passed_on = 64;
  static constexpr std::size_t most_open_requests = 65'536;  // that wait for a commit

  const sup::Genesis& genesis_;
  sup::SupLedger& ledger_;
  const SupStore& store_;
  WorkerPool& workers_;
  SupNode* node_ = nullptr;
  Med med_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::deque<Waiting> waiting_;
  std::deque<Waiting> until_current_;
  bool is_verifying_ = false;
  std::multimap<TransactionHash, Asker> open_;
  std::size_t passed_on_ = 0;  // to MED, and not answered
  Height found_;    // committed when it started
  Height durable_;  // up to here committed blocks are on this node's disk; only of these it speaks
};

}  // namespace caduceus
