// One replica of four, the test being the others.
#pragma once

#include <gtest/gtest.h>

#include "core/sup/replica.h"
#include "core/sup/verifier.h"
#include "test/sim/counting_ledger.h"
#include "test/sim/stand_in_committee.h"

namespace caduceus::sup {

struct EmptyArchive final : Archive {
  [[nodiscard]] std::optional<SupBlock> at(Height /*height*/) const override { return {}; }
  [[nodiscard]] Height first() const override { return first_kept; }
  Height first_kept{1};
};

// Replica 0 of four, stepped by hand; the test speaks for the others. Leader of view v: v mod 4.
class replica : public testing::Test {
 protected:
  replica() : state_(initial_safety(genesis_certificate(net_, 4))) {
    rules_.leader = [](View view) { return static_cast<Place>(view.value() % 4); };
    start();
  }

  void start() {
    ledger_ = std::make_unique<sim::CountingLedger>();
    Membership me{net_, committee_, key_, 0, rules_, {200, 1000, 5, 2000}, Time(1000)};
    replica_.emplace(std::move(me), *ledger_, archive_, Recovered{state_, committed_, held_, abstention_}, now_, wall());
    out_ = take();
  }
  [[nodiscard]] Time wall() const { return Time(1000 + now_.value()); }
  // What came out; persisted by the test as a host would.
  Output take() {
    Output output = replica_->take_output();
    if (output.safety) state_ = *output.safety;
    if (output.proof) committed_ = output.proof;
    if (output.abstention) abstention_ = output.abstention;
    if (output.is_back) abstention_.reset();
    held_.insert(held_.end(), output.held.begin(), output.held.end());
    return output;
  }
  void hear(Place from, const Message& message) {
    auto verified = Verifier(net_, committee_, rules_, [](ByteView) { return Checked<void>(); }).verify(from, message);
    ASSERT_TRUE(verified) << name(verified.error());
    replica_->step(*verified);
    out_ = take();
  }
  void wait(std::uint64_t milliseconds) {
    now_ = now_ + milliseconds;
    replica_->tick(now_, wall());
    out_ = take();
  }
  template <class T>
  [[nodiscard]] std::vector<T> sent() const {
    std::vector<T> found;
    for (const Send& send : out_.send) {
      if (const auto* one = std::get_if<T>(&send.message)) found.push_back(*one);
    }
    return found;
  }

  // A block of `view` on the given parent, as its leader would make it. `number` makes it different.
  Proposal propose(View view, const SupHeader* parent, const QuorumCertificate& justify, std::uint64_t number = 0) {
    Proposal proposal;
    SupHeader& header = proposal.block.header;
    header.view = view;
    header.height = parent == nullptr ? Height(1) : parent->height + 1;
    header.justify = justify;
    header.time = std::max(parent == nullptr ? Time(1000) : parent->time, wall());
    if (number != 0) proposal.block.body.value = encode(List<std::uint64_t, 4096>{{number}});
    header.body = body_hash(proposal.block.body.value);
    sim::CountingLedger ledger;
    const StateRef below = parent == nullptr ? ledger.genesis() : ledger.load(*parent);
    header.roots = (*ledger.execute(below, {header.parent(), header.height, header.time}, proposal.block.body.value))->roots;
    sign(proposal);
    return proposal;
  }
  void sign(Proposal& proposal) {
    const View view = proposal.block.header.view;
    proposal.signature = sim::StandInKey(rules_.leader(view)).sign(proposal_statement(net_, view, block_hash(proposal.block.header)));
  }
  // By three, of whom `left_out` is none.
  [[nodiscard]] QuorumCertificate certify(const SupHeader& header, Place left_out = 0) const {
    QuorumCertificate qc{header.view, block_hash(header), SignerSet(4), {}};
    std::vector<SignaturePart> parts;
    for (Place place = 0; place < 4; ++place) {
      if (place == left_out) continue;
      qc.signers.insert(place);
      parts.push_back(sim::StandInKey(place).sign(vote_statement(net_, qc.view, qc.block)));
    }
    qc.sum = *committee_.sum(parts);
    return qc;
  }
  [[nodiscard]] Timeout time_out(View view, Place by, const QuorumCertificate& high_qc) const {
    return {view, by, high_qc.view, sim::StandInKey(by).sign(timeout_statement(net_, view, high_qc.view)), high_qc, {}, {}};
  }

  NetworkId net_{9};
  QuorumCertificate genesis_ = genesis_certificate(net_, 4);
  sim::StandInCommittee committee_{4};
  sim::StandInKey key_{0};
  EmptyArchive archive_;
  Rules rules_;
  Tick now_{10};
  SafetyState state_;
  std::optional<CommitProof> committed_;
  std::vector<SupBlock> held_;
  std::optional<Abstention> abstention_;
  std::unique_ptr<sim::CountingLedger> ledger_;
  std::optional<Replica> replica_;
  Output out_;
};

}  // namespace caduceus::sup
