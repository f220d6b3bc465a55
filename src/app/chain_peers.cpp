#include "app/chain_peers.h"

#include <thread>

#include "app/foreign_text.h"
#include "app/med_folder.h"
#include "core/med/request.h"
#include "host/node/med_service.h"
#include "host/node/sup_service.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds patience{30};

// One chain's nodes: its requests and answers, what an answer is in.
template <class Request, class Answer, auto content>
class Nodes {
 public:
  Nodes(const AskOptions::Opened& who, std::vector<PeerAddress> nodes, std::size_t answer_limit)
      : client_(who.member.credentials(), std::move(nodes), answer_limit) {}

  template <class T>
  Result<T> ask(const auto& question) {
    TRY(Answer answer, client_.ask<Answer>(Request{0, question}, patience));
    return take<T>(std::move(answer));
  }
  // The committed or best blocks of these heights.
  template <class Block, class AskBlock>
  Result<std::vector<Block>> blocks(Height first, Height last) {
    std::vector<Request> requests;
    const Height end = std::min(last + 1, first + at_once_);
    for (Height height = first; height < end; ++height) requests.push_back({0, AskBlock{height}});
    TRY(std::vector<Answer> answers, client_.ask_all<Answer>(std::move(requests), patience));
    std::vector<Block> blocks;
    std::size_t bytes = 0;
    for (Answer& answer : answers) {
      TRY(Block block, take<Block>(std::move(answer)));
      if (block.header.height != first + blocks.size()) return failure(client_.asked() + ": it answered with a block of another height");
      bytes += encode(block).size();
      blocks.push_back(std::move(block));
    }
    // A node keeps some MiB of answers ready for a client.
    constexpr std::size_t most_under_way = 4U << 20U;
    at_once_ = std::clamp<std::size_t>(most_under_way / (bytes / blocks.size() + 1), 1, SupReplay::most_at_once);
    return blocks;
  }
  [[nodiscard]] const std::string& asked() const { return client_.asked(); }

 private:
  template <class T>
  [[nodiscard]] Result<T> take(Answer answer) const {
    auto& one = answer.*content;
    if constexpr (std::is_same_v<T, std::remove_reference_t<decltype(one)>>)
      return std::move(one);
    else if (auto* const wanted = std::get_if<T>(&one))
      return std::move(*wanted);
    if (const auto* const refusal = std::get_if<Refusal>(&one)) {
      return failure(client_.asked() + ": it refuses: " + one_line(*refusal));
    }
    return failure(client_.asked() + ": it answered what was not asked");
  }

  NodeClient client_;
  std::size_t at_once_ = 1;
};

using SupNodes = Nodes<ClientRequest, ClientAnswer, &ClientAnswer::reply>;
using MedNodes = Nodes<med::ClientRequest, med::ClientResponse, &med::ClientResponse::response>;

