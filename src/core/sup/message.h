// What replicas say to each other (PROTOCOL.md §8), and its verification.
#pragma once

#include <variant>

#include "core/chain/commit.h"
#include "core/sup/ledger.h"

namespace caduceus::sup {

// A replica's place on the committee.
using Place = std::uint16_t;

// By leader(view), to all.
struct Proposal {
  SupBlock block;
  SignaturePart signature{};

  static auto fields(auto& self) { return std::tie(self.block, self.signature); }
  friend bool operator==(const Proposal&, const Proposal&) = default;
};

// To leader(view + 1); to all when the view was left by a TC (R16).
struct Vote {
  View view;
  BlockHash block{};
  Place voter = 0;
  SignaturePart part{};

  static auto fields(auto& self) { return std::tie(self.view, self.block, self.voter, self.part); }
  friend bool operator==(const Vote&, const Vote&) = default;
};

// TIMEOUT(view), to all.
struct Timeout {
  View view;
  Place sender = 0;
  View high_view;              // high_qc's, below view
  SignaturePart part{};        // over (view, high_view)
  QuorumCertificate high_qc;
  std::optional<TimeoutCertificate> tc;  // TC(view − 1), if held
  std::optional<Vote> vote;    // the sender's own of this view, if cast

  static auto fields(auto& self) { return std::tie(self.view, self.sender, self.high_view, self.part, self.high_qc, self.tc, self.vote); }
  friend bool operator==(const Timeout&, const Timeout&) = default;
};

// Asks for the blocks above a height, up to `target`, lowest first.
struct FetchRequest {
  BlockHash target{};
  Height above;

  static auto fields(auto& self) { return std::tie(self.target, self.above); }
  friend bool operator==(const FetchRequest&, const FetchRequest&) = default;
};

constexpr std::size_t most_fetched_blocks = 256;
constexpr std::size_t most_fetched_bytes = most_body_bytes + (1U << 20U);

// Each the parent of the next; the last one's certificate vouches for all below it, and the asker for the target.
struct FetchResponse {
  BlockHash target{};
  List<SupBlock, most_fetched_blocks, 1> blocks;

  static auto fields(auto& self) { return std::tie(self.target, self.blocks); }
  friend bool operator==(const FetchResponse&, const FetchResponse&) = default;
};

// To who asked for blocks that are not kept any more.
struct SnapshotOffer {
  CommitProof proof;

  static auto fields(auto& self) { return std::tie(self.proof); }
  friend bool operator==(const SnapshotOffer&, const SnapshotOffer&) = default;
};

// The state after this block, from a cursor on: empty, then as the part before said.
struct SnapshotRequest {
  BlockHash block{};
  Blob<0, most_cursor_bytes> cursor;

  static auto fields(auto& self) { return std::tie(self.block, self.cursor); }
  friend bool operator==(const SnapshotRequest&, const SnapshotRequest&) = default;
};

struct SnapshotPart {
  BlockHash block{};
  Blob<0, most_cursor_bytes> cursor;
  Blob<0, most_part_bytes> content;
  Blob<0, most_cursor_bytes> next;

  static auto fields(auto& self) { return std::tie(self.block, self.cursor, self.content, self.next); }
  friend bool operator==(const SnapshotPart&, const SnapshotPart&) = default;
};

using Message = std::variant<Proposal, Vote, Timeout, FetchRequest, FetchResponse, SnapshotOffer, SnapshotRequest, SnapshotPart>;

// A message that passed every check which needs no state. Only a Verifier makes one.
template <class T>
class Verified {
 public:
  [[nodiscard]] const T& value() const { return value_; }
  [[nodiscard]] Place sender() const { return sender_; }

 private:
  friend class Verifier;
  Verified(T value, Place sender) : value_(std::move(value)), sender_(sender) {}
  T value_;
  Place sender_;
};

}  // namespace caduceus::sup
