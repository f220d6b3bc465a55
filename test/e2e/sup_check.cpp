#include "test/e2e/sup_check.h"

#include <algorithm>

namespace caduceus::e2e {
namespace {

std::string name_of(std::size_t place) { return "hospital " + std::to_string(place); }

// Its status, once it has reached this height.
Result<sup::Status> reach(Asker& asker, std::size_t place, Height height) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (true) {
    TRY(auto status, asker.insist<sup::Status>(place, sup::AskStatus{}));
    if (status.height >= height) return status;
    if (std::chrono::steady_clock::now() > end) return failure(name_of(place) + " does not reach the others' height");
  }
}

Result<void> check_committed(Asker& asker, const sup::Genesis& genesis, const Committee& committee, std::size_t place,
                             const TransactionHash& htx, const sup::Committed& committed) {
  const sup::AskProof question{sup::SnapshotTrie::state, {sup::StateKey::emergency(htx)}};
  TRY(const auto entry, asker.insist<sup::ProvenEntry>(place, question));
  const auto value = sup::verify(genesis.network(), committee, genesis.commit_depth, question, entry);
  if (!value) return failure(name_of(place) + ": " + std::string(explain(value.error())));
  if (!*value) return failure(name_of(place) + " has lost " + to_hex(htx));
  if (as_record<sup::EmergencyRecord>(**value).committed != committed) {
    return failure(name_of(place) + " committed " + to_hex(htx) + " elsewhere than was acknowledged");
  }
  return {};
}

}  // namespace

Result<Ending> check_hospitals(const bench::Cluster& cluster, const Consortium& consortium, const std::vector<std::size_t>& places,
                               const Acknowledged& acknowledged, bool is_pruned) {
  const BlsCommittee committee = consortium.genesis.committee();
  Asker asker(cluster, consortium.world.doctor(0).identity());
  Ending ending;
  Height needed;
  for (const auto& [htx, committed] : acknowledged) needed = std::max(needed, committed.height);
  std::optional<Height> common;
  for (const std::size_t place : places) {
    TRY(const auto status, reach(asker, place, needed));
    ending.first[place] = status.first;
    common = std::min(common.value_or(status.height), status.height);
    for (const auto& [htx, committed] : acknowledged) {
      TRY_VOID(check_committed(asker, consortium.genesis, committee, place, htx, committed));
    }
  }
  ending.height = common.value();
  std::optional<SupHeader> shown;
  for (const std::size_t place : places) {
    const auto reply = asker.ask(place, sup::AskBlock{ending.height}, std::chrono::seconds(5));
    const auto* block = reply ? std::get_if<SupBlock>(&*reply) : nullptr;
    if (block == nullptr) {
      if (is_pruned) continue;
      return failure(name_of(place) + " has not the block of height " + std::to_string(ending.height.value()));
    }
    if (!shown) shown = block->header;
    if (block_hash(block->header) != block_hash(*shown)) {
      return failure("two hospitals have different blocks of height " + std::to_string(ending.height.value()));
    }
  }
  if (!shown) return failure("no hospital shows the block of the common height");
  ending.root = shown->roots.state;
  return ending;
}

}  // namespace caduceus::e2e
