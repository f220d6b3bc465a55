// A simulated patient: the product's roles (core/roles/patient_*.h), and around them what the commands of app/patient_*.cpp do.
#pragma once

#include "core/roles/patient_access_list.h"
#include "core/roles/patient_grants.h"
#include "core/roles/patient_index.h"
#include "test/sim/roles_person.h"
#include "test/sim/roles_world.h"

namespace caduceus::sim {

class PatientNode final : public PersonNode {
 public:
  PatientNode(RolesCluster& cluster, std::size_t number, std::size_t place);

  [[nodiscard]] const Identity& identity() const override { return person_.identity(); }
  [[nodiscard]] std::size_t place() const { return place_; }
  // Who read what, from every hospital and SUP; `is_read` counts how often all of it was read.
  void look_at_accesses();
  [[nodiscard]] std::uint64_t times_read() const { return times_read_; }

 private:
  void wish() override;
  void sync() override;
  [[nodiscard]] std::string what_waits() const override;
  void read(const roles::Envelope& envelope) override;

  // roles_patient.cpp
  void visit(const Identity& hospital, Next next);
  void go_on_with_visits(Next next);
  void answer_questions(Next next);
  void grant_unasked();
  [[nodiscard]] bool consent(const Identity& doctor, const Identity& hospital, const roles::patient::QuestionId& question, Next next);
  void revoke(Next next);
  void send_revocations(Next next);
  void look_at_med(Next next);

  // roles_patient_watch.cpp
  void read_logs(std::vector<Identity> hospitals, bool is_whole, Next next);
  void scan_sup(bool is_whole, Next next);
  void dispute();
  void go_on_with_disputes(Next next);
  void go_on_with_dispute(const roles::patient::HeldDispute& dispute, Next next);
  void enrol_biometrics();
  void store_keyslot(std::vector<Identity> holders, Next next);
  void publish(Next next);

  // Each change of hers, one after the other, on disk.
  void change(const std::function<void(roles::WriteSet&)>& how, Next next);

  RolesWorld& world_;
  const SupWorld::Person& person_;
  std::size_t place_;
  roles::patient::PatientSelf self_;
  roles::patient::MedAccount account_;
  std::uint64_t times_read_ = 0;
};

}  // namespace caduceus::sim
