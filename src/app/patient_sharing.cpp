// caduceus patient requests, grant, deny, grants, revoke: consent, record by record (PROTOCOL.md §6).
#include "app/foreign_text.h"
#include "app/patient.h"
#include "app/patient_sync.h"
#include "core/roles/patient_access_list.h"

namespace caduceus {
namespace {

namespace pat = roles::patient;
using nlohmann::json;

constexpr std::uint64_t second = 1000;
constexpr std::uint64_t hour = 3600 * second;

struct GrantOptions : WalletOptions {
  std::string question;
  std::string records;
  std::optional<std::uint64_t> hours;
  std::optional<std::uint64_t> seconds;
  std::optional<std::uint32_t> uses;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--question", question, "the request that you answer, as caduceus patient requests shows it")->required();
    command.add_option("--records", records, "which of your records, 1.1,1.2")->required();
    auto* in_hours = command.add_option("--hours", hours, "for how long; without it, as long as the doctor asked for");
    command.add_option("--seconds", seconds, "the same")->excludes(in_hours)->check(CLI::PositiveNumber);
    in_hours->check(CLI::Range(std::uint64_t{1}, std::uint64_t{24 * 366}));
    command.add_option("--uses", uses, "how often; without it, as often as the doctor asked for")
        ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{Policy::most_uses}));
  }
};
struct DenyOptions : WalletOptions {
  std::string question;
  std::string words;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--question", question, "the request")->required();
    command.add_option("--words", words, "what the doctor is to read");
  }
};
struct RevokeOptions : WalletOptions {
  std::string grant;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--grant", grant, "as caduceus patient grants shows it")->required();
  }
};

void show_troubles(const std::vector<std::string>& troubles) {
  for (const std::string& trouble : troubles) std::cerr << "caduceus: " << trouble << '\n';
}

Result<pat::HeldQuestion> find_question(const Wallet& wallet, const std::string& text, Phrase what) {
  TRY(const auto id, parse_hex<pat::QuestionId>(wallet, text));
  auto question = wallet.step().get(pat::questions, id);
  if (!question) return wallet.refused(what, Reject::request_unknown);
  return *std::move(question);
}

Result<void> requests(const WalletOptions& options) {
  TRY(const auto wallet, options.open());
  json all = json::array();
  std::vector<Shown> lines;
  for (const pat::HeldQuestion& held : pat::questions_of(wallet->step())) {
    if (held.state != pat::QuestionState::open) continue;
    const roles::GrantQuestion& question = held.question;
    const std::uint64_t length = question.until.value() - std::min(question.until.value(), held.sent.value());
    const std::uint64_t hours = (length + hour - 1) / hour;
    all.push_back({{"question", to_hex(question.id)},
                   {"doctor", short_name(held.doctor)},
                   {"hospital", short_name(question.hospital)},
                   {"purpose", question.purpose.value},
                   {"words", question.words.value},
                   {"hours", hours},
                   {"uses", question.uses}});
    // The doctor's words come last: nothing in them passes for what they stand before.
    lines.push_back({"", to_hex(question.id),
                     short_name(held.doctor) + " → " + short_name(question.hospital) + ", " + std::to_string(hours) + " h, " +
                         std::to_string(question.uses) + "×: " + one_line(question.purpose.value) + " (" + one_line(question.words.value) +
                         ")"});
  }
  if (lines.empty()) lines.push_back({"", wallet->say(Phrase::open_questions), wallet->say(Phrase::nothing_here)});
  show(options.json, options.json ? std::vector<Shown>{{"requests", "", std::move(all)}} : lines);
  return {};
}

Result<void> grant(const GrantOptions& options) {
  TRY(const auto wallet, options.open());
  TRY(const pat::HeldQuestion question, find_question(*wallet, options.question, Phrase::not_granted));
  TRY(auto places, parse_places(*wallet, question.question.hospital, options.records));
  const Time now = wall_clock();
  pat::Consent given{.doctor = question.doctor,
                     .hospital = question.question.hospital,
                     .records = std::move(places),
                     .purpose = question.question.purpose.value,
                     .expires = question.question.until,
                     .uses = options.uses.value_or(question.question.uses),
                     .question = question.question.id};
  if (options.hours) given.expires = now + *options.hours * hour;
  if (options.seconds) given.expires = now + *options.seconds * second;
  roles::WriteSet step = wallet->step();
  const auto held = pat::consent(step, wallet->self(), given, now, wallet->rng());
  if (!held) return wallet->refused(Phrase::not_granted, held.error());
  TRY_VOID(wallet->commit(step));
  std::vector<std::string> troubles;
  send_letters(*wallet, troubles);
  show_troubles(troubles);
  show(options.json, {{"grant", wallet->say(Phrase::grant_given), to_hex(held->policy.id)},
                      {"policy", wallet->say(Phrase::policy), to_hex(policy_hash(held->policy))},
                      {"expires", wallet->say(Phrase::expires), shown(options.json, held->policy.expires)},
                      {"sent", wallet->say(Phrase::sent), troubles.empty()}});
  return {};
}

