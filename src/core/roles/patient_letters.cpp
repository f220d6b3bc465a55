#include "core/roles/patient_letters.h"

namespace caduceus::roles::patient {
namespace {

// One letter, to whoever it is of the right kind for.
struct Receiver {
  WriteSet& step;
  const PatientSelf& self;
  const Party& from;
  const Letter& letter;
  Time now;
  Rng& rng;

  [[nodiscard]] bool is_from(Role role) const { return letter.from.role == role; }

  Checked<LetterOutcome> operator()(const Hello& hello) {
    if (hello.initiator != letter.from || !is_from(Role::doctor)) return reject(Reject::letter_kind);
    auto agreement = step.get(doctors, letter.from);
    const bool is_new = !agreement;
    if (is_new) {
      TRY(agreement, Responder::answer(self.ppub, self.keys, from.key, hello, rng));
      step.put(doctors, letter.from, *agreement);
    }
    TRY(const Reply reply, agreement->receive(hello));
    send_letter(step, self, from, reply, now, rng);
    return is_new ? LetterOutcome::agreement : LetterOutcome::nothing_new;
  }

  Checked<LetterOutcome> operator()(const Confirm& confirm) {
    if (!is_from(Role::doctor)) return reject(Reject::letter_kind);
    auto agreement = step.get(doctors, letter.from);
    if (!agreement) return reject(Reject::agreement_unknown);
    const bool is_new = !agreement->is_active();
    TRY(const Ack ack, agreement->receive(self.ppub, confirm));
    step.put(doctors, letter.from, *agreement);
    send_letter(step, self, from, ack, now, rng);
    return is_new ? LetterOutcome::agreement : LetterOutcome::nothing_new;
  }

  Checked<LetterOutcome> operator()(const GrantQuestion& question) {
    if (!is_from(Role::doctor) || question.hospital.role != Role::hospital) return reject(Reject::letter_kind);
    if (const auto there = step.get(questions, question.id)) {
      if (there->doctor != letter.from) return reject(Reject::letter_parties);
      return LetterOutcome::nothing_new;
    }
    step.put(questions, question.id, HeldQuestion{letter.from, question, letter.sent});
    return LetterOutcome::question;
  }

  Checked<LetterOutcome> operator()(const RecordNotice& notice) {
    if (!is_from(Role::hospital)) return reject(Reject::letter_kind);
    TRY(const bool is_new, take_notice(step, letter.from, notice));
    if (!is_new) return LetterOutcome::nothing_new;
    scan_again(step);
    return LetterOutcome::record;
  }

  Checked<LetterOutcome> operator()(const SignedLogEntry& entry) {
    if (!is_from(Role::hospital)) return reject(Reject::letter_kind);
    TRY(const bool is_new, take_entry(step, self, from.key, entry));
    return is_new ? LetterOutcome::access : LetterOutcome::nothing_new;
  }

  Checked<LetterOutcome> operator()(const ErasureReceipt& receipt) {
    if (!is_from(Role::hospital)) return reject(Reject::letter_kind);
    TRY_VOID(take_erasure(step, self.ppub, from.key, receipt));
    return LetterOutcome::erasure;
  }

  Checked<LetterOutcome> operator()(const DisputeReply& reply) {
    if (!is_from(Role::hospital)) return reject(Reject::letter_kind);
    TRY_VOID(take_reply(step, letter.from, reply));
    return LetterOutcome::dispute_reply;
  }

  // What a patient writes, she does not get.
  template <class T>
  Checked<LetterOutcome> operator()(const T& /*other*/) {
    return reject(Reject::letter_kind);
  }
};

}  // namespace

Checked<LetterOutcome> receive(WriteSet& step, const PatientSelf& self, const Party& from, const Letter& letter, Time now, Rng& rng) {
  if (letter.to != self.identity()) return reject(Reject::letter_parties);
  TRY_VOID(verify(self.ppub, from.key, letter));
  step.put(correspondents, letter.from, from);
  return std::visit(Receiver{step, self, from, letter, now, rng}, letter.content);
}

std::vector<HeldQuestion> questions_of(const WriteSet& step) {
  std::vector<HeldQuestion> all;
  step.for_each_under(questions, {}, [&](const QuestionId& /*id*/, HeldQuestion question) {
    all.push_back(std::move(question));
    return true;
  });
  return all;
}

}  // namespace caduceus::roles::patient
