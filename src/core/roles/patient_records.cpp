#include "core/roles/patient_records.h"

namespace caduceus::roles::patient {
namespace {

using Batch = std::pair<Identity, std::uint32_t>;

// The factors of a whole batch, which she has been told of.
Checked<std::vector<Secret<Scalar>>> batch_factors(const WriteSet& step, const Initiator& visit, const Batch& batch) {
  const auto size = step.get(batch_sizes, batch);
  if (!size) return reject(Reject::record_unknown);
  return encryption_factors(visit.factors(), batch.second, *size);
}

Checked<void> check_bytes(const RecordNotice& notice) {
  if (!notice.emr) return {};
  const Bytes& emr = notice.emr->value;
  if (emr.size() != notice.size || record_hash(notice.salt, emr) != notice.terms.record) return reject(Reject::record_hash);
  return {};
}

}  // namespace

Checked<bool> take_notice(WriteSet& step, const Identity& from, RecordNotice notice) {
  if (notice.terms.hospital != from) return reject(Reject::letter_parties);
  TRY_VOID(visit_at(step, from));
  if (notice.batch_size > most_records_in_batch || notice.place.index > notice.batch_size) return reject(Reject::record_place);
  const Batch batch{from, notice.place.batch};
  if (step.get(batch_sizes, batch).value_or(notice.batch_size) != notice.batch_size) return reject(Reject::record_place);
  TRY_VOID(check_bytes(notice));

  const TransactionHash htxm = hash_of(notice.terms);
  const RecordName name{from, notice.place};
  const auto there = step.get(held_records, name);
  if (there && there->htxm() == htxm) return false;
  if (there || step.get(records_by_hash, htxm)) return reject(Reject::record_place);
  if (notice.emr) step.put(record_bytes, htxm, *std::exchange(notice.emr, std::nullopt));
  step.put(batch_sizes, batch, notice.batch_size);
  step.put(records_by_hash, htxm, name);
  const auto erased = step.get(early_receipts, std::pair(from, htxm));
  if (erased) step.erase(early_receipts, std::pair(from, htxm));
  step.put(held_records, name, HeldRecord{std::move(notice), {}, erased});
  return true;
}

Checked<void> take_erasure(WriteSet& step, const G1& ppub, const VerificationKey& hospital, const ErasureReceipt& receipt) {
  TRY_VOID(verify(ppub, hospital, receipt));
  const auto name = step.get(records_by_hash, receipt.htxm);
  if (!name) {
    TRY_VOID(visit_at(step, hospital.identity));
    step.put(early_receipts, std::pair(hospital.identity, receipt.htxm), receipt);
    return {};
  }
  if (name->hospital != hospital.identity) return reject(Reject::letter_parties);
  TRY(HeldRecord record, record_at(step, *name));
  record.erased = receipt;
  step.put(held_records, *name, record);
  return {};
}

void seen_on_med(WriteSet& step, const RecordName& name, const std::optional<OnMed>& now) {
  auto record = step.get(held_records, name);
  CHECK(record.has_value());
  if (record->on_med == now || (record->on_med && record->on_med->is_final)) return;
  record->on_med = now;
  step.put(held_records, name, *record);
}

std::vector<HeldRecord> records_of(const WriteSet& step) {
  std::vector<HeldRecord> all;
  step.for_each_under(held_records, {}, [&](const RecordName& /*name*/, HeldRecord record) {
    all.push_back(std::move(record));
    return true;
  });
  return all;
}

Checked<HeldRecord> record_at(const WriteSet& step, const RecordName& name) {
  auto record = step.get(held_records, name);
  if (!record) return reject(Reject::record_unknown);
  return *std::move(record);
}

Checked<std::vector<Secret<Scalar>>> factors_of(const WriteSet& step, const Identity& hospital, std::span<const RecordPlace> places) {
  TRY(const Initiator visit, visit_at(step, hospital));
  std::vector<Secret<Scalar>> found;
  std::vector<Secret<Scalar>> of_batch;
  std::optional<std::uint32_t> batch;
  for (const RecordPlace& place : places) {
    TRY_VOID(record_at(step, {hospital, place}));
    if (batch != place.batch) {
      TRY(of_batch, batch_factors(step, visit, {hospital, place.batch}));
      batch = place.batch;
    }
    found.push_back(of_batch.at(place.index - 1).copy());
  }
  return found;
}

std::vector<RecordToken> tokens_of(const WriteSet& step) {
  std::map<Identity, std::vector<RecordPlace>> by_hospital;
  for (const HeldRecord& record : records_of(step)) by_hospital[record.notice.terms.hospital].push_back(record.notice.place);
  std::vector<RecordToken> all;
  for (const auto& [hospital, places] : by_hospital) {
    const auto factors = factors_of(step, hospital, places);
    CHECK(factors.has_value());  // of what was taken in
    for (std::size_t i = 0; i < places.size(); ++i) all.push_back({{hospital, places[i]}, emergency_token((*factors)[i])});
  }
  return all;
}

}  // namespace caduceus::roles::patient
