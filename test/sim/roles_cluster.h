// Patients, doctors and hospitals in one process: the product's roles, with real cryptography, on simulated time, network and disks, over a ledger in
// place of both chains (roles_ledger.h). They do what people do at random, until all is healed; then what was begun has to come to its end.
#pragma once

#include <memory>

#include "test/sim/network.h"
#include "test/sim/roles_checker.h"
#include "test/sim/roles_doctor.h"
#include "test/sim/roles_hospital.h"
#include "test/sim/roles_patient.h"

namespace caduceus::sim {

enum class RolesEnd { ok = 0, no_progress = 2, broken = 3 };

struct RolesReport {
  RolesEnd end = RolesEnd::ok;
  std::string why;
  std::uint64_t records = 0;  // that hospitals keep
  std::uint64_t grants = 0;
  std::uint64_t accesses = 0;  // answered, repeats apart
  std::uint64_t opened = 0;  // records, by doctors
  std::uint64_t emergencies = 0;  // on SUP
  std::uint64_t cheats = 0;
  std::uint64_t crashes = 0;
  std::uint64_t letters = 0;  // that were read
  std::map<std::string, std::uint64_t> refused_letters;  // by reason
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::uint64_t milliseconds = 0;
  std::uint64_t trace = 0;  // a checksum of who was sent something when, in order
};

RolesReport simulate(const RolesSetup& setup);

class RolesCluster {
 public:
  explicit RolesCluster(const RolesSetup& setup);
  RolesReport run();

  [[nodiscard]] const RolesSetup& setup() const { return setup_; }
  [[nodiscard]] Kernel& kernel() { return kernel_; }
  [[nodiscard]] RolesWorld& world() { return world_; }
  [[nodiscard]] RolesLedger& ledger() { return ledger_; }
  [[nodiscard]] const RolesLedger& ledger() const { return ledger_; }
  [[nodiscard]] RolesChecker& checker() { return checker_; }
  [[nodiscard]] bool is_healed() const { return is_healed_; }
  [[nodiscard]] const HospitalNode& hospital(std::size_t i) const { return *hospitals_.at(i); }
  [[nodiscard]] const HospitalNode& hospital_of(const Identity& identity) const { return hospital(number_of(identity)); }
  [[nodiscard]] const DoctorNode& doctor(std::size_t i) const { return *doctors_.at(i); }
  [[nodiscard]] std::size_t number_of(const Identity& hospital) const;
  [[nodiscard]] std::size_t ledger_node() const { return setup_.hospitals + setup_.doctors + setup_.patients; }
  // One who was there, if anybody was.
  [[nodiscard]] std::size_t some_patient_of(const Identity& hospital);
  // Whose relay drops letters, or who writes through one that does.
  [[nodiscard]] bool loses_mail_of(const Identity& person) const;

  void send(std::size_t from, std::size_t to, const std::function<void()>& deliver);
  void serve(std::size_t hospital, const Identity& caller, const roles::RecordRequest& request, const RolesNode::Respond& respond);

  // For the report.
  void opened(std::size_t records) { report_.opened += records; }
  void cheated() { ++report_.cheats; }
  void read_a_letter(const std::optional<Reject>& refused);

 private:
  void every(std::uint64_t about, const std::function<void()>& what);
  [[nodiscard]] RolesNode& any_node();
  [[nodiscard]] std::vector<PersonNode*> people() const;
  void something_happens();
  void disturb();
  void spread_sblocks();
  void heal();
  [[nodiscard]] std::string unfinished() const;
  // Steps until `is_over`; false when it took too long, or a rule was broken.
  bool run_until(const std::function<bool()>& is_over);
  void look_at_everything();

  RolesSetup setup_;
  Kernel kernel_;
  Network network_;
  RolesWorld& world_;
  RolesLedger ledger_;
  RolesChecker checker_;
  std::vector<std::unique_ptr<HospitalNode>> hospitals_;
  std::vector<std::unique_ptr<DoctorNode>> doctors_;
  std::vector<std::unique_ptr<PatientNode>> patients_;
  bool is_healed_ = false;
  std::uint64_t steps_ = 0;
  RolesReport report_;
};

}  // namespace caduceus::sim
