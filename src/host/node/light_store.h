// What a light client of MED keeps on its disk: docs/FORMATS.md, "A light client on disk". Every header up to the newest anchor, and the
// certificate of that.
#pragma once

#include "core/med/light_client.h"
#include "host/store/store.h"

namespace caduceus {

class LightStore {
 public:
  // The columns of its store, in their order.
  static constexpr std::array<std::string_view, 2> columns{"meta", "headers"};
  struct Columns {
    static constexpr store::Column meta{0}, headers{1};
  };

  // What is there is of this network, or nothing is there yet. The store outlives it. Failure: another network's, something that is no
  // record of ours, a certificate of another block than the newest one.
  [[nodiscard]] static Result<LightStore> open(store::Store& store, const NetworkId& net, const MblockHeader& genesis);

  // What a light client goes on from.
  [[nodiscard]] const std::vector<MblockHeader>& recent() const { return recent_; }
  [[nodiscard]] const std::optional<CommitProof>& anchor() const { return anchor_; }

  // All that has to be durable before the output leaves.
  [[nodiscard]] static store::Batch batch_of(const med::LightClient::Output& output);
  // A final block's; none above the newest. A store that lost or changed it halts the node (halt.h).
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const;

 private:
  explicit LightStore(store::Store& store) : store_(&store) {}
  [[nodiscard]] Result<void> read(const NetworkId& net, const MblockHeader& genesis);
  [[nodiscard]] Result<void> read_recent();

  store::Store* store_;
  std::vector<MblockHeader> recent_;
  std::optional<CommitProof> anchor_;
};

}  // namespace caduceus
