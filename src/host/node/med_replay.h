// MED once more, block by block, into a store of its own (med_store.h): work, targets, times, signatures, states. Who was killed goes on where that
// store is.
#pragma once

#include "host/node/med_node.h"

namespace caduceus {

class MedReplay {
 public:
  static constexpr std::size_t most_at_once = 64;  // blocks that are verified together

  // Where `work` is, if that is of this network, and else at block 0. It has MedStore::columns; it and the terms outlive this. Signatures are
  // verified on so many threads.
  [[nodiscard]] static Result<std::unique_ptr<MedReplay>> open(store::Store& work, const MedTerms& terms, std::size_t threads);
  // Forgets all that `work` has.
  [[nodiscard]] Result<void> begin();

  [[nodiscard]] const med::Chain& chain() const { return *chain_; }
  // The block of this height on the best branch.
  [[nodiscard]] std::optional<MblockHash> at(Height height) const;

  // Blocks whose parents are there or come before them; what is there is passed over. Failure: the first that is not right, by hash, height
  // and Reject.
  [[nodiscard]] Result<void> add(std::vector<MedBlock> blocks);
  // This block, which is there, is final: what does not grow on it goes.
  [[nodiscard]] Result<void> settle(const MblockHash& block);

 private:
  MedReplay(store::Store& work, const MedTerms& terms, std::size_t threads);
  [[nodiscard]] Result<void> read();
  using Verified = Checked<med::Signed<MedBody>>;
  [[nodiscard]] std::vector<std::unique_ptr<Verified>> verify(std::vector<MedBlock>& blocks);
  [[nodiscard]] Result<void> write(const med::Output& output);

  store::Store& work_;
  const MedTerms& terms_;
  std::vector<std::unique_ptr<MedNode::Worker>> workers_;
  std::unique_ptr<MedStore> store_;
  std::optional<med::Chain> chain_;
};

}  // namespace caduceus