// Of the newest block that the node knows to be committed; a chain that has just begun has none.
Result<CommitProof> newest_commit(SupNodes& nodes, const sup::Genesis& genesis) {
  const sup::AskProof anything{sup::SnapshotTrie::state, {sup::StateKey::account(genesis.hospitals.items.front().identity)}};
  const auto deadline = std::chrono::steady_clock::now() + 2 * patience;
  for (;;) {
    TRY(const auto reply, nodes.ask<sup::Reply>(anything));
    if (const auto* const entry = std::get_if<sup::ProvenEntry>(&reply)) {
      const auto good = verify(genesis.network(), genesis.committee(), genesis.commit_depth, entry->commit);
      if (!good) return failure(nodes.asked() + ": its newest block is not committed: " + std::string(explain(good.error())));
      return entry->commit;
    }
    const auto* const refusal = std::get_if<Refusal>(&reply);
    if (refusal == nullptr || refusal->reason.value != "no-commit-yet" || std::chrono::steady_clock::now() > deadline) {
      return failure(nodes.asked() + ": it does not prove which block is committed");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

}  // namespace

Result<SupChecked> verify_sup_of(const AskOptions::Opened& who, store::Store& work, std::size_t threads,
                                 const std::function<void(Height next)>& progress) {
  TRY(std::vector<PeerAddress> addresses, node_addresses(who.genesis, who.nodes));
  SupNodes nodes(who, std::move(addresses), sup_answer_limit);
  TRY(const auto status, nodes.ask<sup::Status>(sup::AskStatus{}));
  if (status.net != who.genesis.network()) return failure(nodes.asked() + ": it is of another network: " + to_hex(status.net));
  TRY(const CommitProof newest, newest_commit(nodes, who.genesis));
  const Height last = newest.block.height;

  TRY(const auto replay, SupReplay::open(work, who.genesis, threads));
  if (replay->next() > Height(1)) {
    const auto there = nodes.ask<SupBlock>(sup::AskBlock{replay->newest() ? replay->newest()->height : Height(0)});
    const bool is_same = there && replay->state() && block_hash(there->header) == replay->newest_hash();
    if (!is_same || replay->next() > last + 1) TRY_VOID(replay->begin());
  }
  if (replay->next() < status.first) {
    return failure(nodes.asked() + ": it keeps no block below " + std::to_string(status.first.value()) + ": ask a hospital that keeps all");
  }
  while (replay->next() <= last) {
    TRY(const auto blocks, (nodes.blocks<SupBlock, sup::AskBlock>(replay->next(), last)));
    TRY_VOID(replay->add(blocks, [] { return Result<void>(); }));
    TRY_VOID(replay->save());
    progress(replay->next());
  }
  if (replay->newest_hash() != block_hash(newest.block)) {
    return failure(nodes.asked() + ": its block of height " + std::to_string(last.value()) + " is not the one that it proves committed");
  }
  SupChecked checked;
  checked.newest = last;
  checked.first = Height(1);
  checked.executed = replay->executed();
  checked.transactions = replay->transactions();
  checked.anchor = {newest.block.roots.anchor, newest.block.roots.anchor_height};
  return checked;
}

Result<MedChecked> verify_med_of(const AskOptions::Opened& who, store::Store& work, const std::optional<sup::Anchor>& anchor,
                                 std::size_t threads, const std::function<void(Height newest)>& progress) {
  constexpr std::uint64_t depth = med::Node::settled_depth;  // a branch that is left deeper down begins anew
  constexpr int most_changes = 8;                            // of the node's branch, meanwhile
  TRY(std::vector<PeerAddress> addresses, med_addresses(who.genesis, who.nodes));
  const MedTerms terms = MedTerms::of(who.genesis);
  MedNodes nodes(who, std::move(addresses), most_med_frame);
  TRY(const auto status, nodes.ask<med::Status>(med::AskStatus{}));
  if (status.net != terms.net) return failure(nodes.asked() + ": it is of another network: " + to_hex(status.net));

  TRY(const auto replay, MedReplay::open(work, terms, threads));
  const auto root = [&]() -> const med::HeldHeader& { return replay->chain().anchor(); };
  const auto there = nodes.ask<MedBlock>(med::AskBlock{root().height()});
  if (!there || mblock_hash(there->header) != root().hash) TRY_VOID(replay->begin());

  Height next = root().height() + 1;
  MblockHash below = root().hash;
  for (int changes = 0; next <= status.height;) {
    TRY(auto blocks, (nodes.blocks<MedBlock, med::AskBlock>(next, status.height)));
    std::size_t following = 0;
    for (; following < blocks.size() && blocks[following].header.previous == below; ++following) {
      below = mblock_hash(blocks[following].header);
    }
    blocks.resize(following);
    if (blocks.empty()) {
      // Its best branch is another one than a moment ago.
      if (++changes > most_changes) return failure(nodes.asked() + ": its blocks do not follow each other");
      next = root().height() + 1;
      below = root().hash;
      continue;
    }
    next = next + blocks.size();
    TRY_VOID(replay->add(std::move(blocks)));
    const Height best = replay->chain().best().height();
    if (best.value() > root().height().value() + depth) TRY_VOID(replay->settle(*replay->at(Height(best.value() - depth))));
    progress(best);
  }
  TRY(const bool has_anchor, check_anchor(*replay, anchor));
  MedChecked checked;
  checked.final = has_anchor ? anchor->height : Height(0);
  checked.newest = replay->chain().best().height();
  checked.has_anchor = has_anchor;
  const auto count = [&](store::Column column, std::uint64_t& entries) {
    return work.for_each_from(column, {}, [&](ByteView, ByteView) { return ++entries > 0; });
  };
  TRY_VOID(count(MedStore::Columns::bodies, checked.blocks));
  TRY_VOID(count(MedStore::Columns::records, checked.records));
  TRY_VOID(count(MedStore::Columns::state, checked.nodes));
  return checked;
}

}  // namespace caduceus
