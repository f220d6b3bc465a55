// A simulated doctor: the product's roles (core/roles/doctor_*.h), and around them what the commands of app/doctor_*.cpp do. One of them cheats.
#pragma once

#include <memory>
#include <set>

#include "core/roles/doctor_consent.h"
#include "core/roles/doctor_emergency.h"
#include "core/roles/doctor_writing.h"
#include "test/sim/roles_person.h"
#include "test/sim/roles_world.h"

namespace caduceus::sim {

class DoctorNode final : public PersonNode {
 public:
  DoctorNode(RolesCluster& cluster, std::size_t number, std::size_t place, bool cheats);

  [[nodiscard]] const Identity& identity() const override { return member_.identity(); }
  [[nodiscard]] bool cheats() const { return cheats_; }
  // What it may not do: forged, stolen or replayed requests.
  void cheat();

 private:
  using Backed = std::function<void(bool)>;
  using Case = std::shared_ptr<const roles::EmergencyCase>;

  void wish() override;
  void sync() override;
  [[nodiscard]] std::string what_waits() const override;
  void read(const roles::Envelope& envelope) override;
  void stopped() override;

  // roles_doctor.cpp
  void post_all(Next next);
  void write_records();
  void sign_records(std::size_t patient, std::vector<roles::RecordDraft> drafts);
  void deliver_all(Next next);
  void deliver(roles::PendingDelivery pending, std::size_t uploaded, Next next);
  void ask_consent();
  void fetch_wanted(Next next);
  void fetch(const roles::GrantId& id, Next next);
  void fetched(const roles::GrantId& id, const roles::RecordResponse* response);
  void want(const roles::GrantId& id);

  // roles_doctor_emergency.cpp
  void open_index();
  void ask_holder(const Case& opened, std::size_t patient, std::size_t holder, int tries);
  void open_entries(const roles::EmergencyCase& begun, const VaultKey& vault);
  void read_records();
  void ask_reading(const roles::EmergencyReading& reading, int tries);
  void back(const EmergencyTerms& terms, Backed backed);

  // roles_cheats.cpp
  void ask_falsely(const Identity& hospital, const roles::AccessRequest& request);
  void steal();
  void forge();
  void use_twice_at_once();
  void make_an_emergency_up();
  void read_once_more();

  // An answer's records, opened: whether each is what its doctor signed.
  void opened(const Identity& hospital, std::span<const SecretKey> keys, const Answer& answer);

  RolesWorld& world_;
  const SupWorld::Member& member_;
  std::size_t place_;
  bool cheats_;
  roles::DoctorSelf self_;
  // What the person has in mind, which no crash of its machine takes away.
  std::map<roles::GrantId, RecordPlaces> wanted_;  // to be fetched
  std::set<roles::GrantId> settled_;  // fetched, or refused for good
  std::vector<roles::EmergencyReading> readings_;  // that were backed
};

}  // namespace caduceus::sim
