// What the rows of `bench share` are measured on: four hospitals as processes, their doctors, and patients whose records, written by a doctor
// of the second hospital, are anchored and in their indexes. Nobody mines any more.
#pragma once

#include "bench/share/hospitals.h"
#include "bench/share/patient.h"
#include "test/temporary_folder.h"

namespace caduceus::bench {

class Devnet {
 public:
  static constexpr std::size_t keeper = 1;  // of the records
  static constexpr std::size_t records_each = 3;
  static constexpr std::size_t record_bytes = 4096;

  // `say` hears of progress. Failure: a hospital that does not start, or refuses.
  [[nodiscard]] static Result<std::unique_ptr<Devnet>> make(std::size_t patients, const std::function<void(const std::string&)>& say);

  [[nodiscard]] const Consortium& consortium() const { return consortium_; }
  [[nodiscard]] Hospitals& hospitals() { return hospitals_; }
  [[nodiscard]] const Folders& folders() const { return folders_; }
  [[nodiscard]] const SupWorld::Member& hospital() const { return consortium_.world.hospital(keeper); }
  [[nodiscard]] const std::vector<std::unique_ptr<Patient>>& patients() const { return patients_; }
  // A doctor of the first hospital.
  [[nodiscard]] DoctorSession& doctor() { return *doctor_; }
  // For what doctors put into files.
  [[nodiscard]] std::filesystem::path out() const { return folder_->path() / "out"; }

 private:
  Devnet(std::unique_ptr<TemporaryFolder> folder, std::unique_ptr<Consortium> consortium, Folders folders);
  [[nodiscard]] Result<void> open_accounts(std::size_t patients);
  [[nodiscard]] Result<void> write_records(const SupWorld::Member& doctor);
  // Until what was given to the keeper of the records is final on MED.
  [[nodiscard]] Result<void> wait_for_anchor();

  std::unique_ptr<TemporaryFolder> folder_;
  std::unique_ptr<Consortium> owned_;
  Consortium& consortium_ = *owned_;
  Folders folders_;
  Hospitals hospitals_;
  std::vector<std::unique_ptr<Patient>> patients_;
  std::unique_ptr<DoctorSession> doctor_;
};

}  // namespace caduceus::bench
