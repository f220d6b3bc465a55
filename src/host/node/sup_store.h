// What a hospital keeps of SUP on its disk: docs/FORMATS.md, "SUP on disk". It reads at once, and says what has to be written.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string_view>

#include "core/sup/replica.h"
#include "core/sup/sup_ledger.h"
#include "host/node/trie_nodes.h"

namespace caduceus {

class SupStore final : public sup::Archive, public sup::StateArchive {
 public:
  // The columns of its store, in their order.
  static constexpr std::array<std::string_view, 4> columns{"meta", "blocks", "state", "revocations"};
  struct Columns {
    static constexpr store::Column meta{0}, blocks{1}, state{2}, revocations{3};
  };
  // Keys of meta; after version_key a height.
  static constexpr std::string_view net_key = "net", safety_key = "safety", newest_key = "newest", first_key = "first",
                                    version_key = "version ", abstention_key = "abstention";
  static constexpr std::size_t most_versions = 16;  // what somebody still reads stays longer: a snapshot that is being sent
  static constexpr std::size_t most_dropped = 4;    // in one batch, beside as many as came: a batch must not take long
  // Of blocks. Those of one height lie beside each other, and one height after the other.
  struct BlockName {
    Height height;
    BlockHash hash{};
    static auto fields(auto& self) { return std::tie(self.height, self.hash); }
    friend auto operator<=>(const BlockName&, const BlockName&) = default;
  };

  // What is there is of this network, or nothing is there yet. Committed blocks are kept above the newest `kept`, at least. The store
  // outlives it. Failure: another network's, or something that is no record of ours.
  [[nodiscard]] static Result<std::unique_ptr<SupStore>> open(store::Store& store, const NetworkId& net, std::uint64_t kept);

  // A new store of a replica that was restored, and has to wait.
  [[nodiscard]] static store::Batch restored(const NetworkId& net, const sup::Abstention& abstention);

  // Where a replica goes on; `initial` when it begins.
  [[nodiscard]] sup::Recovered recover(const sup::SafetyState& initial) const;

  // All that has to be durable before the output leaves, and the states that were kept since the last call.
  [[nodiscard]] store::Batch batch_of(const sup::Output& output);
  // The batches that committed blocks up to this height are on disk.
  void written(Height committed);

  // A store that lost or changed what it was given halts the node (halt.h).
  [[nodiscard]] std::optional<SupBlock> at(Height height) const override;
  [[nodiscard]] Height first() const override { return first_; }

  void keep(const SupHeader& committed, const std::shared_ptr<const sup::SupState>& state) override;
  [[nodiscard]] std::shared_ptr<const sup::SupState> load(const SupHeader& committed) override;

 private:
  struct Version {
    SupHeader header;  // of the block that it is the state after
    std::shared_ptr<const sup::SupState> state;
  };

  SupStore(store::Store& store, std::uint64_t kept);
  [[nodiscard]] Result<void> read(const NetworkId& net);
  void commit(const SupBlock& block);
  void begin_above(const SupHeader& joined);
  void prune();
  void drop_old_versions(std::size_t most);

  store::Store& store_;
  std::uint64_t kept_;
  TrieNodes state_nodes_;
  TrieNodes revocation_nodes_;

  std::optional<sup::SafetyState> safety_;  // as found
  std::optional<sup::Abstention> abstention_;  // as found
  std::optional<CommitProof> newest_;       // of the newest committed block
  Height first_{1};
  std::set<BlockName> held_;  // above the newest committed block
  std::map<Height, SupBlock> unwritten_;         // committed blocks whose batch is under way
  std::deque<Version> versions_;                 // states in the store, oldest first
  store::Batch batch_;
};

}  // namespace caduceus
