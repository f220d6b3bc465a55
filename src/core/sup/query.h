// What a client asks a hospital's node, and what it is told (PROTOCOL.md §8). What a reply claims of the state comes with its proof: the
// client needs to trust genesis only.
#pragma once

#include <variant>

#include "core/base/refusal.h"
#include "core/chain/trie_proof.h"
#include "core/sup/snapshot.h"

namespace caduceus::sup {

// To be put into a block. Committed is the reply, when that has happened, also to a repeat of what was committed before.
struct Submit {
  SupTransaction transaction;

  static auto fields(auto& self) { return std::tie(self.transaction); }
};

struct AskStatus {
  static auto fields(auto& /*self*/) { return std::tie(); }
};

// A committed block; of no height, the newest.
struct AskBlock {
  std::optional<Height> height;

  static auto fields(auto& self) { return std::tie(self.height); }
};

// What stands under a key after the newest committed block, or that nothing does: an account (records.h), a revocation (revocation.h), …
struct AskProof {
  SnapshotTrie trie = SnapshotTrie::state;
  Blob<1, most_cursor_bytes - 1> key;

  static auto fields(auto& self) { return std::tie(self.trie, self.key); }
};

using Question = std::variant<Submit, AskStatus, AskBlock, AskProof>;

struct Status {
  NetworkId net{};
  Place place = 0;
  View view;
  BlockHash newest{};  // committed
  Height height;       // its
  Time time;           // its
  SupRoots roots;      // after it
  Height first;        // from here on blocks are kept
  std::uint64_t pooled = 0;  // transactions
  List<Place, SignerSet::most_signers> connected;

  static auto fields(auto& self) {
    return std::tie(self.net, self.place, self.view, self.newest, self.height, self.time, self.roots, self.first, self.pooled,
                    self.connected);
  }
};

struct ProvenEntry {
  CommitProof commit;
  TrieProof proof;  // against the committed block's root

  static auto fields(auto& self) { return std::tie(self.commit, self.proof); }
};

using Reply = std::variant<Refusal, Committed, Status, SupBlock, ProvenEntry>;

// The value that the proof shows, or that there is none, as of its block. Reject as verify() of a CommitProof, and of a TrieProof.
[[nodiscard]] Checked<std::optional<Bytes>> verify(const NetworkId& net, const Committee& committee, unsigned depth,
                                                   const AskProof& question, const ProvenEntry& entry);

// Of an entry whose commit was verified: its value, and how far nothing follows. Reject as verify() of a TrieProof.
[[nodiscard]] Checked<ProvenStep> verify_step(const AskProof& question, const ProvenEntry& entry);

}  // namespace caduceus::sup
