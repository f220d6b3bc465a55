#include "core/roles/patient_grants.h"

namespace caduceus::roles::patient {
namespace {

Checked<HeldQuestion> open_question(const WriteSet& step, const QuestionId& id) {
  auto question = step.get(questions, id);
  if (!question || question->state != QuestionState::open) return reject(Reject::request_unknown);
  return *std::move(question);
}

void close(WriteSet& step, HeldQuestion question, QuestionState state) {
  question.state = state;
  step.put(questions, question.question.id, question);
}

Party correspondent(const WriteSet& step, const Identity& who) {
  auto party = step.get(correspondents, who);
  CHECK(party.has_value());  // who has asked, or agreed, has written
  return *std::move(party);
}

// The records' titles, in the order of their places.
Checked<std::vector<Text<0, 256>>> titles_of(const WriteSet& step, const Policy& policy) {
  std::vector<Text<0, 256>> titles;
  for (const RecordPlace& place : policy.records.items) {
    TRY(const HeldRecord record, record_at(step, {policy.hospital, place}));
    if (record.erased) return reject(Reject::record_erased);
    titles.push_back(record.notice.title);
  }
  return titles;
}

// In force a little before now: the hospital's clock may be behind hers.
Policy policy_of(const PatientSelf& self, const Consent& given, Time now, Rng& rng) {
  const Time not_before(now.value() - std::min(now.value(), request_window));
  Policy policy{rng.bytes<16>(), self.identity(), given.doctor,    given.hospital, {given.records},
                not_before,      given.expires,   {given.purpose}, given.uses};
  auto& places = policy.records.items;
  std::ranges::sort(places);
  places.erase(std::ranges::unique(places).begin(), places.end());
  return policy;
}

}  // namespace

Checked<HeldGrant> consent(WriteSet& step, const PatientSelf& self, const Consent& given, Time now, Rng& rng) {
  std::optional<HeldQuestion> answered;
  if (given.question != QuestionId{}) {
    TRY(answered, open_question(step, given.question));
    if (answered->doctor != given.doctor || answered->question.hospital != given.hospital) return reject(Reject::request_unknown);
  }
  const auto agreement = step.get(doctors, given.doctor);
  if (!agreement || !agreement->is_active()) return reject(Reject::agreement_unknown);
  const Policy policy = policy_of(self, given, now, rng);
  if (policy.records.items.empty() || policy.records.items.size() > most_records_at_once) return reject(Reject::policy_records);
  if (policy.purpose.value.empty() || policy.purpose.value.size() > 64) return reject(Reject::too_long);
  TRY(auto titles, titles_of(step, policy));
  TRY(const Initiator visit, visit_at(step, given.hospital));
  TRY(const auto factors, factors_of(step, given.hospital, policy.records.items));
  std::vector<const Secret<Scalar>*> pointers;
  for (const auto& factor : factors) pointers.push_back(&factor);
  TRY(Grant grant, make_grant(policy, visit, pointers));

  const GrantContent content{given.question, std::move(grant), {std::move(titles)}};
  const Party doctor = correspondent(step, given.doctor);
  send_letter(step, self, doctor, seal_grant(self.identity(), given.doctor, agreement->keys(), content, rng), now, rng);
  HeldGrant held{policy, given.question, now, {}, {}};
  step.put(grants, policy.id, held);
  if (answered) close(step, *std::move(answered), QuestionState::granted);
  return held;
}

Checked<void> deny(WriteSet& step, const PatientSelf& self, const QuestionId& id, const std::string& words, Time now, Rng& rng) {
  TRY(HeldQuestion question, open_question(step, id));
  send_letter(step, self, correspondent(step, question.doctor), GrantDenied{id, {words}}, now, rng);
  close(step, std::move(question), QuestionState::denied);
  return {};
}

Checked<RevokeGrant> begin_revocation(WriteSet& step, const PatientSelf& self, const PolicyId& id, Time now, Rng& rng) {
  auto grant = step.get(grants, id);
  if (!grant) return reject(Reject::grant_unknown);
  if (!grant->revocation) {
    const Policy& policy = grant->policy;
    grant->revocation = sign_revocation(self.ppub, self.keys.signing, policy.hospital, policy_hash(policy), now, rng);
    step.put(grants, id, *grant);
  }
  return *grant->revocation;
}

void revocation_done(WriteSet& step, const PolicyId& id, Time now) {
  auto grant = step.get(grants, id);
  CHECK(grant && grant->revocation);
  if (!grant->revoked) grant->revoked = now;
  step.put(grants, id, *grant);
}

std::vector<HeldGrant> grants_of(const WriteSet& step) {
  std::vector<HeldGrant> all;
  step.for_each_under(grants, {}, [&](const PolicyId& /*id*/, HeldGrant grant) {
    all.push_back(std::move(grant));
    return true;
  });
  return all;
}

}  // namespace caduceus::roles::patient
