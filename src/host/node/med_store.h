// What a node keeps of MED on its disk: docs/FORMATS.md, "MED on disk". It reads at once, and says what has to be written.
#pragma once

#include <map>
#include <string_view>

#include "core/med/node.h"
#include "host/node/trie_nodes.h"

namespace caduceus {

class MedStore final : public med::Archive {
 public:
  // The columns of its store, in their order.
  static constexpr std::array<std::string_view, 9> columns{"meta",  "headers", "bodies",  "final",  "open",
                                                           "state", "records", "anchors", "sblocks"};
  struct Columns {
    static constexpr store::Column meta{0}, headers{1}, bodies{2}, final_chain{3}, open_blocks{4}, state{5}, records{6}, anchors{7},
        sblocks{8};
  };
  // Of so many blocks the certificate of the highest anchor is kept, under the number of the stretch. A light client takes many in one step
  // (LightClient::anchor_step).
  static constexpr std::uint64_t anchor_stretch = 1000;
  static Bytes anchor_key(Height anchor) { return encode(anchor.value() / anchor_stretch); }
  static constexpr std::string_view net_key = "net";  // of meta
  // What stands under `open`; the number is the key, too, so that a changed one is noticed.
  struct OpenRecord {
    std::uint64_t number = 0;
    MblockHash hash{};
    static auto fields(auto& self) { return std::tie(self.number, self.hash); }
  };
  // What stands under `records` of a block.
  static void for_each_record(const MblockHash& block, const MedBody& body,
                              const std::function<void(const Bytes& key, const Bytes& at)>& visit);

  // What is there is of this network, or nothing is there yet. The store outlives it, and so do the states that it gives out. Failure:
  // another network's, or something that is no record of ours.
  [[nodiscard]] static Result<std::unique_ptr<MedStore>> open(store::Store& store, const NetworkId& net, const MblockHeader& genesis);

  // Where a node goes on.
  [[nodiscard]] med::Node::Recovered recover() const;

  // All that has to be durable before the output leaves.
  [[nodiscard]] store::Batch batch_of(const med::Output& output);
  // The batch of this output is on disk. Returns the states after its blocks, to be read from there.
  std::vector<std::pair<MblockHash, med::State>> written(const med::Output& output);

  // A store that lost or changed what it was given halts the node (halt.h).
  [[nodiscard]] std::optional<MedBody> body(const MblockHash& block) const override;
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const override;
  [[nodiscard]] std::optional<Height> height_of(const MblockHash& block) const override;

  [[nodiscard]] std::optional<CommitProof> anchor(Height most) const override;
  [[nodiscard]] std::optional<RecordPlace> place_of(const MblockHash& block, const TransactionHash& htxm) const override;
  // The blocks that have this record; of several at most one is on a branch.
  [[nodiscard]] std::vector<MblockHash> blocks_with(const TransactionHash& htxm) const;

 private:
  // A block above the final ones, by the order in which they came: where several branches have as much work, the first stays the first.
  struct Open {
    MblockHash hash{};
    MblockHeader header;
    med::State state;
  };

  explicit MedStore(store::Store& store) : store_(store), nodes_(store, Columns::state) {}
  [[nodiscard]] Result<void> read(const NetworkId& net, const MblockHeader& genesis);
  [[nodiscard]] Result<void> begin(const NetworkId& net, const MblockHeader& genesis);
  [[nodiscard]] med::State opened(const MblockHeader& header) const { return med::State(PatriciaTrie(header.state, nodes_)); }
  void put(const med::Chain::Executed& block);
  // The state that it is the newest of joins those that are left.
  void settle(const MblockHeader& header, std::vector<PatriciaTrie>& left);
  // What does not grow on the newest final block goes, and so do the states that were left.
  void drop_what_lost(std::vector<PatriciaTrie> left);
  // So do the certificates that no block names any more, the newest final one and the open ones.
  void drop_what_none_names();
  void erase(const MblockHash& block);
  [[nodiscard]] std::optional<MblockHeader> header(const MblockHash& block) const;
  [[nodiscard]] std::optional<MblockHash> hash_at(Height height) const;

  store::Store& store_;
  TrieNodes nodes_;
  MblockHeader root_;  // the newest final block
  med::State after_root_;
  std::map<std::uint64_t, Open> open_;
  std::map<MblockHash, std::uint64_t> numbers_;  // of the open blocks
  std::map<Height, CommitProof> sblocks_;
  std::uint64_t next_ = 0;
  std::map<MblockHash, MedBlock> unwritten_;  // what the batch that is under way holds
  std::map<Height, MblockHash> unwritten_final_;
  store::Batch batch_;
};

}  // namespace caduceus
