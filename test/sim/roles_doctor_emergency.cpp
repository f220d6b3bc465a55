// What a simulated doctor does for a patient who cannot consent, as app/doctor_emergency.cpp does it.
#include <algorithm>

#include "core/roles/index.h"
#include "test/sim/roles_cluster.h"
#include "test/sim/roles_doctor.h"

namespace caduceus::sim {

using namespace roles;

namespace {

constexpr int most_tries = 6;
constexpr std::uint64_t between_tries = 1'500;  // ms

bool is_not_committed(const RecordResponse* response) {
  const auto* const refusal = response == nullptr ? nullptr : std::get_if<Refusal>(response);
  return refusal != nullptr && refusal->reason.value == name(Reject::emergency_not_committed);
}

}  // namespace

// Signed by both, and committed on SUP.
void DoctorNode::back(const EmergencyTerms& terms, Backed backed) {
  const auto draft = std::make_shared<BackingDraft>(self_, terms, cluster_.kernel().rng());
  ask(self_.hospital(), draft->request(), [this, draft, backed = std::move(backed)](const RecordResponse* response) {
    const auto* const backing = response == nullptr ? nullptr : std::get_if<Backing>(response);
    if (backing == nullptr) return backed(false);
    const auto completed = std::move(*draft).complete(self_, *backing, cluster_.kernel().rng());
    CHECK(completed.has_value());
    ask(self_.hospital(), *completed,
        [backed](const RecordResponse* committed) { backed(committed != nullptr && std::holds_alternative<sup::Committed>(*committed)); });
  });
}

// Nothing is asked of SUP for a patient who has no index that could be opened.
void DoctorNode::open_index() {
  const std::size_t patient = cluster_.kernel().rng().below(cluster_.setup().patients);
  const Identity& who = world_.card(patient).patient.identity;
  const Identity& account = world_.account_of(who);
  if (!cluster_.ledger().get(med::index_record_key(account.name.value))) return end();
  WriteSet begun = step();
  const auto opened = std::make_shared<const EmergencyCase>(begin_opening(begun, self_, who, account, 1, now(), cluster_.kernel().rng()));
  write(begun, [this, opened, patient] {
    back(opened->terms, [this, opened, patient](bool is_backed) {
      if (!is_backed) return end();
      ask_holder(opened, patient, 0, 0);
    });
  });
}

// One after the other, until one gives the keyslot. A hospital may be some blocks behind the one that had it committed.
void DoctorNode::ask_holder(const Case& opened, std::size_t patient, std::size_t holder, int tries) {
  const auto record = cluster_.ledger().get(med::index_record_key(opened->account.name.value));
  const auto index = record ? decode<med::IndexRecord>(*record) : reject(Reject::too_short);
  if (!index || !index->slot || holder >= index->slot->holders.items.size()) return end();
  const Identity who = index->slot->holders.items[holder];
  auto requester = ask_keyslot(self_, *opened, who, now(), cluster_.kernel().rng());
  CHECK(requester.has_value());
  const auto shared = std::make_shared<EmergencyRequester>(*std::move(requester));
  ask(who, AskRecords{seal_request(shared->request(), world_.party_of(who).sealing, cluster_.kernel().rng())},
      [this, opened, patient, holder, tries, shared, slot = index->slot->slot](const RecordResponse* response) {
        if (is_not_committed(response) && tries < most_tries) {
          return after(between_tries, [=, this] { ask_holder(opened, patient, holder, tries + 1); });
        }
        const auto* const answer = response == nullptr ? nullptr : std::get_if<Answer>(response);
        if (answer == nullptr) return ask_holder(opened, patient, holder + 1, 0);
        const auto keyslot = shared->open_keyslot(self_.keys, *answer);
        if (!keyslot) return cluster_.checker().fail("a keyslot does not open: " + std::string(name(keyslot.error())));
        const VerificationKey& key = world_.card(patient).patient;
        const std::vector<Template> scans = [&] {
          std::vector<Template> one;
          one.push_back(world_.scan(patient, cluster_.kernel().rng()));
          return one;
        }();
        const auto vault =
            open_vault(self_, opened->patient, patient_key_hash(key.identity, key.public_point), slot, keyslot->expose(), scans);
        if (!vault) return ask_holder(opened, patient, holder + 1, 0);  // one of before she enrolled again
        open_entries(*opened, *vault);
      });
}

void DoctorNode::open_entries(const EmergencyCase& begun, const VaultKey& vault) {
  EmergencyCase opened{begun.patient, begun.account, begun.terms, begun.nonce, begun.committed, {}};
  const std::string& account = opened.account.name.value;
  const auto index_bytes = from_hex(account);
  const auto index = decode<Bytes32>(*index_bytes);
  for (std::uint32_t n = 0, gap = 0; gap < 8; ++n) {
    const auto sealed = cluster_.ledger().get(med::index_entry_key(account, entry_id(vault, n)));
    gap = sealed ? 0 : gap + 1;
    if (!sealed) continue;
    auto entry = open_entry(vault, *index, *decode<SealedEntry>(*sealed));
    if (!entry) return cluster_.checker().fail("an entry of the index does not open: " + std::string(name(entry.error())));
    opened.entries.items.push_back(*std::move(entry));
  }
  WriteSet change = step();
  change.put(doctor_cases, opened.htxu(), opened);
  write(change, [this] { end(); });
}

// Some records that a case names, of one hospital.
void DoctorNode::read_records() {
  std::vector<EmergencyCase> cases;
  step().for_each_under(doctor_cases, {}, [&](const TransactionHash& /*htxu*/, EmergencyCase one) {
    if (!one.entries.items.empty()) cases.push_back(std::move(one));
    return true;
  });
  if (cases.empty()) return open_index();
  SeededRng& rng = cluster_.kernel().rng();
  const EmergencyCase& chosen = cases[rng.below(cases.size())];
  const Identity& hospital = chosen.entries.items[rng.below(chosen.entries.items.size())].hospital;
  std::vector<RecordPlace> places;
  for (const IndexEntry& entry : chosen.entries.items) {
    if (entry.hospital == hospital && (places.empty() || rng.below(2) == 0)) places.push_back(entry.place);
  }
  WriteSet begun = step();
  const auto reading = begin_reading(begun, self_, chosen.htxu(), hospital, std::move(places), now(), rng);
  CHECK(reading.has_value());
  write(begun, [this, reading = *reading] {
    back(reading.terms, [this, reading](bool is_backed) {
      if (!is_backed) return end();
      readings_.push_back(reading);
      ask_reading(reading, 0);
    });
  });
}

void DoctorNode::ask_reading(const EmergencyReading& reading, int tries) {
  WriteSet asking = step();
  const Identity& hospital = reading.scope.hospital;
  const auto sealed = roles::ask_reading(asking, self_, reading.htxu(), world_.party_of(hospital).sealing, now(), cluster_.kernel().rng());
  CHECK(sealed.has_value());
  write(asking, [this, reading, tries, hospital, sealed = *sealed] {
    ask(hospital, AskRecords{sealed}, [this, reading, tries](const RecordResponse* response) {
      if ((response == nullptr || is_not_committed(response)) && tries < most_tries) {
        return after(between_tries, [=, this] { ask_reading(reading, tries + 1); });
      }
      WriteSet over = step();
      finish_reading(over, reading.htxu());
      if (const auto* answer = response == nullptr ? nullptr : std::get_if<Answer>(response)) {
        const auto keys = reading_keys(step(), self_, reading.htxu(), answer->t_a);
        CHECK(keys.has_value());
        opened(reading.scope.hospital, *keys, *answer);
      } else if (const auto* refusal = response == nullptr ? nullptr : std::get_if<Refusal>(response)) {
        cluster_.checker().reading_refused(reading, refusal->reason.value, cheats_);
      }
      write(over, [this] { end(); });
    });
  });
}

}  // namespace caduceus::sim
