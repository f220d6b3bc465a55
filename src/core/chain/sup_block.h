// SUP's blocks (PROTOCOL.md §8). Consensus orders bodies without reading them; what they mean is the ledger's matter (core/sup/ledger.h).
#pragma once

#include <optional>
#include <tuple>

#include "core/chain/certificate.h"

namespace caduceus {

// What a block leaves behind, for readers of headers: the state of the ledger after it, and MED's newest anchor.
struct SupRoots {
  BlockHash anchor{};        // hash of the newest anchored Mblock
  Height anchor_height;      // on MED
  Bytes32 anchored_branch{};  // Merkle root of the Mblock hashes this block anchors
  Bytes32 revocations{};     // of the revocation trie
  Bytes32 state{};           // of everything else

  static auto fields(auto& self) { return std::tie(self.anchor, self.anchor_height, self.anchored_branch, self.revocations, self.state); }
  friend bool operator==(const SupRoots&, const SupRoots&) = default;
};

constexpr std::size_t most_body_bytes = 4U << 20U;  // §10

struct SupHeader {
  Height height;              // the parent's + 1
  View view;                  // above justify's
  QuorumCertificate justify;  // of the parent
  std::optional<TimeoutCertificate> tc;  // TC(view − 1), unless justify is of that view
  Time time;                  // not before the parent's
  Bytes32 body{};             // SHA-256 of the body
  SupRoots roots;             // after this block

  static auto fields(auto& self) { return std::tie(self.height, self.view, self.justify, self.tc, self.time, self.body, self.roots); }
  [[nodiscard]] const BlockHash& parent() const { return justify.block; }
  friend bool operator==(const SupHeader&, const SupHeader&) = default;
};

struct SupBlock {
  SupHeader header;
  Blob<0, most_body_bytes> body;

  static auto fields(auto& self) { return std::tie(self.header, self.body); }
  // Reject::block_body: not the header's.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const SupBlock&, const SupBlock&) = default;
};

Bytes32 body_hash(ByteView body);
// Genesis, of height 0 and view 0, has none: its hash is the network's.
BlockHash block_hash(const SupHeader& header);

// Whether the header's view follows from its certificates: view > justify.view, and either justify.view = view − 1 without a TC, or
// TC(view − 1) with justify.view ≥ every high view in it. Not the certificates' signatures. Reject::block_view, block_justification.
[[nodiscard]] Checked<void> check_justification(const SupHeader& header);

// Two proposals of one leader in one view (§8).
struct Equivocation {
  View view;
  BlockHash first{};  // < second
  SignaturePart first_signature{};
  BlockHash second{};
  SignaturePart second_signature{};

  static auto fields(auto& self) { return std::tie(self.view, self.first, self.first_signature, self.second, self.second_signature); }
  friend bool operator==(const Equivocation&, const Equivocation&) = default;
};

// Reject::evidence_order, multi_signature_invalid.
[[nodiscard]] Checked<void> verify(const NetworkId& net, const Committee& committee, std::size_t leader, const Equivocation& evidence);

}  // namespace caduceus
