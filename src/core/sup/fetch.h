// A block that a certificate names and that is not held: asked for by hash from those who signed, one after the other (PROTOCOL.md §8).
#pragma once

#include "core/sup/message.h"

namespace caduceus::sup {

class Fetch {
 public:
  explicit Fetch(Place self, std::uint64_t retry) : self_(self), retry_(retry) {}

  // The newest certificate whose block is missing is the one worth fetching: its chain holds the others.
  void want(const QuorumCertificate& qc);
  [[nodiscard]] const std::optional<QuorumCertificate>& wanted() const { return wanted_; }
  // Blocks came, up to this height, and more are needed: the next request goes out at once.
  void advance(Height held);
  void done() { wanted_.reset(); }

  // Whom to ask now, and for what; nothing while an answer may still come. `committed` is our own newest height.
  struct Ask {
    Place whom = 0;
    FetchRequest request;
  };
  [[nodiscard]] std::optional<Ask> due(Tick now, Height committed);
  // Who was asked last.
  [[nodiscard]] std::optional<Place> asked() const { return asked_; }
  [[nodiscard]] std::optional<Tick> next() const { return wanted_ ? std::optional(next_) : std::nullopt; }

 private:
  Place self_;
  std::uint64_t retry_;
  std::optional<QuorumCertificate> wanted_;
  Height held_;   // of the target's ancestors we hold up to here
  Tick next_;
  std::size_t turn_ = 0;  // counts requests: each goes to the next signer
  std::optional<Place> asked_;
};

}  // namespace caduceus::sup
