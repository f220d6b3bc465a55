// caduceus patient: a patient's wallet. Each command opens it, does one thing, and ends.
#include "app/patient.h"

#include "app/commands.h"
#include "app/patient_sync.h"
#include "app/public_file.h"
#include "app/wallet.h"
#include "core/roles/patient_index.h"

namespace caduceus {
namespace {

struct InitOptions : WalletOptions {
  std::filesystem::path genesis;
  std::filesystem::path network;
  std::string relay;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--genesis", genesis, "the consortium's genesis")->required();
    command.add_option("--network", network, "its network file: where hospitals and miners listen")->required();
    command.add_option("--relay", relay, "the hospital that is to keep your mail")->required();
  }
};
struct VisitOptions : WalletOptions {
  std::string hospital;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--hospital", hospital, "its name")->required();
  }
};

// The card is made once for a relay: those who have it compare it with what they are shown.
Result<void> make_card(Wallet& wallet, const Identity& relay) {
  const std::filesystem::path path = wallet.folder() / "card";
  if (std::filesystem::exists(path)) {
    TRY(const roles::Card before, wallet.card());
    if (before.relay == relay) return {};
  }
  const roles::patient::PatientSelf& self = wallet.self();
  const roles::Card card = roles::make_card(self.ppub, self.keys.signing, self.sealing, relay, wallet.rng());
  return write_durably(path, encode(card), IfExists::replace);
}

Result<void> init(const InitOptions& options) {
  TRY_VOID(ChainReader::init(options.directory, options.genesis, options.network));
  TRY(const auto wallet, options.open());
  TRY(const PatientAccount* const account, wallet->account());
  TRY(const Identity relay, wallet->hospital(options.relay));
  TRY_VOID(make_card(*wallet, relay));
  show(options.json, {{"identity", wallet->say(Phrase::identity), to_string(wallet->self().identity())},
                      {"account", wallet->say(Phrase::account), to_string(account->terms.account)},
                      {"relay", wallet->say(Phrase::relay), short_name(relay)},
                      {"card", wallet->say(Phrase::card), (wallet->folder() / "card").string()}});
  return {};
}

Result<void> visit(const VisitOptions& options) {
  TRY(const auto wallet, options.open());
  TRY(const Identity hospital, wallet->hospital(options.hospital));
  TRY_VOID(visit_hospital(*wallet, hospital));
  show(options.json, {{"hospital", wallet->say(Phrase::hospital), short_name(hospital)}, {"state", wallet->say(Phrase::state), "active"}});
  return {};
}

// What the wallet knows by itself: nobody is asked.
Result<void> status(const WalletOptions& options) {
  namespace pat = roles::patient;
  TRY(const auto wallet, options.open());
  TRY(const roles::Card card, wallet->card());
  const roles::WriteSet step = wallet->step();
  const auto records = pat::records_of(step);
  const auto questions = pat::questions_of(step);
  const auto grants = pat::grants_of(step);
  const auto vault = pat::vault_of(step);
  const Time now = wall_clock();
  std::vector<std::string> hospitals;
  for (const Identity& one : pat::visited(step)) hospitals.push_back(short_name(one));
  show(options.json,
       {{"identity", wallet->say(Phrase::identity), to_string(wallet->self().identity())},
        {"relay", wallet->say(Phrase::relay), short_name(card.relay)},
        {"hospitals", wallet->say(Phrase::hospital), hospitals},
        {"records", wallet->say(Phrase::records_held), records.size()},
        {"anchored", wallet->say(Phrase::anchored),
         std::ranges::count_if(records, [](const pat::HeldRecord& one) { return one.on_med && one.on_med->is_final; })},
        {"questions", wallet->say(Phrase::open_questions),
         std::ranges::count_if(questions, [](const pat::HeldQuestion& one) { return one.state == pat::QuestionState::open; })},
        {"grants", wallet->say(Phrase::grants_in_force),
         std::ranges::count_if(grants, [&](const pat::HeldGrant& one) { return !one.revoked && one.policy.expires > now; })},
        {"unsent", wallet->say(Phrase::letters_waiting), pat::letters_to_send(step).size()},
        {"slot", wallet->say(Phrase::slot), vault && vault->is_on_med ? to_hex(keyslot_hash(vault->slot)) : ""}});
  return {};
}

}  // namespace

void add_patient(CLI::App& app, int& exit_status) {
  auto* patient = app.add_subcommand("patient", "a patient's wallet: records, consent, and who read what");
  patient->require_subcommand(1);
  add_command<InitOptions>(*patient, exit_status, "init", "make the wallet, and the card that hospitals and doctors get",
                           "patient init --dir pat-a --genesis genesis --network network.json --relay h1", init);
  add_command<VisitOptions>(*patient, exit_status, "visit", "a first visit: you and the hospital agree on keys",
                            "patient visit --dir pat-a --hospital h2", visit);
  add_command<WalletOptions>(*patient, exit_status, "status", "what the wallet has, without asking anybody",
                             "patient status --dir pat-a --json", status);
  add_patient_sync(*patient, exit_status);
  add_patient_records(*patient, exit_status);
  add_patient_sharing(*patient, exit_status);
  add_patient_accesses(*patient, exit_status);
  add_patient_index(*patient, exit_status);
  add_patient_backup(*patient, exit_status);
}

}  // namespace caduceus