Result<void> deny(const DenyOptions& options) {
  TRY(const auto wallet, options.open());
  if (options.words.size() > 1024) return wallet->refused(Phrase::not_denied, Reject::too_long);
  TRY(const auto id, parse_hex<pat::QuestionId>(*wallet, options.question));
  roles::WriteSet step = wallet->step();
  const auto denied = pat::deny(step, wallet->self(), id, options.words, wall_clock(), wallet->rng());
  if (!denied) return wallet->refused(Phrase::not_denied, denied.error());
  TRY_VOID(wallet->commit(step));
  std::vector<std::string> troubles;
  send_letters(*wallet, troubles);
  show_troubles(troubles);
  show(options.json, {{"denied", wallet->say(Phrase::denied), options.question}});
  return {};
}

Result<void> grants(const WalletOptions& options) {
  TRY(const auto wallet, options.open());
  const roles::WriteSet step = wallet->step();
  const auto accesses = pat::accesses_of(step);
  json all = json::array();
  std::vector<Shown> lines;
  for (const pat::HeldGrant& held : pat::grants_of(step)) {
    const Policy& policy = held.policy;
    const auto used = std::ranges::count_if(accesses, [&](const pat::Access& access) { return access.grant == policy.id; });
    std::vector<std::string> places;
    for (const RecordPlace& place : policy.records.items) places.push_back(to_string(place));
    all.push_back({{"grant", to_hex(policy.id)},
                   {"doctor", short_name(policy.doctor)},
                   {"hospital", short_name(policy.hospital)},
                   {"records", places},
                   {"purpose", policy.purpose.value},
                   {"expires", policy.expires.value()},
                   {"uses", policy.uses},
                   {"used", used},
                   {"revoked", held.revoked.has_value()}});
    lines.push_back({"", to_hex(policy.id),
                     short_name(policy.doctor) + " → " + short_name(policy.hospital) + " " + json(places).dump() + ", " +
                         std::to_string(used) + "/" + std::to_string(policy.uses) + ", " + wallet->say(Phrase::expires) + " " +
                         to_text(policy.expires) + (held.revoked ? ", " + wallet->say(Phrase::revoked) : "") + ": " +
                         one_line(policy.purpose.value)});
  }
  if (lines.empty()) lines.push_back({"", wallet->say(Phrase::grants_given), wallet->say(Phrase::nothing_here)});
  show(options.json, options.json ? std::vector<Shown>{{"grants", "", std::move(all)}} : lines);
  return {};
}

Result<void> revoke(const RevokeOptions& options) {
  TRY(const auto wallet, options.open());
  TRY(const auto id, parse_hex<pat::PolicyId>(*wallet, options.grant));
  roles::WriteSet step = wallet->step();
  const auto revocation = pat::begin_revocation(step, wallet->self(), id, wall_clock(), wallet->rng());
  if (!revocation) return wallet->refused(Phrase::not_revoked, revocation.error());
  TRY_VOID(wallet->commit(step));
  if (const auto sent = send_revocation(*wallet, id, *revocation); !sent) {
    return failure(wallet->say(Phrase::revocation_waits) + ": " + sent.error().message);
  }
  show(options.json, {{"revoked", wallet->say(Phrase::revoked), true}, {"grant", wallet->say(Phrase::grant_given), options.grant}});
  return {};
}

}  // namespace

void add_patient_sharing(CLI::App& patient, int& status) {
  add_command<WalletOptions>(patient, status, "requests", "what doctors ask for, and wait for your word", "patient requests --dir pat-a",
                             requests);
  add_command<GrantOptions>(patient, status, "grant", "let a doctor read some records, for a while",
                            "patient grant --dir pat-a --question 3f… --records 1.1,1.2 --hours 24 --uses 3", grant);
  add_command<DenyOptions>(patient, status, "deny", "say no", "patient deny --dir pat-a --question 3f… --words 'please call me first'",
                           deny);
  add_command<WalletOptions>(patient, status, "grants", "what you granted, and how often it was used", "patient grants --dir pat-a",
                             grants);
  add_command<RevokeOptions>(patient, status, "revoke", "take a grant back; the hospital has it on disk when this ends",
                             "patient revoke --dir pat-a --grant 9c…", revoke);
}

}  // namespace caduceus
