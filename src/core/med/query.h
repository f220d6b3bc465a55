// What a light client asks a node of MED, and what it is told (PROTOCOL.md §9). It needs to trust the consortium's genesis only: headers show
// their work, anchors SUP's certificates, and what is said of a block is proven against its header.
#pragma once

#include <variant>

#include "core/chain/commit.h"
#include "core/chain/med_body.h"
#include "core/chain/trie_proof.h"

namespace caduceus::med {

using Peer = Number<struct MedPeerKind>;  // a connection's; never used twice

// The headers of the node's best branch above the first of these blocks that it has, in its tree or its archive: HeaderTree::locator().
struct AskHeaders {
  static constexpr std::size_t most_hashes = 64;
  List<MblockHash, most_hashes, 1> locator;
  static auto fields(auto& self) { return std::tie(self.locator); }
  friend bool operator==(const AskHeaders&, const AskHeaders&) = default;
};
// SUP's certificate over the newest anchor that is not above this height; over the newest of all if the node keeps none so old. Whoever
// was away for long comes back in steps, and holds no more headers than are in one.
struct AskAnchor {
  Height most;
  static auto fields(auto& self) { return std::tie(self.most); }
  friend bool operator==(const AskAnchor&, const AskAnchor&) = default;
};
// What stands under a key in the state after a block.
struct AskState {
  MblockHash block{};
  Blob<1, most_trie_key> key;
  static auto fields(auto& self) { return std::tie(self.block, self.key); }
  friend bool operator==(const AskState&, const AskState&) = default;
};
// That a record is in a block.
struct AskRecord {
  MblockHash block{};
  TransactionHash htxm{};
  static auto fields(auto& self) { return std::tie(self.block, self.htxm); }
  friend bool operator==(const AskRecord&, const AskRecord&) = default;
};
using Question = std::variant<AskHeaders, AskAnchor, AskState, AskRecord>;

// The node has not, or keeps no longer, what it was asked for.
struct NotHeld {
  static auto fields(auto& /*self*/) { return std::tie(); }
  friend bool operator==(const NotHeld&, const NotHeld&) = default;
};
// Each the parent of the next. Fewer than `most`: they end with the tip, or there is none since the asker has it.
struct HeaderList {
  static constexpr std::size_t most = 2000;
  MblockHash tip{};  // of the node's best branch
  List<MblockHeader, most> headers;
  static auto fields(auto& self) { return std::tie(self.tip, self.headers); }
  friend bool operator==(const HeaderList&, const HeaderList&) = default;
};
using Reply = std::variant<NotHeld, HeaderList, CommitProof, TrieProof, RecordProof>;

// A question and its reply have the same number, the asker's choice.
struct Asked {
  std::uint64_t number = 0;
  Question question;
  static auto fields(auto& self) { return std::tie(self.number, self.question); }
  friend bool operator==(const Asked&, const Asked&) = default;
};
struct Replied {
  std::uint64_t number = 0;
  Reply reply;
  static auto fields(auto& self) { return std::tie(self.number, self.reply); }
  friend bool operator==(const Replied&, const Replied&) = default;
};

}  // namespace caduceus::med
