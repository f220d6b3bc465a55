// What a simulated node of MED has on its disk, as host/node/med_store.h keeps it: what a crash leaves.
#pragma once

#include "core/med/node.h"

namespace caduceus::sim {

class MedDisk : public med::Archive {
 public:
  explicit MedDisk(const MblockHeader& genesis);

  // All that an output has for the disk, in one write.
  void write(const med::Output& output);
  void put(const CommitProof& anchor);
  // Of a disk that loses what was on it: not genesis.
  void lose_newest_final();

  // Where a node goes on.
  [[nodiscard]] med::Node::Recovered recover() const;
  // Anchored blocks, by height; genesis first.
  [[nodiscard]] const std::vector<MblockHeader>& final_chain() const { return final_; }

  [[nodiscard]] std::optional<MedBody> body(const MblockHash& block) const override;
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const override;
  [[nodiscard]] std::optional<Height> height_of(const MblockHash& block) const override;
  [[nodiscard]] std::optional<CommitProof> anchor(Height most) const override;
  [[nodiscard]] std::optional<RecordPlace> place_of(const MblockHash& block, const TransactionHash& htxm) const override;

 private:
  struct Stored {
    MedBlock block;
    med::State state;
  };
  std::map<MblockHash, Stored> blocks_;
  std::vector<MblockHash> order_;  // in which they came
  std::map<Height, CommitProof> sblocks_;
  std::vector<MblockHeader> final_;
  std::map<MblockHash, Height> final_heights_;
  std::map<Height, CommitProof> anchors_;
};

}  // namespace caduceus::sim
