// A simulated patient's accesses, disputes and index: app/patient_accesses.cpp, app/patient_index.cpp.
#include <algorithm>

#include "test/sim/roles_cluster.h"
#include "test/sim/roles_patient.h"

namespace caduceus::sim {

using namespace roles;
namespace pat = roles::patient;

void PatientNode::look_at_accesses() {
  if (!begin()) return;
  const auto visited = pat::visited(step());
  read_logs({visited.begin(), visited.end()}, true, [this] { end(); });
}

// Her chain of each hospital's log, on from where she has it; then SUP.
void PatientNode::read_logs(std::vector<Identity> hospitals, bool is_whole, Next next) {
  if (hospitals.empty()) return scan_sup(is_whole, std::move(next));
  const Identity& first = hospitals.back();
  ask(first, AskAccesses{pat::log_head_of(step(), first).number},
      [this, hospitals = std::move(hospitals), is_whole, next = std::move(next)](const RecordResponse* response) mutable {
        const Identity hospital = hospitals.back();
        hospitals.pop_back();
        const auto* const page = response == nullptr ? nullptr : std::get_if<Accesses>(response);
        if (page == nullptr) {
          // Not visited to its end: it has nothing of hers.
          const bool is_known = pat::visit_at(step(), hospital)->state() == AgreementState::active;
          return read_logs(std::move(hospitals), is_whole && !is_known, std::move(next));
        }
        WriteSet taken = step();
        for (const SignedLogEntry& entry : page->entries.items) {
          const auto good = pat::take_entry(taken, self_, world_.key_of(hospital), entry);
          if (good) continue;
          cluster_.checker().log_refused(hospital);
          return read_logs(std::move(hospitals), is_whole, std::move(next));
        }
        write(taken, [this, hospitals = std::move(hospitals), is_whole, next = std::move(next)] { read_logs(hospitals, is_whole, next); });
      });
}

void PatientNode::scan_sup(bool is_whole, Next next) {
  consult([] {},
          [this, is_whole, next = std::move(next)](bool is_heard) {
            if (!is_heard) return next();
            WriteSet scanned = step();
            pat::scan(scanned, cluster_.ledger().emergencies(pat::scan_from(scanned)), cluster_.ledger().height());
            if (is_whole) ++times_read_;
            write(scanned, next);
          });
}

// Any that she has found; when she was told what happened, she objects.
void PatientNode::dispute() {
  auto all = pat::accesses_of(step());
  std::erase_if(all, [](const pat::Access& one) { return !one.htxu || !one.is_on_sup || one.is_disputed; });
  if (all.empty()) return end();
  WriteSet begun = step();
  const TransactionHash htxu = *all[cluster_.kernel().rng().below(all.size())].htxu;
  const auto held =
      pat::begin_dispute(begun, world_.net(), person_.known.account, htxu, "I was awake: " + to_hex(htxu), now(), cluster_.kernel().rng());
  CHECK(held.has_value());
  write(begun, [this] { go_on_with_disputes([this] { end(); }); });
}

void PatientNode::go_on_with_disputes(Next next) {
  for (const pat::HeldDispute& one : pat::disputes_of(step())) {
    if (!one.is_answered) return go_on_with_dispute(one, std::move(next));
  }
  next();
}

// One step of its way: on SUP, told to the hospital, answered there and by letter.
void PatientNode::go_on_with_dispute(const pat::HeldDispute& dispute, Next next) {
  const TransactionHash htxu = dispute.transaction.terms.htxu;
  if (!dispute.committed) {
    return consult([this, terms = dispute.transaction.terms] { cluster_.ledger().submit(terms); },
                   [this, dispute, htxu, next = std::move(next)](bool is_heard) {
                     const auto there = cluster_.ledger().dispute(dispute.hash(), cluster_.ledger().height());
                     if (!is_heard || !there) return next();
                     change([&](WriteSet& step) { pat::dispute_committed(step, htxu, there->committed); }, next);
                   });
  }
  if (!dispute.is_told) {
    return ask(dispute.hospital, DisputeWords{dispute.hash(), identity(), world_.card(place_).party(), dispute.words},
               [this, htxu, next = std::move(next)](const RecordResponse* response) {
                 if (response == nullptr || !std::holds_alternative<Done>(*response)) return next();
                 change([&](WriteSet& step) { pat::dispute_told(step, htxu); }, next);
               });
  }
  consult([] {},
          [this, dispute, htxu, next = std::move(next)](bool is_heard) {
            const auto answer = cluster_.ledger().answer(dispute.hash());
            if (!is_heard || !dispute.reply || !answer) return next();
            WriteSet answered = step();
            if (!pat::dispute_answered(answered, htxu, *answer)) return cluster_.checker().fail("an answer by other words than SUP has");
            write(answered, next);
          });
}

// Her keyslot goes to one or two hospitals that know her. What was interrupted begins again, with a new slot.
void PatientNode::enrol_biometrics() {
  const auto vault = pat::vault_of(step());
  std::vector<Identity> holders;
  step().for_each_under(pat::visits, {}, [&](const Identity& hospital, const Initiator& visit) {
    if (visit.state() == AgreementState::active) holders.push_back(hospital);
    return holders.size() < 2;
  });
  if (holders.empty() || (vault && vault->is_held)) return end();
  SeededRng& rng = cluster_.kernel().rng();
  std::vector<Template> scans;
  scans.push_back(world_.scan(place_, rng));
  WriteSet made = step();
  CHECK(pat::enrol_biometrics(made, self_, scans, holders, rng));
  write(made, [this, holders] { store_keyslot(holders, [this] { end(); }); });
}

void PatientNode::store_keyslot(std::vector<Identity> holders, Next next) {
  if (holders.empty()) {
    return change([](WriteSet& step) { pat::slot_is_held(step); }, [this, next = std::move(next)] { publish(next); });
  }
  const Identity holder = holders.back();
  holders.pop_back();
  ask(holder, StoreKeyslot{pat::vault_of(step())->slot}, [this, holders, next = std::move(next)](const RecordResponse* response) {
    if (response == nullptr || !std::holds_alternative<Done>(*response)) return next();
    store_keyslot(holders, next);
  });
}

// What is not in the index goes there; what was handed in and is not final is handed in again.
void PatientNode::publish(Next next) {
  consult([] {},
          [this, next = std::move(next)](bool is_heard) {
            if (!is_heard) return next();
            const std::uint64_t first = cluster_.ledger().next_call(account_.key.identity);
            WriteSet made = step();
            pat::calls_are_final(made, first);
            std::vector<pat::RecordToIndex> records;
            for (pat::HeldRecord& record : pat::records_to_index(made)) records.push_back({std::move(record), {"asthma"}});
            const auto added = pat::add_calls(made, account_, first, records, 8, cluster_.kernel().rng());
            if (!added && added.error() != Reject::keyslot_unknown) {
              return cluster_.checker().fail("an entry is not made: " + std::string(name(added.error())));
            }
            write(made, [this, next] {
              const auto calls = pat::calls_to_submit(step());
              if (calls.empty()) return next();
              consult([this, calls] { std::ranges::for_each(calls, [this](const auto& one) { cluster_.ledger().submit(one); }); },
                      [next](bool /*heard*/) { next(); });
            });
          });
}

}  // namespace caduceus::sim
