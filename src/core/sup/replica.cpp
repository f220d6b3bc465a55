#include "core/sup/replica.h"

#include <algorithm>

#include "core/base/check.h"

namespace caduceus::sup {
namespace {

HeldBlock genesis_block(const Membership& me, const Ledger& ledger) {
  HeldBlock genesis;
  genesis.hash = me.net;
  genesis.state = ledger.genesis();
  genesis.block.header.justify = genesis_certificate(me.net, me.committee.size());
  genesis.block.header.time = me.genesis_time;
  genesis.block.header.roots = genesis.state->roots;
  return genesis;
}

// Of a root only the header is ever looked at.
HeldBlock root_block(const SupHeader& header, StateRef state) { return {{header, {}}, block_hash(header), nullptr, std::move(state)}; }

HeldBlock recovered_root(const Membership& me, Ledger& ledger, const std::optional<CommitProof>& committed) {
  return committed ? root_block(committed->block, ledger.load(committed->block)) : genesis_block(me, ledger);
}

}  // namespace

Replica::Replica(Membership membership, Ledger& ledger, const Archive& archive, Recovered recovered, Tick now, Time wall)
    : me_(std::move(membership)),
      ledger_(ledger),
      archive_(archive),
      now_(now),
      wall_(wall),
      safety_(std::move(recovered.safety)),
      abstention_(recovered.abstention),
      tree_(recovered_root(me_, ledger_, recovered.committed)),
      pacemaker_(safety_.first_view(), now),
      votes_(me_.committee),
      timeouts_(me_.committee),
      fetch_(me_.self, me_.timing.base),
      state_sync_(ledger_, me_.timing.base, me_.committee.faults() + 1U),
      proof_(std::move(recovered.committed)) {
  for (const SupBlock& block : recovered.uncommitted) {
    if (tree_.find(block.header.parent()) != nullptr) (void)tree_.insert(ledger_, block, block_hash(block.header));
  }
  votes_.raise(safety_.high_qc.view);
  learn(safety_.high_qc);
  if (tree_.find(safety_.high_qc.block) == nullptr) fetch_.want(safety_.high_qc);  // a disk that lost it
  timeouts_.enter(view());
  // What this replica said in this view and may not have got out.
  if (safety_.last_vote) receive(*safety_.last_vote);
  if (safety_.proposed() == view()) {
    if (const HeldBlock* block = tree_.find(safety_.last_proposal->block)) {
      proposed_.push_back({block->hash, false});
      send(std::nullopt, Proposal{block->block, safety_.last_proposal->signature});
    }
  }
  if (safety_.timed_out() == view()) time_out();
  act();
}

void Replica::step(const Verified<Message>& message) {
  std::visit(
      [&](const auto& one) {
        if constexpr (requires { receive(message.sender(), one); }) {
          receive(message.sender(), one);
        } else {
          receive(one);
        }
      },
      message.value());
  act();
}

void Replica::tick(Tick now, Time wall) {
  CHECK(now >= now_);
  now_ = now;
  wall_ = wall;
  ledger_.tick(now);
  state_sync_.release(now);
  if (now_ >= gives_up()) {
    pacemaker_.fired(now_, me_.timing.idle + patience());
    time_out();
  }
  act();
}

void Replica::pool_changed() { act(); }

Output Replica::take_output() {
  if (is_safety_changed_) output_.safety = safety_;
  is_safety_changed_ = false;
  if (output_.joined || !output_.committed.empty()) output_.proof = proof_;
  return std::exchange(output_, {});
}

Tick Replica::next_tick() const {
  Tick next = gives_up();
  if (is_my_turn()) next = std::min(next, proposal_due());
  if (const auto ledger = ledger_.next_tick(); ledger && *ledger > now_) next = std::min(next, *ledger);
  if (const auto part = state_sync_.next()) {
    next = std::min(next, *part);
  } else if (const auto fetch = fetch_.next()) {
    next = std::min(next, *fetch);
  }
  for (const Candidate& candidate : proposed_) {
    const HeldBlock* block = tree_.find(candidate.hash);
    if (block == nullptr || safety_.voted() >= view()) continue;
    const Time latest = wall_ + me_.timing.ahead;
    if (block->block.header.time > latest) next = std::min(next, now_ + distance(block->block.header.time, latest));
  }
  return std::max(next, now_);
}

SafetyState& Replica::change_safety() {
  is_safety_changed_ = true;
  return safety_;
}

std::uint64_t Replica::patience() const { return view_patience(me_.timing.base, me_.committee.size(), view(), tree_.root().view()); }

// Messages.

void Replica::receive(const Proposal& proposal) {
  const SupHeader& header = proposal.block.header;
  learn(header.justify);
  if (header.tc) learn(*header.tc);

  const BlockHash hash = block_hash(header);
  const Proposed heard{header.view, hash, proposal.signature};
  if (!first_proposal_ || first_proposal_->view < heard.view) {
    first_proposal_ = heard;
  } else if (first_proposal_->view == heard.view && first_proposal_->block != hash) {
    const auto [first, second] = std::ranges::minmax({*first_proposal_, heard}, {}, &Proposed::block);
    ledger_.equivocation({heard.view, first.block, first.signature, second.block, second.signature});
  }

  // What belongs to a view that was left is fetched, should it be certified.
  if (header.view != view() || proposed_.size() == 2 || std::ranges::find(proposed_, hash, &Candidate::hash) != proposed_.end()) return;
  proposed_.push_back({hash, false});
  if (tree_.find(header.parent()) != nullptr) {
    keep(proposal.block, hash);
  } else {
    if (orphans_.size() == most_orphans) orphans_.erase(orphans_.begin());
    orphans_.push_back({proposal.block, hash});
  }
}

void Replica::receive(const Vote& vote) {
  if (const auto qc = votes_.add(vote)) learn(*qc);
}

// Votes and QCs before the time-out and the TC.
void Replica::receive(const Timeout& timeout) {
  if (timeout.vote) receive(*timeout.vote);
  learn(timeout.high_qc);
  if (timeout.tc) learn(*timeout.tc);
  if (timeout.view < view() || !timeouts_.add(timeout)) return;
  if (const auto tc = timeouts_.certificate()) {
    learn(*tc);
    return;
  }
  const auto join = timeouts_.to_join();
  if (!join || safety_.timed_out() >= *join) return;
  if (*join > view()) enter(*join);
  time_out();
}

// Certificates.

void Replica::learn(const QuorumCertificate& qc) {
  if (qc.view == View(0)) return;
  if (const HeldBlock* block = tree_.find(qc.block)) {
    apply(qc, *block);
  } else if (qc.view > safety_.high_qc.view) {
    fetch_.want(qc);
  }
  if (qc.view >= view()) enter(qc.view + 1);
}

void Replica::learn(const TimeoutCertificate& tc) {
  learn(tc.high_qc);
  if (!safety_.tc || safety_.tc->view < tc.view) change_safety().tc = tc;
  if (tc.view < view()) return;
  // R16: else its vote lies with a leader that may be down.
  if (safety_.voted() == view() && safety_.timed_out() != view()) send(std::nullopt, *safety_.last_vote);
  enter(tc.view + 1);
}

void Replica::apply(const QuorumCertificate& qc, const HeldBlock& block) {
  if (qc.view > safety_.high_qc.view) {
    change_safety().high_qc = qc;
    votes_.raise(qc.view);
  }
  const QuorumCertificate& below = block.block.header.justify;
  if (below.view > safety_.lock.view) change_safety().lock = below;
  if (fetch_.wanted() && fetch_.wanted()->view <= qc.view) {
    fetch_.done();
    state_sync_.stop();
  }
  if (abstention_) reconsider_abstention(qc, block);

  const HeldBlock* parent = block.parent;
  const HeldBlock* grandparent = parent == nullptr ? nullptr : parent->parent;
  if (parent == nullptr) return;
  switch (me_.rules.commits(me_.rules.commit_depth, grandparent == nullptr ? View(0) : grandparent->view(), parent->view(), block.view())) {
    case Commits::nothing: return;
    case Commits::parent: commit(*parent, block, qc); return;
    case Commits::grandparent:
      if (grandparent != nullptr) commit(*grandparent, block, qc);
      return;
  }
}

// Its forgotten votes and time-outs are of views up to one above a certificate that was there before its host was off. A quorum signed that
// one, and another this, later: an honest replica is in both, and only goes up. So they are of views up to qc's; and what they locked is
// below. high_qc keeps all views up to qc's closed; the lock says the rest.
void Replica::reconsider_abstention(const QuorumCertificate& qc, const HeldBlock& block) {
  Abstention& waits = *abstention_;
  const Time time = block.block.header.time;
  if (time + waits.quiet < waits.until) return;
  if (qc.signers.contains(me_.self)) {
    waits = abstain_from(time, waits.quiet);
    waits.is_another_seen = true;
    output_.abstention = waits;
  } else if (time >= waits.until) {
    change_safety().lock = safety_.high_qc;
    abstention_.reset();
    output_.abstention.reset();
    output_.is_back = true;
  }
}

void Replica::commit(const HeldBlock& block, const HeldBlock& certified, const QuorumCertificate& qc) {
  if (block.height() <= tree_.root().height()) return;
  CommitProof proof{block.block.header, {}, qc};
  for (const HeldBlock* one : BlockTree::path(certified, block.height())) proof.above.items.push_back(one->block.header);
  commit(block, std::move(proof));
}

void Replica::commit(const HeldBlock& block, CommitProof proof) {
  for (const HeldBlock* one : BlockTree::path(block, tree_.root().height())) {
    if (!one->block.body.value.empty()) news_ = proof.qc.view;
    output_.committed.push_back(one->block);
    ledger_.committed(one->block, one->state);
  }
  proof_ = std::move(proof);
  tree_.commit(block);
}

Checked<void> Replica::keep(const SupBlock& block, const BlockHash& hash) {
  if (tree_.find(hash) != nullptr) return {};
  TRY_VOID(tree_.insert(ledger_, block, hash));
  output_.held.push_back(block);
  learn(block.header.justify);  // its block is held only now, perhaps
  if (fetch_.wanted() && fetch_.wanted()->block == hash) learn(QuorumCertificate(*fetch_.wanted()));

  const auto waiting = std::ranges::find(orphans_, hash, [](const Orphan& orphan) { return orphan.block.header.parent(); });
  if (waiting == orphans_.end()) return {};
  const Orphan next = std::move(*waiting);
  orphans_.erase(waiting);
  if (tree_.find(hash) != nullptr) keep(next.block, next.hash);
  return {};
}

// Views.

void Replica::enter(View view) {
  pacemaker_ = Pacemaker(view, now_);
  timeouts_.enter(view);
  proposed_.clear();
}

void Replica::act() {
  while (const auto tc = timeouts_.certificate()) learn(*tc);
  // One's own vote may end the view, and the next may be one's own turn; of a committee of one it also commits, and empties the pool.
  for (View before; before != view();) {
    before = view();
    if (ledger_.pooled() == Pooled::nothing) {
      pooled_since_.reset();
    } else if (!pooled_since_) {
      pooled_since_ = now_;
    }
    if (is_my_turn() && (now_ >= proposal_due() || ledger_.has_news())) propose();
    vote();
  }
  for (const StateSync::Ask& ask : state_sync_.due(now_)) send(ask.whom, ask.request);
  if (!state_sync_.wants_offer(now_)) return;
  if (const auto ask = fetch_.due(now_, tree_.root().height())) send(ask->whom, ask->request);
}

bool Replica::is_my_turn() const {
  if (abstention_ || leader(view()) != me_.self || safety_.proposed() >= view() || tree_.find(safety_.high_qc.block) == nullptr)
    return false;
  if (safety_.high_qc.view + 1 == view()) return true;
  if (!safety_.tc || safety_.tc->view + 1 != view()) return false;
  return std::ranges::all_of(safety_.tc->high_views.items, [&](View high) { return high <= safety_.high_qc.view; });
}

Tick Replica::proposal_due() const {
  const HeldBlock* parent = tree_.find(safety_.high_qc.block);
  const bool is_urgent = parent != nullptr && (news_ > parent->block.header.justify.view || tree_.has_uncommitted_body(*parent));
  if (is_urgent || ledger_.pooled() == Pooled::full) return pacemaker_.entered();
  if (pooled_since_) return *pooled_since_ + me_.timing.flush;
  return pacemaker_.entered() + me_.timing.idle;
}

void Replica::propose() {
  const HeldBlock* parent = tree_.find(safety_.high_qc.block);
  CHECK(parent != nullptr);
  SupBlock block;
  SupHeader& header = block.header;
  header.height = parent->height() + 1;
  header.view = view();
  header.justify = safety_.high_qc;
  if (header.justify.view + 1 != header.view) header.tc = safety_.tc;
  header.time = std::max(wall_, parent->block.header.time);
  const BlockPlace place{parent->hash, header.height, header.time};
  block.body.value = ledger_.assemble(parent->state, place);
  header.body = body_hash(block.body.value);
  const auto state = ledger_.execute(parent->state, place, block.body.value);
  CHECK(state.has_value());
  header.roots = (*state)->roots;

  const BlockHash hash = block_hash(header);
  const SignaturePart signature = me_.key.sign(proposal_statement(me_.net, header.view, hash));
  change_safety().last_proposal = Proposed{header.view, hash, signature};
  tree_.add(block, hash, *state);
  output_.held.push_back(block);
  proposed_.push_back({hash, false});
  send(std::nullopt, Proposal{std::move(block), signature});
}

void Replica::vote() {
  if (abstention_) return;
  for (Candidate& candidate : proposed_) {
    const HeldBlock* block = candidate.has_vote ? nullptr : tree_.find(candidate.hash);
    if (block == nullptr || block->block.header.time > wall_ + me_.timing.ahead) continue;
    const VoteQuestion question{view(), block->view(), block->block.header.justify.view, BlockTree::extends(*block, safety_.lock.block)};
    if (!me_.rules.may_vote(safety_, question)) continue;
    CHECK(block->parent != nullptr);
    const BlockPlace place{block->parent->hash, block->height(), block->block.header.time};
    if (!ledger_.may_vote(block->parent->state, place, block->block.body.value)) continue;
    const Vote vote{block->view(), block->hash, me_.self, me_.key.sign(vote_statement(me_.net, block->view(), block->hash))};
    candidate.has_vote = true;
    change_safety().last_vote = vote;
    const Place next = leader(vote.view + 1);
    if (next != me_.self) send(next, vote);
    receive(vote);
    return;  // the view may have changed, and proposed_ with it
  }
}

void Replica::time_out() {
  if (abstention_) return;
  if (safety_.timed_out() < view()) {
    const View high = safety_.high_qc.view;
    Timeout timeout{view(), me_.self, high, me_.key.sign(timeout_statement(me_.net, view(), high)), safety_.high_qc, {}, {}};
    if (safety_.tc && safety_.tc->view + 1 == view()) timeout.tc = safety_.tc;
    if (safety_.voted() == view()) timeout.vote = safety_.last_vote;
    change_safety().last_timeout = timeout;
  }
  if (safety_.timed_out() != view()) return;
  send(std::nullopt, *safety_.last_timeout);
  receive(Timeout(*safety_.last_timeout));
}

}  // namespace caduceus::sup
