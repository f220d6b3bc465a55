#include "test/sim/roles_hospital.h"

#include <algorithm>

#include "core/roles/hospital_counts.h"
#include "core/roles/hospital_disputes.h"
#include "core/roles/hospital_erasure.h"
#include "core/roles/hospital_publishing.h"
#include "test/sim/roles_bodies.h"
#include "test/sim/roles_cluster.h"

namespace caduceus::sim {

using namespace roles;

namespace {

Bytes about(Byte what, const auto& which) { return encode(std::pair(what, which)); }

}  // namespace

HospitalNode::HospitalNode(RolesCluster& cluster, std::size_t number, const SupWorld::Member& self, bool lies)
    : RolesNode(cluster, number), self_(self), lies_(lies), drops_(lies && cluster.kernel().happens(2)) {}

void HospitalNode::started() {
  SlotRules rules;
  rules.net = cluster_.world().net();
  slots_.emplace(rules, std::uint8_t{0}, step().get(hospital_slots, Byte{0}).value_or(SlotMark{}));
  // Of deliveries that a crash came between.
  WriteSet swept = step();
  std::vector<Bytes32> doubtful;
  swept.for_each_under(bodies_in_doubt, {}, [&](const Bytes32& body, Byte /*one*/) {
    doubtful.push_back(body);
    return true;
  });
  for (const Bytes32& body : doubtful) {
    swept.erase(bodies_in_doubt, body);
    swept.erase(sim_bodies, body);
  }
  write(swept);
  every(2'000, [this] { send_letters(); });
  every(5'000, [this] { publish(); });
  every(10'000, [this] {
    answer_disputes();
    for (const TransactionHash& htxm : std::set(orders_)) erase(htxm);
  });
}

void HospitalNode::stopped() {
  turns_.clear();
  uploads_.clear();
  begun_.clear();
  backed_.clear();
  on_the_way_.clear();
  is_making_ = false;
  cluster_.checker().audit(*this, disk().durable());
}

void HospitalNode::serve(const Identity& caller, const RecordRequest& request, const Respond& respond) {
  const Asked asked{caller, std::make_shared<const RecordRequest>(request), respond, {}};
  std::visit([&](const auto& one) { on(asked, one); }, request);
}

void HospitalNode::answer(const Asked& asked, RecordResponse response) {
  cluster_.checker().acknowledged(*this, asked.caller, *asked.request, response);
  asked.respond(std::move(response));
  if (!asked.turn.empty()) end_turn(asked.turn);
}

void HospitalNode::in_turn(Asked asked, Bytes about, std::function<void(Asked)> task) {
  asked.turn = about;
  const auto [place, is_first] = turns_.try_emplace(about);
  if (is_first) return task(std::move(asked));
  place->second.emplace_back([asked = std::move(asked), task = std::move(task)] { task(asked); });
}

void HospitalNode::end_turn(const Bytes& about) {
  const auto turn = turns_.find(about);
  CHECK(turn != turns_.end());
  if (turn->second.empty()) {
    turns_.erase(turn);
    return;
  }
  const auto next = std::move(turn->second.front());
  turn->second.pop_front();
  after(0, next);
}

void HospitalNode::work(std::function<void()> then) { after(cluster_.kernel().between(1, 15), std::move(then)); }

void HospitalNode::sees(Height sblock) {
  sup_ = std::max(sup_, sblock);
  std::vector<std::pair<TransactionHash, Asked>> waiting;
  std::swap(waiting, backed_);
  for (auto& [htxu, asked] : waiting) {
    if (const auto there = cluster_.ledger().emergency(htxu, sup_)) {
      answer(asked, there->committed);
    } else {
      backed_.emplace_back(htxu, std::move(asked));
    }
  }
}

bool HospitalNode::is_own_doctor(const Identity& caller) const {
  const SupWorld::Member* doctor = cluster_.world().member(caller);
  return doctor != nullptr && doctor->hospital == identity() && !is_revoked(caller);
}
bool HospitalNode::is_revoked(const Identity& doctor) const { return cluster_.ledger().revocation(doctor, sup_).has_value(); }
Time HospitalNode::sup_time() const { return cluster_.ledger().time_of(sup_); }

// Mail. A liar doubles letters, holds them back until others have overtaken them, or drops them and says that it did not.

void HospitalNode::on(const Asked& asked, const Deposit& deposit) {
  const auto keep = [this, asked, envelope = deposit.envelope](int times) {
    WriteSet kept = step();
    for (int i = 0; i < times; ++i) {
      if (const auto number = Mailbox(limits_, kept).deposit(envelope, asked.caller, now()); !number) return refuse(asked, number.error());
    }
    write(kept, [this, asked] { answer(asked, Done{}); });
  };
  if (!lies_ || cluster_.is_healed() || cluster_.kernel().happens(2)) return keep(1);
  if (drops_ && cluster_.kernel().happens(3)) return answer(asked, Done{});
  if (cluster_.kernel().happens(2)) return keep(2);
  after(cluster_.kernel().between(100, 20'000), [keep] { keep(1); });
}

void HospitalNode::on(const Asked& asked, const Collect& collect) {
  WriteSet read = step();
  answer(asked, MailList{{Mailbox(limits_, read).collect(asked.caller, collect.after, 1U << 20U)}, true});
}

void HospitalNode::on(const Asked& asked, const Discard& discard) {
  WriteSet done = step();
  Mailbox(limits_, done).discard(asked.caller, discard.up_to);
  write(done, [this, asked] { answer(asked, Done{}); });
}

// Visits.

void HospitalNode::on(const Asked& asked, const Meet& meet) {
  const VerificationKey& patient = meet.card.patient;
  if (asked.caller != patient.identity || meet.hello.initiator != patient.identity) return refuse(asked, Reject::caller_other);
  const auto is_first = is_first_meeting(step(), meet);
  if (!is_first) return refuse(asked, is_first.error());
  const G1& ppub = cluster_.world().ppub();
  if (const auto good = verify(ppub, meet.card); !good) return refuse(asked, good.error());
  std::optional<Responder> fresh;
  if (*is_first) {
    if (!cluster_.world().is_registered(patient)) return refuse(asked, Reject::patient_unknown);
    auto made = Responder::answer(ppub, self_.keys, patient, meet.hello, cluster_.kernel().rng());
    if (!made) return refuse(asked, made.error());
    fresh = *std::move(made);
  }
  WriteSet met = step();
  const Reply reply = roles::meet(met, meet, std::move(fresh));
  write(met, [this, asked, reply] { answer(asked, reply); });
}

void HospitalNode::on(const Asked& asked, const ConfirmMeeting& confirm) {
  auto visit = visit_of(step(), asked.caller);
  if (!visit) return refuse(asked, visit.error());
  const auto ack = visit->agreement.receive(cluster_.world().ppub(), confirm.confirm);
  if (!ack) return refuse(asked, ack.error());
  WriteSet confirmed = step();
  confirmed.put(visits, asked.caller, *visit);
  write(confirmed, [this, asked, ack = *ack] { answer(asked, ack); });
}

void HospitalNode::on(const Asked& asked, const RevokeGrant& revocation) {
  if (revocation.patient != asked.caller || revocation.hospital != identity()) return refuse(asked, Reject::caller_other);
  in_turn(asked, about(2, std::pair(revocation.patient, revocation.policy)), [this, revocation](const Asked& mine) {
    const auto visit = active_visit_of(step(), mine.caller);
    if (!visit) return refuse(mine, visit.error());
    if (const auto good = verify(cluster_.world().ppub(), visit->card.patient, revocation); !good) return refuse(mine, good.error());
    WriteSet revoked = step();
    if (!has(RolesPlant::forget_revocation)) revoke_grant(revoked, revocation);
    write(revoked, [this, mine] { answer(mine, Done{}); });
  });
}

void HospitalNode::on(const Asked& asked, const StoreKeyslot& store) {
  const auto visit = active_visit_of(step(), asked.caller);
  if (!visit) return refuse(asked, visit.error());
  if (const auto good = verify(cluster_.world().ppub(), visit->card.patient, store.keyslot); !good) return refuse(asked, good.error());
  WriteSet stored = step();
  const bool is_kept = !has(RolesPlant::keep_first_keyslot) || !stored.get(keyslots, asked.caller);
  if (is_kept) stored.put(keyslots, asked.caller, store.keyslot);
  cluster_.checker().stores(*this, asked.caller, keyslot_hash(store.keyslot));
  write(stored, [this, asked] { answer(asked, Done{}); });
}

// Records from doctors.

void HospitalNode::on(const Asked& asked, const Upload& upload) {
  if (!is_own_doctor(asked.caller)) return refuse(asked, Reject::caller_other);
  const Bytes& emr = upload.bytes.value;
  if (upload.offset != 0 || emr.size() != upload.size) return refuse(asked, Reject::upload_place);  // in the simulator they are short
  const UploadedRecord whole{cluster_.kernel().rng().bytes<32>(), record_hash(upload.salt, emr), upload.size};
  WriteSet stored = step();
  expect_bodies(stored, {&whole, 1});
  stored.put(sim_bodies, whole.body, SimBody{upload.salt, {emr}});
  write(stored, [this, asked, id = upload.id, whole] {
    uploads_.try_emplace({asked.caller, id}, whole);
    answer(asked, Uploaded{whole.size});
  });
}

void HospitalNode::on(const Asked& asked, const Deliver& delivery) {
  if (!is_own_doctor(asked.caller)) return refuse(asked, Reject::caller_other);
  in_turn(asked, about(1, delivery.patient), [this, delivery](const Asked& mine) { deliver(mine, delivery); });
}

void HospitalNode::deliver(const Asked& asked, const Deliver& delivery) {
  const auto before = delivered_before(step(), delivery);
  if (!before) return refuse(asked, before.error());
  if (*before) return answer(asked, **before);
  std::vector<UploadedRecord> taken;
  for (const DeliveredRecord& one : delivery.records.items) {
    const auto found = uploads_.find({asked.caller, one.upload});
    if (found == uploads_.end()) return refuse(asked, Reject::upload_unknown);
    taken.push_back(found->second);
  }
  auto good = check_delivery({identity(), SlotRules{}.epoch_length}, asked.caller, delivery, taken, now());
  if (good) good = check_new(step(), identity(), delivery.group.group);
  if (good) good = verify_licence(cluster_.world().ppub(), self_.keys.signing.verification_key(), delivery.licence, now());
  if (!good) return refuse(asked, good.error());
  const auto visit = active_visit_of(step(), delivery.patient);
  if (!visit) return refuse(asked, visit.error());
  Rng& rng = cluster_.kernel().rng();
  if (!cluster_.world().verifier().invalid_groups(identity(), {&delivery.group, 1}, rng).empty()) {
    return refuse(asked, Reject::aggregate_invalid);
  }
  const std::uint32_t batch = next_batch(step(), delivery.patient);
  auto factors = encryption_factors(visit->agreement.factors(), batch, static_cast<std::uint32_t>(taken.size()));
  CHECK(factors.has_value());
  const auto shared = std::make_shared<std::vector<Secret<Scalar>>>(*std::move(factors));
  work([this, asked, delivery, taken, batch, shared] {
    WriteSet kept = step();
    const auto delivered = take_delivery(kept, delivery, taken, batch, std::move(*shared));
    if (!delivered) return refuse(asked, delivered.error());
    for (const DeliveredRecord& one : delivery.records.items) uploads_.erase({asked.caller, one.upload});
    write(kept, [this, asked, delivered = *delivered] { answer(asked, delivered); });
  });
}

// The desk.

void HospitalNode::on(const Asked& asked, const AskAccesses& ask) {
  if (const auto visit = active_visit_of(step(), asked.caller); !visit) return refuse(asked, visit.error());
  WriteSet read = step();
  const AccessLog log(read);
  Accesses accesses;
  for (LogEntry& entry : log.entries_of(asked.caller, ask.after, 64)) {
    accesses.entries.items.push_back(sign_entry(cluster_.world().ppub(), self_.keys.signing, std::move(entry), cluster_.kernel().rng()));
  }
  accesses.is_all = ask.after + accesses.entries.items.size() >= log.head_of(asked.caller).number;
  answer(asked, accesses);
}

void HospitalNode::order_erasure() {
  std::vector<TransactionHash> all;
  step().for_each_under(held_records, {}, [&](const TransactionHash& htxm, const HeldRecord& record) {
    if (!record.is_erased) all.push_back(htxm);
    return true;
  });
  if (all.empty()) return;
  const TransactionHash htxm = all[cluster_.kernel().rng().below(all.size())];
  cluster_.checker().erasing(htxm);
  orders_.insert(htxm);
  erase(htxm);
}

// The receipt says what is so: the bytes go first.
void HospitalNode::erase(const TransactionHash& htxm) {
  const auto body = body_to_erase(step(), htxm);
  CHECK(body.has_value());
  if (!*body) {
    orders_.erase(htxm);
    return;
  }
  WriteSet bytes = step();
  bytes.erase(sim_bodies, **body);
  write(bytes, [this, htxm] {
    const auto still = body_to_erase(step(), htxm);
    if (!still || !*still) return;
    WriteSet erased = step();
    record_erasure(erased, sign_erasure(cluster_.world().ppub(), self_.keys.signing, htxm, now(), "on order", cluster_.kernel().rng()));
    write(erased, [this, htxm] { cluster_.checker().erased(*this, htxm); });
  });
}

std::string HospitalNode::unfinished() const {
  const WriteSet read = step();
  bool is_told = true;
  read.for_each_under(notices, {}, [&](std::uint64_t /*number*/, const Notice& /*notice*/) { return is_told = false; });
  const auto open = disputes_of(read);
  if (!is_running()) return "down";
  if (!orders_.empty()) return "orders to erase";
  if (!is_told) return "notices";
  bool is_collected = true;
  read.for_each_under(mail_accounts, {},
                      [&](const Identity& /*owner*/, const MailAccount& account) { return is_collected = account.count == 0; });
  if (!is_collected) return "mail";
  if (counts_of(read).unpublished != 0) return "records that are not final";
  return std::ranges::all_of(open, &OpenDispute::is_answered) ? "" : "disputes";
}

}  // namespace caduceus::sim
