// caduceus patient biometrics enrol, publish: the index on MED, and the keyslot that opens it (PROTOCOL.md §5).
#include "app/patient_index.h"

#include <thread>

#include "app/foreign_text.h"
#include "app/med_folder.h"
#include "app/patient.h"
#include "app/patient_sync.h"
#include "app/public_file.h"
#include "core/med/request.h"
#include "core/med/state.h"
#include "core/roles/patient_index.h"
#include "host/fhir/bundle.h"
#include "host/node/med_service.h"

namespace caduceus {
namespace {

namespace pat = roles::patient;
using Clock = std::chrono::steady_clock;

constexpr std::size_t calls_at_once = med::PoolLimits{}.account_calls;

struct EnrolOptions : WalletOptions {
  std::vector<std::filesystem::path> scans;
  std::vector<std::string> holders;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--scan", scans, "a scanner's file; of several, all are needed to open")->required()->expected(1, 10);
    command.add_option("--holder", holders, "a hospital that is to hold the keyslot; several")->required();
  }
};
struct PublishOptions : WalletOptions {
  std::uint64_t patience = 120;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--patience", patience, "how many seconds to wait for MED")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{3600}));
  }
};

// By a node of MED; which one does not matter: what is final is looked up.
Result<void> submit_calls(Wallet& wallet) {
  TRY(std::vector<PeerAddress> nodes, med_addresses(wallet.genesis(), wallet.chains().network().med_nodes()));
  NodeClient client(wallet.chains().member().credentials(), std::move(nodes), most_med_frame);
  for (const med::SignedCall& call : pat::calls_to_submit(wallet.step())) {
    TRY(const auto answer, client.ask<med::ClientResponse>(med::ClientRequest{0, med::Submit{call}}, std::chrono::seconds(30)));
    const auto* const refusal = std::get_if<Refusal>(&answer.response);
    if (refusal == nullptr) continue;
    const std::string& reason = refusal->reason.value;
    // It waits there, is in a block already, or has no room yet.
    const bool is_known = reason == name(Reject::pool_known) || reason == name(Reject::call_number) || reason == name(Reject::pool_share);
    if (!is_known)
      return wallet.fail(Phrase::was_refused, {wallet.say(Phrase::not_published), one_line(refusal->explanation.value), one_line(reason)});
  }
  return {};
}

// What the index says of a record: FHIR's coded displays, or else the words of its title.
std::vector<std::string> keywords_of(const roles::RecordNotice& notice, const std::optional<pat::RecordBytes>& bytes) {
  std::vector<std::string> words;
  if (bytes && notice.media_type.value == "application/fhir+json") {
    if (const auto bundle = fhir::import_bundle(bytes->value)) {
      for (const fhir::Emr& emr : bundle->records) words.insert(words.end(), emr.keywords.begin(), emr.keywords.end());
    }
  }
  if (words.empty()) words.push_back(notice.title.value);
  return words;
}

// As many of the records that are not in the index as there is room for calls.
Result<void> add_entries(Wallet& wallet, std::uint64_t next) {
  TRY(const PatientAccount* const account, wallet.account());
  roles::WriteSet step = wallet.step();
  std::vector<pat::RecordToIndex> records;
  for (pat::HeldRecord& record : pat::records_to_index(step)) {
    if (records.size() == calls_at_once) break;
    auto words = keywords_of(record.notice, step.get(pat::record_bytes, record.htxm()));
    records.push_back({std::move(record), std::move(words)});
  }
  const auto added = pat::add_calls(step, {wallet.net(), account->key}, next, records, calls_at_once, wallet.rng());
  if (!added) return wallet.refused(Phrase::not_published, added.error());
  TRY_VOID(wallet.commit(step));
  return submit_calls(wallet);
}

