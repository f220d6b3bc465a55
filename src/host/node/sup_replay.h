// SUP's committed blocks once more, from the first one on: certificates, signatures, and what follows from each. Where it is stands in a small
// store of its own, so whoever was killed goes on there.
#pragma once

#include "core/sup/genesis.h"
#include "core/sup/sup_ledger.h"
#include "host/node/trie_nodes.h"

namespace caduceus {

class SupReplay {
 public:
  static constexpr std::array<std::string_view, 3> columns{"place", "state", "revocations"};
  static constexpr std::size_t most_at_once = 64;  // blocks that are verified together
  using State = std::shared_ptr<const sup::SupState>;

  // Where `work` is, if that is of this network, and else at genesis. Both outlive it. Signatures are verified on so many threads.
  [[nodiscard]] static Result<std::unique_ptr<SupReplay>> open(store::Store& work, const sup::Genesis& genesis, std::size_t threads);
  ~SupReplay();
  SupReplay(const SupReplay&) = delete;
  SupReplay& operator=(const SupReplay&) = delete;

  // Forgets all that `work` has, and goes on at genesis; or above this block; or with a block whose parent and state are not to be had.
  [[nodiscard]] Result<void> begin();
  void begin_above(const SupHeader& header, State state);
  void begin_at(Height first);
  // After the newest block: from here on blocks are executed.
  void set_state(State state) { state_ = std::move(state); }

  [[nodiscard]] Height next() const { return at_.next; }
  // Genesis has height 0, and its hash is the network's; none before the first block of which the parent is not known.
  [[nodiscard]] const std::optional<SupHeader>& newest() const { return at_.newest; }
  [[nodiscard]] BlockHash newest_hash() const;
  // After the newest block; none while blocks are not executed.
  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] std::uint64_t executed() const { return at_.executed; }
  [[nodiscard]] std::uint64_t transactions() const { return at_.transactions; }

  // The next blocks, and what is to be done after each. Failure: the first that is not right, by hash, height and Reject.
  using Then = std::function<Result<void>()>;
  [[nodiscard]] Result<void> add(const std::vector<SupBlock>& blocks, const Then& then);
  // A block that is not committed yet; on top of this one, if that is known, and the state after that. Failure as add().
  [[nodiscard]] Result<State> check_above(const SupBlock& block, const SupHeader* parent, const State& before);
  // From here on whoever opens `work` goes on here.
  [[nodiscard]] Result<void> save();

 private:
  struct Thread;
  // What stands in `work`.
  struct Place {
    NetworkId net{};
    Height next{1};
    std::optional<SupHeader> newest;
    bool has_state = false;  // its nodes are in `work`
    std::uint64_t executed = 0;
    std::uint64_t transactions = 0;
    static auto fields(auto& self) { return std::tie(self.net, self.next, self.newest, self.has_state, self.executed, self.transactions); }
  };

  void start(Height at, const std::optional<SupHeader>& header);
  SupReplay(store::Store& work, const sup::Genesis& genesis, std::size_t threads);
  [[nodiscard]] Checked<void> add_claims_of(const SupHeader& header, std::vector<Claim>& claims) const;
  [[nodiscard]] Result<void> check_signatures(std::span<const SupBlock> blocks);
  // The state after a block on top of this one; none without the state before it.
  [[nodiscard]] Result<State> after(const SupHeader& parent, const State& before, const SupBlock& block) const;
  [[nodiscard]] Checked<void> follows(const SupHeader& parent, const SupHeader& header) const;
  [[nodiscard]] BlockHash hash_of(const SupHeader& header) const;

  store::Store& work_;
  NetworkId net_;
  BlsCommittee committee_;
  sup::Rules rules_;
  sup::SupTerms terms_;
  Time began_;
  TrieNodes state_nodes_, revocation_nodes_;
  std::vector<std::unique_ptr<Thread>> threads_;
  Place at_;
  State state_, saved_;  // saved_: whose nodes are in `work`
};

}  // namespace caduceus
