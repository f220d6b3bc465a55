// caduceus patient accesses, dispute: who read what, as hospitals and SUP say, and what she says against it (PROTOCOL.md §7).
#include <set>

#include "app/foreign_text.h"
#include "app/patient.h"
#include "app/patient_sync.h"
#include "core/roles/patient_access_list.h"
#include "core/roles/patient_index.h"

namespace caduceus {
namespace {

using namespace roles;
namespace pat = roles::patient;
using nlohmann::json;

struct DisputeOptions : WalletOptions {
  std::string htxu;
  std::string words;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--htxu", htxu, "the emergency request, as caduceus patient accesses shows it")->required();
    command.add_option("--words", words, "what you have against it; the hospital that backed it gets them")->required();
  }
};

// Whoever may have given something of hers out: hospitals that she visited, and those that hold her keyslot.
std::set<Identity> keepers(const WriteSet& step) {
  const auto visited = pat::visited(step);
  std::set<Identity> all(visited.begin(), visited.end());
  if (const auto vault = pat::vault_of(step)) all.insert(vault->holders.items.begin(), vault->holders.items.end());
  return all;
}

// Her chain of a hospital's access log, on from where she has it.
Result<void> read_log(Wallet& wallet, const Identity& hospital) {
  TRY(const Party party, wallet.party(hospital));
  while (true) {
    const std::uint64_t after = pat::log_head_of(wallet.step(), hospital).number;
    TRY(const Accesses page, wallet.hospitals().ask<Accesses>(hospital, AskAccesses{after}));
    WriteSet step = wallet.step();
    for (const SignedLogEntry& entry : page.entries.items) {
      const auto taken = pat::take_entry(step, wallet.self(), party.key, entry);
      if (!taken) return wallet.refused(Phrase::log_refused, taken.error());
    }
    TRY_VOID(wallet.commit(step));
    if (page.is_all) return {};
    if (pat::log_head_of(wallet.step(), hospital).number == after) return wallet.refused(Phrase::log_refused, Reject::access_log);
  }
}

// All of SUP's emergencies since she last looked.
Result<void> read_sup(Wallet& wallet) {
  TRY(const auto emergencies, wallet.chains().sup().emergencies(pat::scan_from(wallet.step())));
  WriteSet step = wallet.step();
  pat::scan(step, emergencies.value, emergencies.height);
  return wallet.commit(step);
}

std::string kind_of(const pat::Access& access) {
  if (!access.emergency) return "consented";
  return *access.emergency == EmergencyKind::open ? "opened" : "read";
}

std::string concern_of(pat::AccessConcern concern) {
  switch (concern) {
    case pat::AccessConcern::none: return "";
    case pat::AccessConcern::not_answered: return "not_answered";
    case pat::AccessConcern::not_on_sup: return "not_on_sup";
    case pat::AccessConcern::not_granted: return "not_granted";
    case pat::AccessConcern::after_revocation: return "after_revocation";
  }
  return "";
}

std::vector<std::string> names_of(const pat::Access& access) {
  std::vector<std::string> names;
  for (const pat::RecordName& name : access.records) names.push_back(short_name(name.hospital) + ":" + to_string(name.place));
  return names;
}

json to_json(const pat::Access& access) {
  json shown{{"time", access.time.value()},    {"doctor", short_name(access.doctor)},  {"hospital", short_name(access.hospital)},
             {"kind", kind_of(access)},        {"records", names_of(access)},          {"reason", access.reason},
             {"purpose", access.purpose},      {"on_sup", access.is_on_sup},           {"in_log", access.is_in_log},
             {"disputed", access.is_disputed}, {"concern", concern_of(access.concern)}};
  if (access.grant) shown["grant"] = to_hex(*access.grant);
  if (access.htxu) shown["htxu"] = to_hex(*access.htxu);
  return shown;
}

std::string describe(const Wallet& wallet, const pat::Access& access) {
  std::string text = short_name(access.doctor) + " (" + short_name(access.hospital) + ") ";
  if (!access.emergency) {
    text += wallet.say(Phrase::read_with_consent, {one_line(access.purpose)});
  } else {
    text += wallet.say(*access.emergency == EmergencyKind::open ? Phrase::index_opened : Phrase::read_in_emergency);
  }
  for (const std::string& name : names_of(access)) text += " " + name;
  switch (access.concern) {
    case pat::AccessConcern::none: break;
    case pat::AccessConcern::not_answered: text += "; " + wallet.say(Phrase::concern_not_answered); break;
    case pat::AccessConcern::not_on_sup: text += "; " + wallet.say(Phrase::concern_not_on_sup); break;
    case pat::AccessConcern::not_granted: text += "; " + wallet.say(Phrase::concern_not_granted); break;
    case pat::AccessConcern::after_revocation: text += "; " + wallet.say(Phrase::concern_after_revocation); break;
  }
  if (access.htxu) text += " [" + to_hex(*access.htxu) + "]";
  if (access.is_disputed) text += "; " + wallet.say(Phrase::disputed);
  return text;
}

json disputes_json(const WriteSet& step) {
  json all = json::array();
  for (const pat::HeldDispute& dispute : pat::disputes_of(step)) {
    all.push_back({{"dispute", to_hex(dispute.hash())},
                   {"htxu", to_hex(dispute.transaction.terms.htxu)},
                   {"hospital", short_name(dispute.hospital)},
                   {"words", dispute.words.value},
                   {"reply", dispute.reply ? json(dispute.reply->value) : json()},
                   {"answered", dispute.is_answered}});
  }
  return all;
}

void show_for_people(const Wallet& wallet, bool is_complete) {
  const WriteSet step = wallet.step();
  std::vector<Shown> lines;
  for (const pat::Access& access : pat::accesses_of(step)) lines.push_back({"", to_text(access.time), describe(wallet, access)});
  for (const pat::HeldDispute& dispute : pat::disputes_of(step)) {
    if (dispute.reply)
      lines.push_back(
          {"", to_hex(dispute.transaction.terms.htxu).substr(0, 16), wallet.say(Phrase::answered, {one_line(dispute.reply->value)})});
  }
  lines.push_back({"", wallet.say(Phrase::complete), wallet.say(is_complete ? Phrase::yes : Phrase::no)});
  show(false, lines);
}

Result<void> accesses(const WalletOptions& options) {
  TRY(const auto wallet, options.open());
  std::vector<std::string> troubles;
  for (const Identity& hospital : keepers(wallet->step())) {
    if (const auto read = read_log(*wallet, hospital); !read) troubles.push_back(short_name(hospital) + ": " + read.error().message);
  }
  if (const auto read = read_sup(*wallet); !read) troubles.push_back("SUP: " + read.error().message);
  for (const std::string& trouble : troubles) std::cerr << "caduceus: " << trouble << '\n';
  if (!options.json) {
    show_for_people(*wallet, troubles.empty());
    return {};
  }
  const WriteSet step = wallet->step();
  json all = json::array();
  for (const pat::Access& access : pat::accesses_of(step)) all.push_back(to_json(access));
  show(true, {{"accesses", "", std::move(all)}, {"disputes", "", disputes_json(step)}, {"complete", "", troubles.empty()}});
  return {};
}

Result<void> dispute(const DisputeOptions& options) {
  TRY(const auto wallet, options.open());
  TRY(const auto htxu, parse_hex<TransactionHash>(*wallet, options.htxu));
  TRY(const PatientAccount* const account, wallet->account());
  WriteSet begun = wallet->step();
  const auto held = pat::begin_dispute(begun, wallet->net(), account->key, htxu, options.words, wall_clock(), wallet->rng());
  if (!held) return wallet->refused(Phrase::not_disputed, held.error());
  TRY_VOID(wallet->commit(begun));

  TRY(const auto outcome, wallet->chains().sup().client().submit(held->transaction));
  if (const auto* const refusal = std::get_if<Refusal>(&outcome)) {
    return wallet->fail(Phrase::was_refused,
                        {wallet->say(Phrase::not_disputed), one_line(refusal->explanation.value), one_line(refusal->reason.value)});
  }
  const auto committed = std::get<sup::Committed>(outcome);
  WriteSet step = wallet->step();
  pat::dispute_committed(step, htxu, committed);
  TRY_VOID(wallet->commit(step));
  const auto told = send_dispute_words(*wallet, htxu, *held);
  if (!told) std::cerr << "caduceus: " << told.error().message << '\n';
  show(options.json, {{"dispute", wallet->say(Phrase::dispute), to_hex(held->hash())},
                      {"height", wallet->say(Phrase::height), committed.height.value()},
                      {"told", wallet->say(Phrase::told), told.has_value()}});
  return {};
}

}  // namespace

void add_patient_accesses(CLI::App& patient, int& status) {
  add_command<WalletOptions>(patient, status, "accesses", "who read what, when and why: hospitals' logs, held against SUP",
                             "patient accesses --dir pat-a", accesses);
  add_command<DisputeOptions>(patient, status, "dispute", "say on SUP that an emergency request was wrong",
                              "patient dispute --dir pat-a --htxu 5d… --words 'I was awake.'", dispute);
}

}  // namespace caduceus
