#include "core/roles/doctor_emergency.h"

#include <algorithm>

namespace caduceus::roles {
namespace {

const IndexEntry* entry_at(const EmergencyCase& opened, const Identity& hospital, const RecordPlace& place) {
  const auto& entries = opened.entries.items;
  const auto found = std::ranges::find_if(entries, [&](const IndexEntry& one) { return one.hospital == hospital && one.place == place; });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

EmergencyCase begin_opening(WriteSet& step, const DoctorSelf& self, const Identity& patient, const Identity& account, std::uint16_t reason,
                            Time now, Rng& rng) {
  EmergencyCase begun;
  begun.patient = patient;
  begun.account = account;
  begun.nonce = rng.bytes<32>();
  // hUR of an opening is of patient and nonce: which holder is asked shows when it is committed.
  const Bytes32 hur = emergency_hash(EmergencyKind::open, {patient, {}, {}, begun.nonce});
  begun.terms = {EmergencyKind::open, self.identity(), self.hospital(), hur, {}, reason, now};
  step.put(doctor_cases, begun.htxu(), begun);
  return begun;
}

Checked<EmergencyReading> begin_reading(WriteSet& step, const DoctorSelf& self, const TransactionHash& of_case, const Identity& hospital,
                                        std::vector<RecordPlace> places, Time now, Rng& rng) {
  const auto opened = step.get(doctor_cases, of_case);
  if (!opened) return reject(Reject::request_unknown);
  std::ranges::sort(places);
  places.erase(std::ranges::unique(places).begin(), places.end());
  if (places.empty() || places.size() > most_records_at_once) return reject(Reject::policy_records);

  EmergencyReading reading;
  reading.of_case = of_case;
  reading.scope = {opened->patient, hospital, {std::move(places)}, rng.bytes<32>()};
  reading.terms = {EmergencyKind::read,
                   self.identity(),
                   self.hospital(),
                   emergency_hash(EmergencyKind::read, reading.scope),
                   {},
                   opened->terms.reason,
                   now};
  for (const RecordPlace& place : reading.scope.records.items) {
    const IndexEntry* entry = entry_at(*opened, hospital, place);
    if (entry == nullptr) return reject(Reject::record_unknown);
    reading.terms.marks.items.push_back(emergency_mark(entry->token, self.identity(), now));
    reading.records.items.push_back(entry->htxm);
  }
  TRY_VOID(reading.terms.check());
  step.put(doctor_readings, reading.htxu(), reading);
  return reading;
}

BackingDraft::BackingDraft(const DoctorSelf& self, const EmergencyTerms& terms, Rng& rng)
    : licence_(self.licence), own_(OwnNonce::draw(rng)), transaction_{terms, {own_.value(), {}}, {}} {}

Checked<CompleteBacking> BackingDraft::complete(const DoctorSelf& self, const Backing& backing, Rng& rng) && {
  transaction_.nonces[1] = backing.nonce;
  TRY(const IndividualSignature part, sign_part(self.net, transaction_, std::move(own_), self.keys.aggregate, rng));
  return CompleteBacking{hash_of(transaction_.terms), EncodedSum::of(part)};
}

Checked<EmergencyRequester> ask_keyslot(const DoctorSelf& self, const EmergencyCase& opened, const Identity& holder, Time now, Rng& rng) {
  const EmergencyScope scope{opened.patient, holder, {}, opened.nonce};
  return EmergencyRequester::begin(self.ppub, self.keys, self.licence, EmergencyKind::open, scope, opened.htxu(), {}, now, rng);
}

SealedTo seal_request(const EmergencyRequest& request, const G1& hospital_key, Rng& rng) {
  return seal_to(request.scope.hospital, hospital_key, request_use, encode(AccessRequest(request)), rng);
}

Checked<VaultKey> open_vault(const DoctorSelf& self, const Identity& patient, const Bytes32& key_hash, const Bytes32& slot_hash,
                             ByteView keyslot, std::span<const Template> scans) {
  TRY(const Keyslot slot, decode<Keyslot>(keyslot));
  if (keyslot_hash(slot) != slot_hash) return reject(Reject::keyslot_other);
  // The L that signed it is hers if her account says so.
  const VerificationKey key{patient, slot.signature.public_point};
  if (patient_key_hash(patient, key.public_point) != key_hash) return reject(Reject::patient_unknown);
  TRY_VOID(verify(self.ppub, key, slot));
  if (scans.size() != slot.helpers.items.size()) return reject(Reject::template_unusable);
  std::vector<SecretKey> extracted;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    TRY(SecretKey value, reproduce(scans[i], slot.helpers.items[i]));
    extracted.push_back(std::move(value));
  }
  return open_keyslot(slot, extracted);
}

Checked<SealedTo> ask_reading(WriteSet& step, const DoctorSelf& self, const TransactionHash& htxu, const G1& hospital_key, Time now,
                              Rng& rng) {
  if (auto asked = step.get(doctor_asked_readings, htxu)) return std::move(asked->sealed);
  const auto reading = step.get(doctor_readings, htxu);
  if (!reading) return reject(Reject::request_unknown);
  const auto opened = step.get(doctor_cases, reading->of_case);
  if (!opened) return reject(Reject::request_unknown);
  std::vector<const SecretKey*> tokens;
  for (const RecordPlace& place : reading->scope.records.items) {
    const IndexEntry* entry = entry_at(*opened, reading->scope.hospital, place);
    if (entry == nullptr) return reject(Reject::record_unknown);
    tokens.push_back(&entry->token);
  }
  TRY(EmergencyRequester requester,
      EmergencyRequester::begin(self.ppub, self.keys, self.licence, EmergencyKind::read, reading->scope, htxu, tokens, now, rng));
  SealedTo sealed = seal_request(requester.request(), hospital_key, rng);
  step.put(doctor_asked_readings, htxu, AskedReading{std::move(requester), sealed});
  return sealed;
}

Checked<std::vector<SecretKey>> reading_keys(const WriteSet& step, const DoctorSelf& self, const TransactionHash& htxu, const G1& t_a) {
  const auto asked = step.get(doctor_asked_readings, htxu);
  if (!asked) return reject(Reject::request_unknown);
  return asked->requester.record_keys(self.keys, t_a);
}

void expire_cases(WriteSet& step, Time now) {
  std::vector<TransactionHash> cases, readings;
  step.for_each_under(doctor_cases, {}, [&](const TransactionHash& htxu, const EmergencyCase& one) {
    if (distance(one.terms.ts3, now) > case_life) cases.push_back(htxu);
    return true;
  });
  step.for_each_under(doctor_readings, {}, [&](const TransactionHash& htxu, const EmergencyReading& one) {
    if (distance(one.terms.ts3, now) > emergency_life) readings.push_back(htxu);
    return true;
  });
  for (const TransactionHash& htxu : cases) step.erase(doctor_cases, htxu);
  for (const TransactionHash& htxu : readings) finish_reading(step, htxu);
}

void finish_reading(WriteSet& step, const TransactionHash& htxu) {
  step.erase(doctor_readings, htxu);
  step.erase(doctor_asked_readings, htxu);
}

}  // namespace caduceus::roles
