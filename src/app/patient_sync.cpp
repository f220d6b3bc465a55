// caduceus patient sync, serve.
#include "app/patient_sync.h"

#include <csignal>
#include <iostream>
#include <thread>

#include "app/patient.h"
#include "core/chain/sup_body.h"

namespace caduceus {
namespace {

using namespace roles;
namespace pat = roles::patient;

volatile std::sig_atomic_t is_stopped = 0;

// A hospital's answer counts once it is stored.
Result<void> keep(Wallet& wallet, Phrase what, const WriteSet& step, const Checked<void>& done) {
  if (!done) return wallet.refused(what, done.error());
  return wallet.commit(step);
}

void note(std::vector<std::string>& troubles, const Result<void>& done) {
  if (!done) troubles.push_back(done.error().message);
}

// One letter. Refused: it is dropped, with its reason. Failure: it is to be read again.
Result<Checked<pat::LetterOutcome>> read_letter(Wallet& wallet, const Envelope& envelope) {
  const auto letter = open_letter(wallet.self().sealing, envelope);
  if (!letter) return reject(letter.error());
  if (letter->from.role != Role::doctor && letter->from.role != Role::hospital) return reject(Reject::letter_kind);
  TRY(const auto from, wallet.find_party(letter->from));
  if (!from) return reject(Reject::account_unknown);
  WriteSet step = wallet.step();
  auto outcome = receive(step, wallet.self(), *from, *letter, wall_clock(), wallet.rng());
  if (outcome) TRY_VOID(wallet.commit(step));
  return outcome;
}

Result<void> read_mail(Wallet& wallet, Synced& synced) {
  TRY(const Card card, wallet.card());
  std::uint64_t after = 0;
  for (std::size_t page = 0; page < Mailbox::most_pages && is_stopped == 0; ++page) {
    TRY(const MailList mail, wallet.hospitals().ask<MailList>(card.relay, Collect{after}));
    for (const NumberedEnvelope& one : mail.envelopes.items) {
      TRY(const auto outcome, read_letter(wallet, one.envelope));
      after = one.number;
      ++synced.letters;
      if (outcome) {
        if (*outcome == pat::LetterOutcome::record) ++synced.records;
        continue;
      }
      ++synced.refused;
      synced.troubles.push_back(std::string(explain(outcome.error())) + " (" + std::string(name(outcome.error())) + ")");
    }
    if (after > 0) TRY_VOID(wallet.hospitals().ask<Done>(card.relay, Discard{after}));
    if (mail.is_all || mail.envelopes.items.empty()) break;
  }
  return {};
}

void send_revocations(Wallet& wallet, std::vector<std::string>& troubles) {
  for (const pat::HeldGrant& grant : pat::grants_of(wallet.step())) {
    if (grant.revocation && !grant.revoked) note(troubles, send_revocation(wallet, grant.policy.id, *grant.revocation));
  }
}

// SUP's tx_answer of a dispute whose words came by letter: its block has it, and the state says under which hash.
Result<void> look_for_answer(Wallet& wallet, const pat::HeldDispute& dispute) {
  SupReader& reader = wallet.chains().sup();
  TRY(const auto record, reader.dispute(dispute.hash()));
  if (!record.value || !record.value->answer) return {};
  const TransactionHash answer = *record.value->answer;
  TRY(const Proven proven, reader.client().prove({sup::SnapshotTrie::state, {sup::StateKey::transaction(answer)}}, Height(0)));
  if (!proven.value) return {};
  const auto committed = decode<sup::Committed>(*proven.value);
  if (!committed) return {};
  TRY(const sup::Reply reply, reader.client().ask(sup::AskBlock{committed->height}));
  const auto* const block = std::get_if<SupBlock>(&reply);
  const auto body = block == nullptr ? reject(Reject::truncated) : decode_body(block->body.value);
  if (!body) return {};
  for (const SupTransaction& transaction : body->transactions.items) {
    const auto* const said = std::get_if<DisputeAnswer>(&transaction);
    if (said == nullptr || hash_of(said->terms) != answer) continue;
    WriteSet step = wallet.step();
    if (!pat::dispute_answered(step, dispute.transaction.terms.htxu, said->terms)) {
      return wallet.fail(Phrase::other_words, {short_name(dispute.hospital)});
    }
    return wallet.commit(step);
  }
  return {};
}

void look_after_disputes(Wallet& wallet, std::vector<std::string>& troubles) {
  for (const pat::HeldDispute& dispute : pat::disputes_of(wallet.step())) {
    if (dispute.committed && !dispute.is_told) note(troubles, send_dispute_words(wallet, dispute.transaction.terms.htxu, dispute));
    if (dispute.reply && !dispute.is_answered) note(troubles, look_for_answer(wallet, dispute));
  }
}

}  // namespace

Result<void> visit_hospital(Wallet& wallet, const Identity& hospital) {
  TRY(const Card card, wallet.card());
  TRY(const Party party, wallet.party(hospital));
  WriteSet begun = wallet.step();
  const auto meet = pat::begin_visit(begun, wallet.self(), party.key, card, wallet.rng());
  if (!meet) return wallet.refused(Phrase::visit_refused, meet.error());
  TRY_VOID(wallet.commit(begun));
  if (begun.get(pat::visits, hospital)->state() == AgreementState::active) return {};

  TRY(const Reply reply, wallet.hospitals().ask<Reply>(hospital, *meet));
  WriteSet pending = wallet.step();
  const auto confirm = pat::visit_replied(pending, wallet.self(), hospital, reply, wallet.rng());
  if (!confirm) return wallet.refused(Phrase::visit_refused, confirm.error());
  TRY_VOID(wallet.commit(pending));

  TRY(const Ack ack, wallet.hospitals().ask<Ack>(hospital, *confirm));
  WriteSet active = wallet.step();
  const auto done = pat::visit_acknowledged(active, hospital, ack);
  return keep(wallet, Phrase::visit_refused, active, done);
}

void send_letters(Wallet& wallet, std::vector<std::string>& troubles) {
  for (auto& [number, letter] : pat::letters_to_send(wallet.step())) {
    const auto done = wallet.hospitals().ask<Done>(letter.relay, Deposit{std::move(letter.envelope)});
    if (!done) {
      troubles.push_back(done.error().message);
      continue;
    }
    WriteSet step = wallet.step();
    pat::letter_sent(step, number);
    note(troubles, wallet.commit(step));
  }
}

Result<void> send_revocation(Wallet& wallet, const pat::PolicyId& id, const RevokeGrant& revocation) {
  TRY_VOID(wallet.hospitals().ask<Done>(revocation.hospital, revocation));
  WriteSet step = wallet.step();
  pat::revocation_done(step, id, wall_clock());
  return wallet.commit(step);
}

Result<void> send_dispute_words(Wallet& wallet, const TransactionHash& htxu, const pat::HeldDispute& dispute) {
  TRY(const Card card, wallet.card());
  TRY_VOID(
      wallet.hospitals().ask<Done>(dispute.hospital, DisputeWords{dispute.hash(), wallet.self().identity(), card.party(), dispute.words}));
  WriteSet step = wallet.step();
  pat::dispute_told(step, htxu);
  return wallet.commit(step);
}

Result<Synced> sync(Wallet& wallet) {
  Synced synced;
  TRY_VOID(read_mail(wallet, synced));
  send_letters(wallet, synced.troubles);
  send_revocations(wallet, synced.troubles);
  look_after_disputes(wallet, synced.troubles);
  for (const pat::HeldQuestion& one : pat::questions_of(wallet.step())) synced.questions += one.state == pat::QuestionState::open ? 1 : 0;
  return synced;
}

namespace {

struct ServeOptions : WalletOptions {
  std::uint64_t every = 5;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--every", every, "seconds from one sync to the next")->check(CLI::Range(std::uint64_t{1}, std::uint64_t{86'400}));
  }
};

void show_synced(const WalletOptions& options, const Wallet& wallet, const Synced& synced) {
  for (const std::string& trouble : synced.troubles) std::cerr << "caduceus: " << trouble << '\n';
  show(options.json, {{"letters", wallet.say(Phrase::letters), synced.letters},
                      {"refused", wallet.say(Phrase::refused_letters), synced.refused},
                      {"records", wallet.say(Phrase::new_records), synced.records},
                      {"questions", wallet.say(Phrase::open_questions), synced.questions}});
}

Result<void> sync_once(const WalletOptions& options) {
  TRY(const auto wallet, options.open());
  TRY(const Synced synced, sync(*wallet));
  show_synced(options, *wallet, synced);
  return {};
}

Result<std::unique_ptr<Wallet>> open_again(const ServeOptions& options, const SecretBytes& words) {
  return Wallet::open(options.directory, SecretBytes(words.expose()), language_of(options.language));
}

Result<void> serve_once(const ServeOptions& options, const SecretBytes& words) {
  TRY(const auto wallet, open_again(options, words));
  TRY(const Synced synced, sync(*wallet));
  if (synced.letters > 0 || !synced.troubles.empty()) show_synced(options, *wallet, synced);
  return {};
}

// The folder is free between two syncs, so that other commands have their turn.
Result<void> serve(const ServeOptions& options) {
  TRY(const SecretBytes words, options.passphrase.read(false, options.say(Phrase::your_passphrase)));
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int /*number*/) { is_stopped = 1; });
  TRY_VOID(open_again(options, words));  // what is wrong now does not mend itself
  while (is_stopped == 0) {
    // Another command may have the folder for long.
    if (const auto synced = serve_once(options, words); !synced) std::cerr << "caduceus: " << synced.error().message << '\n';
    for (std::uint64_t i = 0; i < options.every * 10 && is_stopped == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return {};
}

}  // namespace

void add_patient_sync(CLI::App& patient, int& status) {
  add_command<WalletOptions>(patient, status, "sync", "read your mail, and send what waits", "patient sync --dir pat-a --json", sync_once);
  add_command<ServeOptions>(patient, status, "serve", "sync every few seconds, until SIGTERM; a line when something came",
                            "patient serve --dir pat-a --every 5", serve);
}

}  // namespace caduceus
