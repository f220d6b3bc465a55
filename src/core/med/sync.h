// Who is asked for which body, and for how long (docs/MED.md). Bodies come from several peers at once; who does not answer is asked no more,
// and somebody else is.
#pragma once

#include <map>
#include <set>
#include <span>

#include "core/med/header_tree.h"
#include "core/med/query.h"

namespace caduceus::med {

class Sync {
 public:
  static constexpr std::uint64_t patience = 10'000;  // ms for one body
  static constexpr std::size_t most_asked = 8;  // of one peer at a time
  static constexpr std::size_t window = 64;  // bodies under way in all
  static constexpr unsigned most_strikes = 3;  // bodies in a row that a peer announced and withheld

  void connected(Peer peer) { peers_.try_emplace(peer); }
  void disconnected(Peer peer);
  [[nodiscard]] bool is_connected(Peer peer) const { return peers_.contains(peer); }
  // It announced, or sent, headers up to here: it has their bodies.
  void heard_of(Peer peer, Height height);

  struct Ask {
    Peer peer;
    MblockHash block{};
  };
  // Of these blocks, lowest first, those to be asked for now; each is then under way until it is answered, or time is up.
  [[nodiscard]] std::vector<Ask> plan(std::span<const HeldHeader* const> missing, Tick now);

  // Whether the peer was asked for it. Its silence, if there was any, is forgiven.
  bool answered(Peer peer, const MblockHash& block);
  // It has it not, in spite of what it announced, or what it sent was no good: somebody else is asked.
  void not_had(Peer peer, const MblockHash& block);
  [[nodiscard]] bool is_asked(Peer peer, const MblockHash& block) const;
  [[nodiscard]] bool is_under_way(const MblockHash& block) const { return asked_.contains(block); }

  // Requests that were not answered in time are open again. Who withheld too many is returned, and counts as disconnected.
  [[nodiscard]] std::vector<Peer> expire(Tick now);
  // When to expire() next.
  [[nodiscard]] std::optional<Tick> next() const;

 private:
  struct Known {
    Height height;
    std::size_t asked = 0;
    unsigned strikes = 0;
    std::set<MblockHash> lacks;  // bounded: dropped when it grows
  };
  struct Asked {
    Peer peer;
    Tick until;
  };
  void forget(const MblockHash& block);

  std::map<Peer, Known> peers_;
  std::map<MblockHash, Asked> asked_;
};

}  // namespace caduceus::med
