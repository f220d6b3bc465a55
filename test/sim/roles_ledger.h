// What roles need of both chains, and no more: SUP's emergency requests, disputes and revocations, each committed some blocks after it was handed in;
// MED's records and calls, which a block has, and perhaps loses again, before it is final. Nobody signs and nobody votes: SUP and MED have
// simulators of their own (sup_cluster.h, med_cluster.h), and the ledger believes what it is handed.
#pragma once

#include <map>
#include <variant>

#include "core/med/emr_index.h"
#include "core/med/signing.h"
#include "core/sup/records.h"
#include "test/sim/kernel.h"

namespace caduceus::sim {

class RolesLedger final : public med::StorageView {
 public:
  static constexpr Time began{1'800'000'000'000};

  explicit RolesLedger(Kernel& kernel) : kernel_(kernel) {}
  // Blocks come from now on.
  void start();
  [[nodiscard]] Time now() const { return began + kernel_.now().value(); }

  // SUP. Who reads it at a height is shown what was committed up to there.
  [[nodiscard]] Height height() const { return Height(times_.size() - 1); }
  [[nodiscard]] Time time_of(Height height) const { return times_.at(height.value()); }
  void submit(const EmergencyTerms& terms) { waiting_.emplace_back(terms); }
  void submit(const DisputeTerms& terms) { waiting_.emplace_back(terms); }
  void submit(const DisputeAnswerTerms& terms) { waiting_.emplace_back(terms); }
  void revoke(const Identity& doctor);
  [[nodiscard]] std::optional<sup::EmergencyRecord> emergency(const TransactionHash& htxu, Height at) const;
  [[nodiscard]] std::vector<std::pair<TransactionHash, sup::EmergencyRecord>> emergencies(Height from) const;
  [[nodiscard]] std::optional<sup::DisputeRecord> dispute(const TransactionHash& dispute, Height at) const;
  [[nodiscard]] std::optional<DisputeAnswerTerms> answer(const TransactionHash& dispute) const;
  [[nodiscard]] std::optional<sup::Committed> revocation(const Identity& doctor, Height at) const;

  // MED.
  enum class Fate { absent, in_block, final };
  struct Place {
    RecordTerms terms;
    Height height;
    Fate fate = Fate::absent;
  };
  void submit(const Bundle& bundle) { bundles_.push_back(bundle); }
  void submit(const med::SignedCall& call) { calls_.push_back(call.call); }
  [[nodiscard]] std::optional<Place> find(const TransactionHash& htxm) const;
  // Of the newest final block: the account's next call, and the index.
  [[nodiscard]] std::uint64_t next_call(const Identity& account) const;
  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override;

 private:
  struct Mblock {
    Height height;
    std::vector<Bundle> bundles;
    std::vector<Call> calls;
  };
  void next_sblock();
  void commit(const EmergencyTerms& terms, const sup::Committed& committed);
  void commit(const DisputeTerms& terms, const sup::Committed& committed);
  void commit(const DisputeAnswerTerms& terms, const sup::Committed& committed);
  void next_mblock();
  void place(const Mblock& block, Fate fate);
  void execute(const Call& call);

  Kernel& kernel_;
  std::vector<Time> times_{began};  // of Sblocks, by height
  std::vector<std::variant<EmergencyTerms, DisputeTerms, DisputeAnswerTerms>> waiting_;
  std::map<TransactionHash, sup::EmergencyRecord> emergencies_;
  std::map<TransactionHash, sup::DisputeRecord> disputes_;
  std::map<TransactionHash, DisputeAnswerTerms> answers_;  // by the dispute
  std::map<Identity, sup::Committed> revocations_;

  std::vector<Bundle> bundles_;  // that wait
  std::vector<Call> calls_;
  std::vector<Mblock> open_;  // not final, oldest first
  Height mblocks_;
  std::map<TransactionHash, Place> records_;
  std::map<Identity, std::uint64_t> next_calls_;
  std::map<Bytes, Bytes> storage_;
};

}  // namespace caduceus::sim