Result<void> enrol(const EnrolOptions& options) {
  TRY(const auto wallet, options.open());
  std::vector<Template> scans;
  for (const auto& path : options.scans) {
    TRY(scans.emplace_back(), load<Template>(path, "a scan"));
  }
  std::vector<Identity> holders;
  for (const std::string& name : options.holders) {
    TRY(holders.emplace_back(), wallet->hospital(name));
  }
  if (holders.size() > med::IndexLimits::holders) return wallet->refused(Phrase::not_enrolled, Reject::index_holders);

  for (const Identity& holder : holders) TRY_VOID(visit_hospital(*wallet, holder));  // it has to know her

  roles::WriteSet made = wallet->step();
  const auto slot = pat::enrol_biometrics(made, wallet->self(), scans, holders, wallet->rng());
  if (!slot) return wallet->refused(Phrase::not_enrolled, slot.error());
  TRY_VOID(wallet->commit(made));
  for (const Identity& holder : holders) TRY_VOID(wallet->hospitals().ask<roles::Done>(holder, *slot));
  roles::WriteSet held = wallet->step();
  pat::slot_is_held(held);
  TRY_VOID(wallet->commit(held));
  TRY(const std::uint64_t next, next_call(*wallet));
  TRY(const PatientAccount* const account, wallet->account());
  roles::WriteSet step = wallet->step();
  if (const auto added = pat::add_calls(step, {wallet->net(), account->key}, next, {}, calls_at_once, wallet->rng()); !added) {
    return wallet->refused(Phrase::not_enrolled, added.error());
  }
  TRY_VOID(wallet->commit(step));
  TRY_VOID(submit_calls(*wallet));
  show(options.json, {{"slot", wallet->say(Phrase::slot), to_hex(keyslot_hash(slot->keyslot))},
                      {"holders", wallet->say(Phrase::holders), options.holders}});
  return {};
}

Result<void> publish(const PublishOptions& options) {
  TRY(const auto wallet, options.open());
  const std::size_t before = pat::records_to_index(wallet->step()).size();
  const auto end = Clock::now() + std::chrono::seconds(options.patience);
  // A node takes so many calls of an account at a time: the rest goes when these are final.
  while (true) {
    TRY(const std::uint64_t next, next_call(*wallet));
    TRY_VOID(add_entries(*wallet, next));
    if (pat::records_to_index(wallet->step()).empty()) break;
    if (Clock::now() > end) return wallet->fail(Phrase::publish_slow);
    wallet->chains().leave_med();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  const roles::WriteSet step = wallet->step();
  show(options.json, {{"published", wallet->say(Phrase::published), before},
                      {"waiting", wallet->say(Phrase::waiting), pat::calls_to_submit(step).size()}});
  return {};
}

}  // namespace

Result<std::uint64_t> next_call(Wallet& wallet) {
  TRY(const PatientAccount* const account, wallet.account());
  TRY(LightSession* const med, wallet.chains().med());
  TRY(const auto answer, med->wait_for(med->node().look_up(med::StateKey::calls(account->terms.account))));
  const auto& value = std::get<std::optional<Bytes>>(answer.proven);
  std::uint64_t next = 0;
  if (value) {
    const auto number = decode<std::uint64_t>(*value);
    if (!number) return wallet.refused(Phrase::not_published, number.error());
    next = *number;
  }
  roles::WriteSet step = wallet.step();
  pat::calls_are_final(step, next);
  TRY_VOID(wallet.commit(step));
  return next;
}

Result<void> look_at_calls(Wallet& wallet) {
  if (pat::calls_to_submit(wallet.step()).empty()) return {};
  TRY_VOID(next_call(wallet));
  return submit_calls(wallet);
}

void add_patient_index(CLI::App& patient, int& status) {
  auto* biometrics = patient.add_subcommand("biometrics", "what opens your index when you cannot");
  biometrics->require_subcommand(1);
  add_command<EnrolOptions>(*biometrics, status, "enrol", "lock your index by a scan, and give the keyslot to hospitals",
                            "patient biometrics enrol --dir pat-a --scan left-eye --holder h1 --holder h3", enrol);
  add_command<PublishOptions>(patient, status, "publish", "put your records into your index on MED", "patient publish --dir pat-a",
                              publish);
}

}  // namespace caduceus
