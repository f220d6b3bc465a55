#include "host/node/record_visits.h"

#include "core/crypto/index_key.h"
#include "core/roles/hospital_emergency.h"
#include "core/roles/hospital_sharing.h"

namespace caduceus {
namespace {

enum class About : Byte { patient = 1, policy = 2 };

}  // namespace

Bytes about_patient(const Identity& patient) { return encode(std::pair(static_cast<Byte>(About::patient), patient)); }
Bytes about_policy(const Identity& patient, const Bytes32& policy) {
  return encode(std::pair(std::pair(static_cast<Byte>(About::policy), patient), policy));
}

void RecordVisits::on(Asked asked, roles::Meet meet) {
  const Identity patient = meet.card.patient.identity;
  if (asked.caller != patient || meet.hello.initiator != patient) return room_.refuse(asked, Reject::caller_other);
  room_.in_turn(std::move(asked), about_patient(patient), [this, meet = std::move(meet)](Asked mine) mutable {
    const auto is_first = roles::is_first_meeting(room_.step(), meet);
    if (!is_first) return room_.refuse(mine, is_first.error());
    using Account = std::optional<Identity>;
    room_.work(
        [this, meet, is_first = *is_first](RecordRoom::Worker& /*own*/) -> Checked<Account> {
          TRY_VOID(roles::verify(room_.ppub(), meet.card));
          return is_first ? Account(med_account(room_.net(), meet.card.patient.identity)) : Account();
        },
        [this, mine, meet](const Checked<Account>& account) {
          if (!account) return room_.refuse(mine, account.error());
          met(mine, meet, *account);
        });
  });
}

void RecordVisits::met(const Asked& asked, roles::Meet meet, const std::optional<Identity>& account) {
  const auto keep = [this, asked, meet](std::optional<Responder> fresh) {
    roles::WriteSet step = room_.step();
    const Reply reply = roles::meet(step, meet, std::move(fresh));
    room_.visit_changed(asked.caller);
    room_.write(step, [this, asked, reply] { room_.answer(asked, reply); });
  };
  if (!account) return keep(std::nullopt);
  // R3: whoever has her identity, but is not who the PKG enrolled, comes with another L.
  const auto registered = room_.chains().sup().patient_account(*account);
  const VerificationKey& patient = meet.card.patient;
  if (!registered || registered->key_hash != patient_key_hash(patient.identity, patient.public_point)) {
    return room_.refuse(asked, Reject::patient_unknown);
  }
  room_.work(
      [this, meet](RecordRoom::Worker& own) {
        return Responder::answer(room_.ppub(), room_.keys().keys, meet.card.patient, meet.hello, own.random);
      },
      [this, asked, keep](Checked<Responder> fresh) {
        if (!fresh) return room_.refuse(asked, fresh.error());
        keep(*std::move(fresh));
      });
}

void RecordVisits::on(Asked asked, roles::ConfirmMeeting confirm) {
  const Identity patient = asked.caller;
  room_.in_turn(std::move(asked), about_patient(patient), [this, confirm = std::move(confirm.confirm)](Asked mine) {
    auto visit = roles::visit_of(room_.step(), mine.caller);
    if (!visit) return room_.refuse(mine, visit.error());
    using Confirmed = std::pair<roles::Visit, Checked<Ack>>;
    room_.work(
        [this, confirm, visit = *std::move(visit)](RecordRoom::Worker& /*own*/) mutable {
          Checked<Ack> ack = visit.agreement.receive(room_.ppub(), confirm);
          return Confirmed(std::move(visit), ack);
        },
        [this, mine](Confirmed confirmed) {
          if (!confirmed.second) return room_.refuse(mine, confirmed.second.error());
          roles::WriteSet step = room_.step();
          step.put(roles::visits, mine.caller, confirmed.first);
          room_.visit_changed(mine.caller);
          room_.write(step, [this, mine, ack = *confirmed.second] { room_.answer(mine, ack); });
        });
  });
}

void RecordVisits::on(Asked asked, roles::StoreKeyslot store) {
  const auto visit = room_.visit_of(asked.caller);
  if (!visit) return room_.refuse(asked, visit.error());
  room_.work(
      [this, visit = *visit, store](RecordRoom::Worker& /*own*/) { return verify(room_.ppub(), visit->card.patient, store.keyslot); },
      [this, asked, store](const Checked<void>& verified) {
        if (!verified) return room_.refuse(asked, verified.error());
        roles::WriteSet step = room_.step();
        step.put(roles::keyslots, asked.caller, store.keyslot);
        room_.write(step, [this, asked] { room_.answer(asked, roles::Done{}); });
      });
}

void RecordVisits::on(Asked asked, roles::RevokeGrant revocation) {
  if (revocation.patient != asked.caller || revocation.hospital != room_.self()) return room_.refuse(asked, Reject::caller_other);
  const auto visit = room_.visit_of(asked.caller);
  if (!visit) return room_.refuse(asked, visit.error());
  Bytes about = about_policy(revocation.patient, revocation.policy);
  room_.in_turn(std::move(asked), std::move(about), [this, visit = *visit, revocation](Asked mine) {
    room_.work(
        [this, visit, revocation](RecordRoom::Worker& /*own*/) { return roles::verify(room_.ppub(), visit->card.patient, revocation); },
        [this, mine, revocation](const Checked<void>& verified) {
          if (!verified) return room_.refuse(mine, verified.error());
          roles::WriteSet step = room_.step();
          roles::revoke_grant(step, revocation);
          room_.write(step, [this, mine] { room_.answer(mine, roles::Done{}); });
        });
  });
}

}  // namespace caduceus
