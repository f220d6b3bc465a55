// A simulated hospital: the product's roles (core/roles/hospital_*.h), and around them what host/node/record_*.h does: who may ask, in which turn, and
// that nothing is answered before the step that it rests on is on disk. It has no threads; a worker's answer takes some time.
#pragma once

#include <deque>
#include <set>

#include "core/roles/hospital_deliveries.h"
#include "core/roles/hospital_emergency.h"
#include "core/roles/hospital_notices.h"
#include "core/roles/hospital_sharing.h"
#include "core/roles/hospital_visits.h"
#include "test/sim/roles_node.h"
#include "test/sup_world.h"

namespace caduceus::sim {

// What a liar does with an access.
enum class LogLie { none, leaves_out, tells_an_older_one };

class HospitalNode final : public RolesNode {
 public:
  HospitalNode(RolesCluster& cluster, std::size_t number, const SupWorld::Member& self, bool lies);

  [[nodiscard]] const Identity& identity() const { return self_.identity(); }
  [[nodiscard]] bool lies() const { return lies_; }
  [[nodiscard]] bool drops_letters() const { return drops_; }
  // By whoever is connected as this caller.
  void serve(const Identity& caller, const roles::RecordRequest& request, const Respond& respond);
  // SUP's blocks up to this one are here.
  void sees(Height sblock);
  // An order of its operator's: some record of somebody's is to be erased.
  void order_erasure();
  // What waits to be told to patients or MED, or to be answered: "" when nothing does.
  [[nodiscard]] std::string unfinished() const;

 private:
  struct Asked {
    Identity caller;
    std::shared_ptr<const roles::RecordRequest> request;
    Respond respond;
    Bytes turn;  // that ends with the answer
  };
  struct Consented;
  struct Emergency;
  struct Begun {  // a backing
    roles::BeginBacking request;
    OwnNonce own;
  };

  void started() override;
  void stopped() override;

  void answer(const Asked& asked, roles::RecordResponse response);
  void refuse(const Asked& asked, Reject reason) { answer(asked, Refusal::of(reason)); }
  void in_turn(Asked asked, Bytes about, std::function<void(Asked)> task);
  void end_turn(const Bytes& about);
  // What a worker found is there some milliseconds later.
  void work(std::function<void()> then);
  [[nodiscard]] bool is_own_doctor(const Identity& caller) const;
  [[nodiscard]] bool is_revoked(const Identity& doctor) const;
  [[nodiscard]] Time sup_time() const;

  // roles_hospital.cpp: visits, deliveries, the desk.
  void on(const Asked& asked, const roles::Deposit& deposit);
  void on(const Asked& asked, const roles::Collect& collect);
  void on(const Asked& asked, const roles::Discard& discard);
  void on(const Asked& asked, const roles::Meet& meet);
  void on(const Asked& asked, const roles::ConfirmMeeting& confirm);
  void on(const Asked& asked, const roles::Upload& upload);
  void on(const Asked& asked, const roles::Deliver& delivery);
  void on(const Asked& asked, const roles::RevokeGrant& revocation);
  void on(const Asked& asked, const roles::StoreKeyslot& store);
  void on(const Asked& asked, const roles::AskAccesses& ask);
  void on(const Asked& asked, const auto& /*what nobody asks in the simulator*/) { refuse(asked, Reject::caller_other); }
  void deliver(const Asked& asked, const roles::Deliver& delivery);
  void erase(const TransactionHash& htxm);

  // roles_hospital_answers.cpp: what doctors ask.
  void on(const Asked& asked, const roles::AskRecords& ask);
  void consent(const Asked& asked, GrantRequest request);
  void share(const Asked& asked, Consented& one);
  void emergency(const Asked& asked, EmergencyRequest request);
  void give(const Asked& asked, Emergency& one);
  [[nodiscard]] std::optional<std::vector<RecordBody>> bodies_of(
      std::span<const std::pair<TransactionHash, roles::HeldRecord>> records) const;
  // The log as this hospital has it: an honest one, as record_…() wrote it.
  [[nodiscard]] LogLie draw_lie();
  void lie(roles::WriteSet& step, LogLie how, const Identity& patient);

  // roles_hospital_backing.cpp: what it stands for on SUP.
  void on(const Asked& asked, const roles::BeginBacking& begin);
  void on(const Asked& asked, const roles::CompleteBacking& complete);
  void on(const Asked& asked, const roles::DisputeWords& words);
  void answer_disputes();

  // roles_hospital_outbox.cpp: to patients, and to MED.
  void send_letters();
  void send_letter(std::uint64_t number, const roles::Notice& notice);
  void letter_arrived(std::uint64_t number);
  [[nodiscard]] std::optional<roles::LetterContent> content_of(const roles::Notice& notice);
  void publish();
  void make_bundle();

  const SupWorld::Member& self_;
  bool lies_;
  bool drops_;
  Height sup_;  // newest block that it has
  roles::MailLimits limits_;
  std::map<Bytes, std::deque<std::function<void()>>> turns_;
  std::map<std::pair<Identity, ByteArray<16>>, roles::UploadedRecord> uploads_;
  std::map<TransactionHash, Begun> begun_;
  std::vector<std::pair<TransactionHash, Asked>> backed_;  // handed in, not seen on SUP yet
  std::set<std::uint64_t> on_the_way_;  // notices
  std::optional<SlotLedger> slots_;
  bool is_making_ = false;  // a bundle
  std::set<TransactionHash> orders_;  // to erase a record: the operator's, who gives one again until it is carried out
};

}  // namespace caduceus::sim
