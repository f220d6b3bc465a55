#include "core/roles/doctor_consent.h"

namespace caduceus::roles {
namespace {

// What a letter from this patient does.
struct Reading {
  WriteSet& step;
  const DoctorSelf& self;
  const Card& card;
  Time now;
  Rng& rng;

  [[nodiscard]] const Identity& patient() const { return card.patient.identity; }

  Checked<Initiator> agreement() const {
    auto known = step.get(doctor_agreements, patient());
    if (!known) return reject(Reject::agreement_unknown);
    return *std::move(known);
  }

  Checked<Received> operator()(const caduceus::Reply& reply) const {
    TRY(Initiator agreed, agreement());
    const bool is_new = agreed.state() == AgreementState::waiting;
    TRY(const Confirm confirm, agreed.receive(self.ppub, self.keys, reply, rng));
    step.put(doctor_agreements, patient(), agreed);
    send_letter(step, self, card.party(), confirm, now, rng);
    return is_new ? Received::agreement : Received::repeat;
  }
  Checked<Received> operator()(const Ack& ack) const {
    TRY(Initiator agreed, agreement());
    if (agreed.state() == AgreementState::active) return Received::repeat;
    TRY_VOID(agreed.receive(ack));
    step.put(doctor_agreements, patient(), agreed);
    return Received::agreement;
  }
  Checked<Received> operator()(const SealedGrant& sealed) const {
    TRY(const Initiator agreed, agreement());
    if (agreed.state() == AgreementState::waiting) return reject(Reject::agreement_state);
    TRY(GrantContent content, open_grant(patient(), self.identity(), agreed.keys(), sealed));
    const Policy& policy = content.grant.policy;
    if (content.titles.items.size() != policy.records.items.size()) return reject(Reject::grant_factors);
    const auto known = step.get(doctor_grants, policy.id);
    if (known && known->content.grant.policy.patient != patient()) return reject(Reject::request_unknown);
    answer(content.question, AnswerState::granted, {});
    step.put(doctor_grants, policy.id, ReceivedGrant{std::move(content), now});
    return known ? Received::repeat : Received::grant;
  }
  Checked<Received> operator()(const GrantDenied& denied) const {
    return answer(denied.question, AnswerState::denied, denied.words) ? Checked<Received>(Received::denial)
                                                                      : reject(Reject::request_unknown);
  }
  template <class T>
  Checked<Received> operator()(const T& /*nobody writes such to a doctor*/) const {
    return reject(Reject::letter_kind);
  }

  // A question of ours to her; there may be none.
  bool answer(const QuestionId& id, AnswerState state, Text<0, 1024> words) const {
    auto asked = step.get(doctor_questions, id);
    if (!asked || asked->patient != patient()) return false;
    asked->state = state;
    asked->words = std::move(words);
    step.put(doctor_questions, id, *asked);
    return true;
  }
};

}  // namespace

Checked<QuestionId> ask_patient(WriteSet& step, const DoctorSelf& self, const Card& card, GrantQuestion question, Time now, Rng& rng) {
  TRY_VOID(meet(step, self, card));
  const Identity& patient = card.patient.identity;
  auto agreed = step.get(doctor_agreements, patient);
  if (!agreed) {
    TRY(agreed, Initiator::begin(self.keys.signing.verification_key(), card.patient, rng));
    step.put(doctor_agreements, patient, *agreed);
  }
  if (agreed->state() == AgreementState::waiting) send_letter(step, self, card.party(), agreed->hello(), now, rng);
  question.id = rng.bytes<16>();
  send_letter(step, self, card.party(), question, now, rng);
  step.put(doctor_questions, question.id, AskedQuestion{patient, question, now, AnswerState::waits, {}});
  return question.id;
}

Checked<Received> receive_letter(WriteSet& step, const DoctorSelf& self, const Envelope& envelope, Time now, Rng& rng) {
  TRY(const Letter letter, open_letter(self.sealing, envelope));
  const auto card = step.get(doctor_patients, letter.from);
  if (!card) return reject(Reject::agreement_unknown);
  TRY_VOID(verify(self.ppub, card->patient, letter));
  return std::visit(Reading{step, self, *card, now, rng}, letter.content);
}

std::vector<ReceivedGrant> received_grants(const WriteSet& step) {
  std::vector<ReceivedGrant> all;
  step.for_each_under(doctor_grants, {}, [&](const GrantId& /*id*/, ReceivedGrant grant) {
    all.push_back(std::move(grant));
    return true;
  });
  return all;
}

Checked<SealedTo> begin_fetch(WriteSet& step, const DoctorSelf& self, const GrantId& id, const std::optional<RecordPlaces>& records,
                              const G1& hospital_key, Time now, Rng& rng) {
  const auto held = step.get(doctor_grants, id);
  if (!held) return reject(Reject::grant_unknown);
  const Grant& grant = held->content.grant;
  const RecordPlaces wanted = records.value_or(grant.policy.records);
  if (const auto before = step.get(doctor_fetches, id); before && !before->opened) {
    const GrantRequest& request = before->requester.request();
    if (request.records == wanted && distance(request.time, now) < request_window) return before->sealed;
  }
  TRY(GrantRequester requester, GrantRequester::begin(self.ppub, self.keys.signing, self.licence, grant, wanted, now, rng));
  const Bytes request = encode(AccessRequest(requester.request()));
  SealedTo sealed = seal_to(grant.policy.hospital, hospital_key, request_use, request, rng);
  step.put(doctor_fetches, id, GrantFetch{std::move(requester), sealed, {}});
  return sealed;
}

Checked<SealedTo> repeat_fetch(const WriteSet& step, const GrantId& id) {
  const auto fetch = step.get(doctor_fetches, id);
  if (!fetch) return reject(Reject::request_unknown);
  return fetch->sealed;
}

Checked<std::vector<SecretKey>> fetch_keys(const WriteSet& step, const GrantId& id, const G1& t_a) {
  const auto fetch = step.get(doctor_fetches, id);
  if (!fetch || fetch->opened) return reject(Reject::request_unknown);
  return fetch->requester.record_keys(t_a);
}

void finish_fetch(WriteSet& step, const GrantId& id, const Bytes32& answer) {
  auto fetch = step.get(doctor_fetches, id);
  if (!fetch) return;
  fetch->requester.erase();
  fetch->opened = answer;
  step.put(doctor_fetches, id, *fetch);
}

void forget_fetch(WriteSet& step, const GrantId& id) { step.erase(doctor_fetches, id); }

void expire_fetches(WriteSet& step, Time now) {
  std::vector<GrantId> old;
  step.for_each_under(doctor_fetches, {}, [&](const GrantId& id, const GrantFetch& fetch) {
    if (!fetch.opened && distance(fetch.requester.request().time, now) > request_window) old.push_back(id);
    return true;
  });
  for (const GrantId& id : old) forget_fetch(step, id);
}

Checked<void> check_record(const Bytes32& record, const Identity& hospital, const RecordTerms& on_chain) {
  if (on_chain.hospital != hospital || on_chain.record != record) return reject(Reject::record_hash);
  return {};
}

}  // namespace caduceus::roles
