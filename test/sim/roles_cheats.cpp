// What a doctor tries that may not do it: he has others' wallets in his hands, and whatever he was ever given himself.
#include <algorithm>

#include "test/sim/roles_cluster.h"
#include "test/sim/roles_doctor.h"

namespace caduceus::sim {

using namespace roles;

void DoctorNode::cheat() {
  if (!is_running()) return;
  switch (cluster_.kernel().rng().below(5)) {
    case 0: return steal();
    case 1: return forge();
    case 2: return use_twice_at_once();
    case 3: return make_an_emergency_up();
    default: return read_once_more();
  }
}

// Whether it is answered, the checker hears of the hospital, and judges.
void DoctorNode::ask_falsely(const Identity& hospital, const AccessRequest& request) {
  SealedTo sealed = seal_to(hospital, world_.party_of(hospital).sealing, request_use, encode(request), cluster_.kernel().rng());
  cluster_.cheated();
  ask(hospital, AskRecords{std::move(sealed)}, [](const RecordResponse* /*response*/) {});
}

// Another doctor's: his newest request, as it left; or his grant, for a request of one's own.
void DoctorNode::steal() {
  const DoctorNode& victim = cluster_.doctor(cluster_.kernel().rng().below(cluster_.setup().doctors));
  const WriteSet stolen = victim.disk().step();
  for (const ReceivedGrant& one : received_grants(stolen)) {
    Grant grant = one.content.grant;
    const Identity hospital = grant.policy.hospital;
    if (const auto fetch = stolen.get(doctor_fetches, grant.policy.id); fetch && cluster_.kernel().happens(2)) {
      cluster_.cheated();
      ask(hospital, AskRecords{fetch->sealed}, [](const RecordResponse* /*response*/) {});
      continue;
    }
    if (!cluster_.kernel().happens(3)) continue;
    grant.policy.doctor = identity();
    const RecordPlaces places = grant.policy.records;
    const auto made = GrantRequester::begin(self_.ppub, self_.keys.signing, self_.licence, grant, places, now(), cluster_.kernel().rng());
    if (made) ask_falsely(hospital, made->request());
  }
}

// A grant of his own, that would be for longer, for more uses, or for other records.
void DoctorNode::forge() {
  for (const ReceivedGrant& one : received_grants(step())) {
    Grant grant = one.content.grant;
    switch (cluster_.kernel().rng().below(3)) {
      case 0: grant.policy.expires = grant.policy.expires + 3'600'000; break;
      case 1: ++grant.policy.uses; break;
      default: ++grant.policy.records.items.back().index;
    }
    const RecordPlaces places = grant.policy.records;
    const auto made = GrantRequester::begin(self_.ppub, self_.keys.signing, self_.licence, grant, places, now(), cluster_.kernel().rng());
    if (made) ask_falsely(grant.policy.hospital, made->request());
  }
}

// Two requests by one grant at the same moment; and one more by each that is over.
void DoctorNode::use_twice_at_once() {
  for (const ReceivedGrant& one : received_grants(step())) {
    const Grant& grant = one.content.grant;
    for (int times = 0; times < 2; ++times) {
      const auto made =
          GrantRequester::begin(self_.ppub, self_.keys.signing, self_.licence, grant, grant.policy.records, now(), cluster_.kernel().rng());
      if (made) ask_falsely(grant.policy.hospital, made->request());
    }
  }
}

// Of a case that was opened, without SUP.
void DoctorNode::make_an_emergency_up() {
  SeededRng& rng = cluster_.kernel().rng();
  step().for_each_under(doctor_cases, {}, [&](const TransactionHash& /*htxu*/, const EmergencyCase& one) {
    for (const IndexEntry& entry : one.entries.items) {
      const EmergencyScope scope{one.patient, entry.hospital, {{entry.place}}, rng.bytes<32>()};
      const std::array<const SecretKey*, 1> tokens{&entry.token};
      const auto made =
          EmergencyRequester::begin(self_.ppub, self_.keys, self_.licence, EmergencyKind::read, scope, rng.bytes<32>(), tokens, now(), rng);
      if (made) ask_falsely(entry.hospital, made->request());
      return false;
    }
    return true;
  });
}

// By a reading that SUP has, and that was answered perhaps.
void DoctorNode::read_once_more() {
  SeededRng& rng = cluster_.kernel().rng();
  if (readings_.empty()) return;
  const EmergencyReading& reading = readings_[rng.below(readings_.size())];
  const auto opened = step().get(doctor_cases, reading.of_case);
  if (!opened) return;
  std::vector<const SecretKey*> tokens;
  for (const TransactionHash& htxm : reading.records.items) {
    const auto entry = std::ranges::find(opened->entries.items, htxm, &IndexEntry::htxm);
    if (entry == opened->entries.items.end()) return;
    tokens.push_back(&entry->token);
  }
  const auto made = EmergencyRequester::begin(self_.ppub, self_.keys, self_.licence, EmergencyKind::read, reading.scope, reading.htxu(),
                                              tokens, now(), rng);
  if (made) ask_falsely(reading.scope.hospital, made->request());
}

}  // namespace caduceus::sim
