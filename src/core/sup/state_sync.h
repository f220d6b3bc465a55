// How a replica that fell far behind, or begins with nothing, gets the state itself (PROTOCOL.md §8, State sync): a committed block that
// its certificate proves, then the ledger's state after it in parts, checked against the block's roots.
//
//   behind                                      ahead
//   FetchRequest ─────────────────────────────▶ its archive begins later
//   begin ◀───────────────────── SnapshotOffer ─ offer
//   due ── SnapshotRequest(cursor) ───────────▶ give
//   take ◀────────────────────── SnapshotPart ──      … until the last, then blocks as usual
//
// Only the whole can be checked, and a liar may take its time. So another replica is asked as well when it takes long, and then another: of
// f + 1 one is honest, and the first whole that has the roots is taken. Whose whole has not is not listened to again.
#pragma once

#include <set>

#include "core/sup/ledger.h"
#include "core/sup/message.h"

namespace caduceus::sup {

class StateSync {
 public:
  // Milliseconds until a request is repeated; after three, another replica is asked. So many are asked at one time, at most.
  StateSync(Ledger& ledger, std::uint64_t retry, std::size_t most_sources) : ledger_(ledger), retry_(retry), most_sources_(most_sources) {}

  // So many times the retry's milliseconds after one replica began to give, another is asked as well.
  static constexpr std::uint64_t hedge = 32;
  // So many times the retry's milliseconds after somebody last asked for what is offered, it is let go: who fetches it asks more often.
  static constexpr std::uint64_t kept = 32;

  // Ahead. The state that is offered stays as it is while it is fetched, until `first_height`, from which on blocks can be had, has passed it.
  [[nodiscard]] SnapshotOffer offer(const CommitProof& newest, const StateRef& state, Height first_height, Tick now);
  [[nodiscard]] std::optional<SnapshotPart> give(const SnapshotRequest& request, Tick now);
  // Lets go of the state that nobody fetches any more.
  void release(Tick now);

  // Behind.
  struct Joined {
    CommitProof proof;
    StateRef state;  // its roots are the block's
  };
  // Ignored unless another offer is wanted.
  void begin(Place from, const SnapshotOffer& offer, Tick now);
  [[nodiscard]] bool is_joining() const { return !takings_.empty(); }
  // Nothing is being fetched, or it takes long.
  [[nodiscard]] bool wants_offer(Tick now) const {
    return takings_.empty() || (takings_.size() < most_sources_ && now >= takings_.back().begun + hedge * retry_);
  }
  // Blocks came instead.
  void stop() { takings_.clear(); }
  // The whole, when this was the last part. A part that does not fit ends the attempt with this one.
  [[nodiscard]] std::optional<Joined> take(Place from, const SnapshotPart& part);
  struct Ask {
    Place whom = 0;
    SnapshotRequest request;
  };
  [[nodiscard]] std::vector<Ask> due(Tick now);
  [[nodiscard]] std::optional<Tick> next() const;

 private:
  struct Given {
    SnapshotOffer offer;
    BlockHash block{};
    StateRef state;
    Tick asked;  // for it, or for one of its parts
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
    Tick begun;
  };
  static constexpr std::size_t most_parts = 4096;
  static constexpr unsigned most_asked = 3;

  Ledger& ledger_;
  std::uint64_t retry_;
  std::size_t most_sources_;
  std::optional<Given> given_;
  std::vector<Taking> takings_;  // the newest last
  std::set<Place> liars_;  // until a state is whole
};

}  // namespace caduceus::sup
