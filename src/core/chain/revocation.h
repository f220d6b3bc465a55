// The revocation list (PROTOCOL.md §8): a Merkle Patricia Trie exactly as Ethereum's. Whoever has its root from a committed Sblock can be
// shown that a doctor is on it, or is not.
#pragma once

#include "core/base/identity.h"
#include "core/base/number.h"
#include "core/chain/patricia_trie.h"

namespace caduceus {

struct RevocationEntry {
  Time expires;   // EXP: off the list from then on
  Height height;  // of the Sblock that put it there
  friend bool operator==(const RevocationEntry&, const RevocationEntry&) = default;
};

// Keccak-256(encode(ID_HN, ID_DN))
[[nodiscard]] Bytes32 revocation_key(const Identity& hospital, const Identity& doctor);
// RLP([EXP, height])
[[nodiscard]] Bytes encode_entry(const RevocationEntry& entry);
// Reject as read_rlp(), integer_of_rlp().
[[nodiscard]] Checked<RevocationEntry> decode_entry(ByteView value);

// The doctor's entry in the trie with this root, or nothing: not revoked. Reject as trie_proof.h's verify(), and decode_entry().
[[nodiscard]] Checked<std::optional<RevocationEntry>> verify_revocation(const Bytes32& root, const Identity& hospital,
                                                                        const Identity& doctor, const TrieProof& proof);

}  // namespace caduceus
