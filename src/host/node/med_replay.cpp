#include "host/node/med_replay.h"

#include <thread>

namespace caduceus {
namespace {

tl::unexpected<Failure> wrong(const MblockHeader& header, Reject reason) {
  return failure("block " + to_hex(mblock_hash(header)) + " of height " + std::to_string(header.height.value()) + ": " +
                 std::string(explain(reason)) + " (" + std::string(name(reason)) + ")");
}

}  // namespace

MedReplay::MedReplay(store::Store& work, const MedTerms& terms, std::size_t threads) : work_(work), terms_(terms) {
  for (std::size_t i = 0; i < threads; ++i) workers_.push_back(std::make_unique<MedNode::Worker>(terms));
}

Result<std::unique_ptr<MedReplay>> MedReplay::open(store::Store& work, const MedTerms& terms, std::size_t threads) {
  std::unique_ptr<MedReplay> opened(new MedReplay(work, terms, threads));
  const auto read = opened->read();
  if (!read) TRY_VOID(opened->begin());
  return opened;
}

Result<void> MedReplay::read() {
  chain_.reset();
  TRY(store_, MedStore::open(work_, terms_.net, terms_.genesis));
  const med::Node::Recovered recovered = store_->recover();
  chain_.emplace(terms_.parameters, terms_.genesis, recovered.recent, recovered.after_root);
  for (const auto& [header, state] : recovered.above) chain_->restore(header, state);
  return {};
}

Result<void> MedReplay::begin() {
  store::Batch batch;
  for (std::size_t column = 0; column < MedStore::columns.size(); ++column) {
    batch.erase_range(store::Column(static_cast<std::uint8_t>(column)), {}, Bytes(256, 0xff));
  }
  TRY_VOID(work_.write(batch));
  return read();
}

std::optional<MblockHash> MedReplay::at(Height height) const {
  const med::HeldHeader* at = &chain_->best();
  if (height > at->height()) return std::nullopt;
  if (height <= chain_->anchor().height()) {
    const auto header = store_->header_at(height);
    return header ? std::optional(mblock_hash(*header)) : std::nullopt;
  }
  while (at->height() > height) at = at->parent;
  return at->hash;
}

std::vector<std::unique_ptr<MedReplay::Verified>> MedReplay::verify(std::vector<MedBlock>& blocks) {
  std::vector<std::unique_ptr<Verified>> verified(blocks.size());
  std::vector<std::jthread> threads;
  threads.reserve(workers_.size());
  for (std::size_t thread = 0; thread < workers_.size(); ++thread) {
    threads.emplace_back([&, thread] {
      MedNode::Worker& own = *workers_[thread];
      for (std::size_t i = thread; i < blocks.size(); i += workers_.size()) {
        verified[i] = std::make_unique<Verified>(own.verifier.verify(blocks[i].header.transactions, std::move(blocks[i].body), own.random));
      }
    });
  }
  threads.clear();  // joins
  return verified;
}

Result<void> MedReplay::add(std::vector<MedBlock> blocks) {
  std::erase_if(blocks, [&](const MedBlock& block) { return chain_->headers().find(mblock_hash(block.header)) != nullptr; });
  const auto verified = verify(blocks);
  med::Output output;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const MblockHeader& header = blocks[i].header;
    if (!*verified[i]) return wrong(header, verified[i]->error());
    if (const auto held = chain_->add(header, NodeClock::wall()); !held) return wrong(header, held.error());
    auto executed = chain_->add(mblock_hash(header), std::move(**verified[i]));
    if (!executed) return wrong(header, executed.error());
    std::ranges::move(*executed, std::back_inserter(output.executed));
  }
  return write(output);
}

Result<void> MedReplay::settle(const MblockHash& block) {
  const med::HeldHeader* held = chain_->headers().find(block);
  CHECK(held != nullptr);
  chain_->set_anchor(block, held->height());
  med::Output output;
  output.final = chain_->take_final();
  return write(output);
}

Result<void> MedReplay::write(const med::Output& output) {
  TRY_VOID(work_.write(store_->batch_of(output)));
  for (auto& [hash, state] : store_->written(output)) chain_->set_stored(hash, std::move(state));
  return {};
}

}  // namespace caduceus
