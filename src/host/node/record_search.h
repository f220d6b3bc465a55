// Which block has a record (PROTOCOL.md §5): what a light client asks its nodes at once, and believes of what they answer. A node that does not
// have it, or keeps it back, or shows a block that is not the client's, is left; one whose proof does not hold lies.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "core/med/request.h"
#include "host/net/transport.h"

namespace caduceus {

class RecordSearch {
 public:
  static constexpr std::uint64_t patience = 10'000;  // ms, for all of a search's answers

  struct Found {
    MblockHeader header;
    RecordTerms terms;  // what stands there
    std::uint64_t above = 0;  // blocks on top
    bool is_final = false;
  };
  // The header of this height that the client itself holds, on the branch with the most work.
  using HeaderAt = std::function<std::optional<MblockHeader>(Height)>;

  // Numbers of searches are not those of a light client's questions.
  [[nodiscard]] static bool is_of_search(std::uint64_t number) { return number >= first_number; }

  // The question, for all of these nodes.
  [[nodiscard]] med::ClientRequest begin(const TransactionHash& htxm, const std::set<PeerId>& nodes, Tick now);
  // A node's answer; one to a search that is over, or that it was not asked in, does nothing. Reject::reply_kind, record_proof_other,
  // merkle_…: what the node is to be banned for.
  [[nodiscard]] Checked<void> answered(PeerId node, std::uint64_t number, const med::Response& response, const HeaderAt& header_at);
  // The node is gone.
  void left(PeerId node);
  void tick(Tick now);

  // What came out of each search that is over, once; above and is_final are the caller's to say.
  [[nodiscard]] std::map<std::uint64_t, std::optional<Found>> take_over() { return std::exchange(over_, {}); }

 private:
  static constexpr std::uint64_t first_number = std::uint64_t{1} << 63U;

  struct Search {
    TransactionHash htxm{};
    std::set<PeerId> asked;  // and not answered
    Tick until;
  };
  void leave(std::uint64_t number, PeerId node);
  void end(std::uint64_t number, std::optional<Found> found);

  std::map<std::uint64_t, Search> searches_;
  std::map<std::uint64_t, std::optional<Found>> over_;
  std::uint64_t last_ = first_number;
};

}  // namespace caduceus
