// How a replica that fell far behind, or begins with nothing, gets the state itself (PROTOCOL.md §8, State sync): a committed block that
// its certificate proves, then the ledger's state after it in parts, checked against the block's roots.
//
//   behind                                      ahead
//   FetchRequest ─────────────────────────────▶ its archive begins later
//   begin ◀───────────────────── SnapshotOffer ─ offer
//   due ── SnapshotRequest(cursor) ───────────▶ give
//   take ◀────────────────────── SnapshotPart ──      … until the last, then blocks as usual
#pragma once

#include "core/sup/ledger.h"
#include "core/sup/message.h"

namespace caduceus::sup {

class StateSync {
 public:
  // Milliseconds until a request is repeated; after three, another replica is asked.
  StateSync(Ledger& ledger, std::uint64_t retry) : ledger_(ledger), retry_(retry) {}

  // Ahead. The state that is offered stays as it is while it is fetched, until `first_height`, from which on blocks can be had, has passed it.
  [[nodiscard]] SnapshotOffer offer(const CommitProof& newest, const StateRef& state, Height first_height);
  [[nodiscard]] std::optional<SnapshotPart> give(const SnapshotRequest& request) const;

  // Behind.
  struct Joined {
    CommitProof proof;
    StateRef state;  // its roots are the block's
  };
  // Ignored while another offer is being fetched.
  void begin(Place from, const SnapshotOffer& offer);
  [[nodiscard]] bool is_joining() const { return taking_.has_value(); }
  // The whole, when this was the last part. A part that does not fit ends the attempt: the next one is another's.
  [[nodiscard]] std::optional<Joined> take(Place from, const SnapshotPart& part);
  struct Ask {
    Place whom = 0;
    SnapshotRequest request;
  };
  [[nodiscard]] std::optional<Ask> due(Tick now);
  [[nodiscard]] std::optional<Tick> next() const { return taking_ ? std::optional(taking_->next) : std::nullopt; }

 private:
  struct Given {
    SnapshotOffer offer;
    BlockHash block{};
    StateRef state;
  };
  struct Taking {
    Place from = 0;
    CommitProof proof;
    BlockHash block{};
    std::unique_ptr<Restorer> restorer;
    Blob<0, most_cursor_bytes> cursor;
    std::size_t parts = 0;
    unsigned asked = 0;  // for this part
    Tick next;
  };
  static constexpr std::size_t most_parts = 4096;
  static constexpr unsigned most_asked = 3;

  Ledger& ledger_;
  std::uint64_t retry_;
  std::optional<Given> given_;
  std::optional<Taking> taking_;
};

}  // namespace caduceus::sup
