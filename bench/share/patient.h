// A patient of `bench share`: what her wallet does before anybody is measured, by the functions of her role, with her tables in memory.
#pragma once

#include "bench/share/folders.h"
#include "core/roles/patient_index.h"
#include "core/roles/patient_letters.h"

namespace caduceus::bench {

class Patient {
 public:
  // Her mail is kept by `relay`.
  Patient(const Folders& folders, const Consortium& consortium, SupWorld::Person person, const Identity& relay);
  Patient(const Patient&) = delete;
  Patient& operator=(const Patient&) = delete;

  [[nodiscard]] const Identity& identity() const { return person_.identity(); }
  [[nodiscard]] const SupWorld::Patient& known() const { return person_.known; }

  // The first visit.
  [[nodiscard]] Result<void> visit(const SupWorld::Member& hospital);
  // Waits for this hospital's notices of so many records.
  [[nodiscard]] Result<void> receive_records(const SupWorld::Member& hospital, std::size_t count);
  // Locks her index by a scan of hers, which these hospitals hold from then on; MED is asked for the slot, and for an entry a record.
  [[nodiscard]] Result<void> publish(std::vector<Identity> holders);

  // Once she has her records: hEMR of the i-th, from 0; her grant of it.
  [[nodiscard]] std::size_t records() const { return records_.size(); }
  [[nodiscard]] const RecordTerms& record(std::size_t i) const { return records_.at(i).notice.terms; }
  [[nodiscard]] RecordPlace place(std::size_t i) const { return records_.at(i).notice.place; }
  [[nodiscard]] Grant grant(const Identity& doctor, std::size_t i, Rng& rng) const;
  // A new scan, of which 15 % of the bits are wrong.
  [[nodiscard]] Template scan(Rng& rng) const;

 private:
  [[nodiscard]] roles::WriteSet step() const { return roles::WriteSet(tables_); }
  [[nodiscard]] Result<bool> read_mail(const SupWorld::Member& hospital, std::uint64_t& after);

  const Consortium& consortium_;
  SupWorld::Person person_;
  SystemRandom random_;
  RecordsClient hospitals_;
  NodeClient med_;
  roles::MemoryTables tables_;
  roles::patient::PatientSelf self_;
  roles::Card card_;
  Template scan_;
  std::optional<Initiator> visit_;  // with the hospital that keeps her records
  std::vector<roles::patient::HeldRecord> records_;
  std::vector<Secret<Scalar>> factors_;  // theirs
};

}  // namespace caduceus::bench
