#include "host/node/sup_replay.h"

#include <thread>

#include "host/node/records.h"
#include "host/node/system_random.h"

namespace caduceus {
namespace {

using store::Batch;
using store::Column;

constexpr Column place_column{0}, state_column{1}, revocation_column{2};
constexpr std::string_view place_key = "place";

tl::unexpected<Failure> wrong(const SupHeader& header, Reject reason) {
  return failure("blocks: " + to_hex(block_hash(header)) + " of height " + std::to_string(header.height.value()) + ": " +
                 std::string(explain(reason)) + " (" + std::string(name(reason)) + ")");
}

}  // namespace

// What each thread has of its own.
struct SupReplay::Thread {
  Thread(const TransactionKeys& keys, const Committee& committee, const sup::Rules& rules)
      : transactions(keys, cached_identities), body(keys.net, committee, rules, transactions, random) {}

  static constexpr std::size_t cached_identities = 1U << 14U;
  SystemRandom random;
  TransactionVerifier transactions;
  sup::SupBodyCheck body;
};

SupReplay::SupReplay(store::Store& work, const sup::Genesis& genesis, std::size_t threads)
    : work_(work),
      net_(genesis.network()),
      committee_(genesis.committee()),
      rules_(genesis.rules()),
      terms_{net_, committee_, rules_, mblock_hash(genesis.first_mblock()), genesis.anchoring},
      began_(genesis.time),
      state_nodes_(work, state_column),
      revocation_nodes_(work, revocation_column) {
  const TransactionKeys keys = genesis.transaction_keys();
  for (std::size_t i = 0; i < threads; ++i) threads_.push_back(std::make_unique<Thread>(keys, committee_, rules_));
}

SupReplay::~SupReplay() = default;

Result<std::unique_ptr<SupReplay>> SupReplay::open(store::Store& work, const sup::Genesis& genesis, std::size_t threads) {
  std::unique_ptr<SupReplay> opened(new SupReplay(work, genesis, threads));
  TRY(const auto place, find_record<Place>(work, place_column, as_bytes(place_key), place_key));
  if (!place || place->net != opened->net_) {
    TRY_VOID(opened->begin());
    return opened;
  }
  opened->at_ = *place;
  if (place->has_state) {
    CHECK(place->newest.has_value());
    opened->state_ = sup::SupState::open(place->newest->roots, opened->state_nodes_, opened->revocation_nodes_);
  }
  opened->saved_ = opened->state_;
  return opened;
}

Result<void> SupReplay::begin() {
  Batch batch;
  for (const Column column : {place_column, state_column, revocation_column}) batch.erase_range(column, {}, Bytes(256, 0xff));
  saved_.reset();
  state_ = sup::SupState::genesis(terms_.med_genesis);
  SupHeader genesis;
  genesis.justify = genesis_certificate(net_, committee_.size());
  genesis.time = began_;
  genesis.roots = state_->roots;
  start({}, genesis);
  return work_.write(batch);
}

void SupReplay::start(Height at, const std::optional<SupHeader>& header) {
  at_ = Place();
  at_.net = net_;
  at_.next = at + 1;
  at_.newest = header;
}

void SupReplay::begin_above(const SupHeader& header, State state) {
  state_ = std::move(state);
  start(header.height, header);
}

void SupReplay::begin_at(Height first) {
  state_.reset();
  start(Height(first.value() - 1), {});
}

BlockHash SupReplay::hash_of(const SupHeader& header) const { return header.height == Height(0) ? net_ : block_hash(header); }
BlockHash SupReplay::newest_hash() const { return at_.newest ? hash_of(*at_.newest) : BlockHash{}; }

// Of the certificates in a header.
Checked<void> SupReplay::add_claims_of(const SupHeader& header, std::vector<Claim>& claims) const {
  TRY_VOID(add_claims(net_, committee_, header.justify, claims));
  return header.tc ? add_claims(net_, committee_, *header.tc, claims) : Checked<void>();
}

Result<void> SupReplay::check_signatures(std::span<const SupBlock> blocks) {
  std::vector<Checked<void>> found(blocks.size());
  const auto check = [&](Thread& own, std::size_t first) {
    std::vector<Claim> together;
    for (std::size_t i = first; i < blocks.size(); i += threads_.size()) {
      const SupHeader& header = blocks[i].header;
      found[i] = check_justification(header);
      if (found[i]) found[i] = add_claims_of(header, together);
      if (found[i]) found[i] = own.body(blocks[i].body.value);
    }
    if (committee_.verify(together)) return;
    // One of them is false.
    for (std::size_t i = first; i < blocks.size(); i += threads_.size()) {
      std::vector<Claim> claims;
      if (found[i]) found[i] = add_claims_of(blocks[i].header, claims);
      if (found[i]) found[i] = committee_.verify(claims);
    }
  };
  {
    std::vector<std::jthread> running;
    running.reserve(threads_.size());
    for (std::size_t i = 0; i < threads_.size(); ++i) running.emplace_back([&, i] { check(*threads_[i], i); });
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (!found[i]) return wrong(blocks[i].header, found[i].error());
  }
  return {};
}

Checked<void> SupReplay::follows(const SupHeader& parent, const SupHeader& header) const {
  if (header.parent() != hash_of(parent)) return reject(Reject::block_parent);
  if (header.justify.view != parent.view) return reject(Reject::block_justification);
  if (header.height != parent.height + 1) return reject(Reject::block_height);
  if (header.time < parent.time) return reject(Reject::block_time);
  return {};
}

Result<SupReplay::State> SupReplay::after(const SupHeader& parent, const State& before, const SupBlock& block) const {
  const SupHeader& header = block.header;
  if (const auto good = follows(parent, header); !good) return wrong(header, good.error());
  if (!before) return State();
  auto state = sup::execute(terms_, *before, {header.parent(), header.height, header.time}, block.body.value);
  if (!state) return wrong(header, state.error());
  if ((*state)->roots != header.roots) return wrong(header, Reject::block_roots);
  return *std::move(state);
}

Result<void> SupReplay::add(const std::vector<SupBlock>& blocks, const Then& then) {
  TRY_VOID(check_signatures(blocks));
  for (const SupBlock& block : blocks) {
    const SupHeader& header = block.header;
    if (at_.newest) {
      TRY(state_, after(*at_.newest, state_, block));
    } else if (header.height != at_.next) {
      return wrong(header, Reject::block_height);
    }
    if (state_) ++at_.executed;
    const auto body = decode_body(block.body.value);
    CHECK(body.has_value());  // its signatures were verified
    at_.transactions += body->transactions.items.size();
    at_.newest = header;
    at_.next = header.height + 1;
    TRY_VOID(then());
  }
  return {};
}

Result<SupReplay::State> SupReplay::check_above(const SupBlock& block, const SupHeader* parent, const State& before) {
  TRY_VOID(check_signatures({&block, 1}));
  return parent == nullptr ? Result<State>() : after(*parent, before, block);
}

Result<void> SupReplay::save() {
  Batch batch;
  at_.has_state = state_ != nullptr;
  if (state_) {
    std::vector<PatriciaTrie> states, revocations;
    if (saved_) {
      states.push_back(saved_->state());
      revocations.push_back(saved_->revocations());
      state_nodes_.erase(batch, saved_->state(), std::array{state_->state()});
      revocation_nodes_.erase(batch, saved_->revocations(), std::array{state_->revocations()});
    }
    state_nodes_.put(batch, state_->state(), states);
    revocation_nodes_.put(batch, state_->revocations(), revocations);
  }
  batch.put(place_column, as_bytes(place_key), encode(at_));
  TRY_VOID(work_.write(batch));
  // What was read and made since is read again where it is needed: memory does not grow with the chain.
  if (state_) saved_ = state_ = sup::SupState::open(at_.newest->roots, state_nodes_, revocation_nodes_);
  return {};
}

}  // namespace caduceus
