// caduceus doctor emergency: a patient who cannot consent (PROTOCOL.md §7). All of it lies on SUP before anything is shown, and the patient
// sees it when she wakes.
#include "core/roles/doctor_emergency.h"

#include <iostream>
#include <thread>

#include "app/doctor.h"
#include "app/doctor_reading.h"
#include "app/foreign_text.h"
#include "app/public_file.h"
#include "core/crypto/index_key.h"
#include "core/med/emr_index.h"
#include "core/med/state.h"
#include "core/roles/index.h"

namespace caduceus {
namespace {

struct OpenOptions : DoctorOptions {
  std::string patient;
  std::vector<std::filesystem::path> scans;
  std::uint16_t reason = 0;

  void declare(CLI::App& command) {
    DoctorOptions::declare(command);
    command.add_option("--patient", patient, "the patient's card, or the name on it")->required();
    command.add_option("--scan", scans, "what the scanner read; of several fingers, in the order in which they were enrolled")->required();
    command.add_option("--reason", reason, "a code of the consortium's list of reasons")->required();
  }
};
struct ReadOptions : DoctorOptions {
  std::string of_case;
  std::string records;
  std::string keyword;
  std::filesystem::path out;

  void declare(CLI::App& command) {
    DoctorOptions::declare(command);
    command.add_option("--case", of_case, "what emergency open gave")->required();
    auto* which = command.add_option("--records", records, "which records: h2:1.1,h3:2.4");
    command.add_option("--keyword", keyword, "all records with a keyword that has this in it")->excludes(which);
    command.add_option("--out", out, "the folder that the records go to")->required();
  }
};

Result<Identity> patient_of(const OpenOptions& options) {
  if (std::filesystem::exists(options.patient)) {
    TRY(const roles::Card card, load<roles::Card>(options.patient, "a patient's card"));
    return card.patient.identity;
  }
  const Identity named{Role::patient, {options.patient}, 1};
  if (const auto good = decode<Identity>(encode(named)); !good)
    return refused(options.say(Phrase::the_patient, {options.patient}), good.error());
  return named;
}

// Signed by both, and committed on SUP.
Result<sup::Committed> back(DoctorSession& session, const EmergencyTerms& terms) {
  const Identity& hospital = session.self().hospital();
  roles::BackingDraft draft(session.self(), terms, session.random());
  TRY(const roles::Backing backing, session.hospitals().ask<roles::Backing>(hospital, draft.request()));
  const auto completed = std::move(draft).complete(session.self(), backing, session.random());
  if (!completed) return session.refused(session.say(Phrase::answer_of, {hospital.name.value}), completed.error());
  return session.hospitals().ask<sup::Committed>(hospital, *completed);
}

// A hospital may be some blocks behind the one that had it committed.
Result<roles::RecordResponse> ask_until_committed(DoctorSession& session, const Identity& hospital, const SealedTo& sealed) {
  constexpr std::chrono::milliseconds soon{5}, longest{500};
  constexpr std::chrono::seconds patience{10};
  const auto end = std::chrono::steady_clock::now() + patience;
  for (auto wait = soon;; wait = std::min(2 * wait, longest)) {
    TRY(roles::RecordResponse response, session.hospitals().exchange(hospital, roles::AskRecords{sealed}));
    const auto* const refusal = std::get_if<Refusal>(&response);
    const bool is_early = refusal != nullptr && refusal->reason.value == name(Reject::emergency_not_committed);
    if (!is_early || std::chrono::steady_clock::now() > end) return response;
    std::this_thread::sleep_for(wait);
  }
}

// What the index has under the account, after the newest anchored block.
Result<med::IndexRecord> index_record(const DoctorSession& session, LightSession& med, const Identity& account) {
  const Bytes key = med::StateKey::storage(med::emr_index_name, med::index_record_key(account.name.value));
  TRY(const auto answer, med.wait_for(med.node().look_up(key)));
  const auto& value = std::get<std::optional<Bytes>>(answer.proven);
  if (!value) return session.refused(session.say(Phrase::no_index), Reject::keyslot_unknown);
  auto record = decode<med::IndexRecord>(*value);
  if (!record) return session.refused(session.say(Phrase::no_index), record.error());
  if (!record->slot) return session.refused(session.say(Phrase::no_biometrics), Reject::keyslot_unknown);
  return *std::move(record);
}

// From the first holder that gives it.
Result<SecretBytes> keyslot_from(DoctorSession& session, const roles::EmergencyCase& opened, const Identity& holder) {
  TRY(const MemberAccount account, session.account_of(holder));
  const auto requester = roles::ask_keyslot(session.self(), opened, holder, session.now(), session.random());
  if (!requester) return session.refused(session.say(Phrase::the_request), requester.error());
  const SealedTo sealed = roles::seal_request(requester->request(), account.sealing_key, session.random());
  TRY(const roles::RecordResponse response, ask_until_committed(session, holder, sealed));
  const auto* const answer = std::get_if<Answer>(&response);
  if (answer == nullptr) return RecordsClient::unexpected(holder, response);
  auto slot = requester->open_keyslot(session.self().keys, *answer);
  if (!slot) return session.refused(session.say(Phrase::answer_of, {holder.name.value}), slot.error());
  return *std::move(slot);
}

Result<VaultKey> vault_of(DoctorSession& session, const roles::EmergencyCase& opened, const med::SetSlot& slot,
                          const std::vector<Template>& scans) {
  TRY(const auto account, session.chains().sup().patient_account(opened.account));
  if (!account.value) return session.refused(session.say(Phrase::the_patient, {to_string(opened.patient)}), Reject::patient_unknown);
  std::string troubles;
  for (const Identity& holder : slot.holders.items) {
    const auto keyslot = keyslot_from(session, opened, holder);
    if (!keyslot) {
      troubles += (troubles.empty() ? "" : "; ") + keyslot.error().message;
      continue;
    }
    auto vault = roles::open_vault(session.self(), opened.patient, account.value->key_hash, slot.slot, keyslot->expose(), scans);
    if (vault) return *std::move(vault);
    troubles += (troubles.empty() ? "" : "; ") +
                session.refused(session.say(Phrase::keyslot_at, {holder.name.value}), vault.error()).value().message;
    if (vault.error() == Reject::biometrics_differ || vault.error() == Reject::template_unusable) break;  // another holder's is the same
  }
  return failure(troubles);
}

// All of the patient's entries: their ids follow from the vault key. Gaps are entries that she deleted.
Result<std::vector<IndexEntry>> entries_of(const DoctorSession& session, LightSession& med, const VaultKey& vault, const Identity& account,
                                           std::uint32_t count) {
  constexpr std::uint32_t at_once = 32, longest_gap = 128;
  const auto index_bytes = from_hex(account.name.value);
  const auto index = index_bytes ? decode<Bytes32>(*index_bytes) : reject(Reject::too_short);
  if (!index) return session.refused(session.say(Phrase::no_index), index.error());
  std::vector<IndexEntry> entries;
  std::uint32_t gap = 0;
  for (std::uint32_t first = 0; entries.size() < count && gap < longest_gap && first < roles::most_entries; first += at_once) {
    std::vector<std::uint64_t> asked;
    for (std::uint32_t n = first; n < first + at_once; ++n) {
      const Bytes key = med::index_entry_key(account.name.value, roles::entry_id(vault, n));
      asked.push_back(med.node().look_up(med::StateKey::storage(med::emr_index_name, key)));
    }
    for (std::uint32_t i = 0; i < at_once; ++i) {
      TRY(const auto answer, med.wait_for(asked[i]));
      const auto& value = std::get<std::optional<Bytes>>(answer.proven);
      gap = value ? 0 : gap + 1;
      if (!value) continue;
      const auto sealed = decode<SealedEntry>(*value);
      auto entry = sealed ? open_entry(vault, *index, *sealed) : tl::unexpected(sealed.error());
      if (!entry) return session.refused(session.say(Phrase::the_entry, {std::to_string(first + i)}), entry.error());
      entries.push_back(*std::move(entry));
    }
  }
  return entries;
}

nlohmann::json to_json(const IndexEntry& entry) {
  nlohmann::json keywords = nlohmann::json::array();
  for (const auto& keyword : entry.keywords.items) keywords.push_back(keyword.value);
  return {{"hospital", entry.hospital.name.value},
          {"place", to_text(entry.place)},
          {"htxm", to_hex(entry.htxm)},
          {"keywords", std::move(keywords)}};
}

void show_case(const DoctorSession& session, bool json, const roles::EmergencyCase& opened) {
  nlohmann::json entries = nlohmann::json::array();
  for (const IndexEntry& entry : opened.entries.items) entries.push_back(to_json(entry));
  const std::string id = to_hex(opened.htxu());
  if (json) {
    show(true, {{"case", "", id}, {"htxu", "", id}, {"entries", "", std::move(entries)}});
    return;
  }
  std::cout << session.say(Phrase::case_line, {id}) << '\n';
  for (const auto& entry : entries) {
    std::cout << "  " << entry["hospital"].get<std::string>() << ':' << entry["place"].get<std::string>() << ' ';
    for (const auto& keyword : entry["keywords"]) std::cout << ' ' << one_line(keyword.get<std::string>()) << ';';
    std::cout << '\n';
  }
}

Result<void> open_index(const OpenOptions& options) {
  TRY(const Identity patient, patient_of(options));
  std::vector<Template> scans;
  for (const auto& path : options.scans) {
    TRY(Template scan, load<Template>(path, "a scan"));
    scans.push_back(std::move(scan));
  }
  TRY(const auto session, options.open());
  TRY(const roles::EmergencyCase opened, open_case(*session, patient, options.reason, scans));
  show_case(*session, options.json, opened);
  return {};
}

using Wanted = std::map<Identity, std::vector<RecordPlace>>;

Result<void> add_named(const DoctorSession& session, const std::string& text, Wanted& wanted) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::string one(rest.substr(0, rest.find(',')));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const std::size_t colon = one.rfind(':');
    if (colon == std::string::npos) return session.fail(Phrase::bad_place, {one});
    TRY(const Identity hospital, session.hospital_named(one.substr(0, colon)));
    TRY(const std::vector<RecordPlace> places, parse_places(session, one.substr(colon + 1)));
    wanted[hospital].insert(wanted[hospital].end(), places.begin(), places.end());
  }
  return {};
}

bool has(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return !std::ranges::search(text, part, same).empty();
}

Result<Wanted> choose(const ReadOptions& options, const DoctorSession& session, const roles::EmergencyCase& opened) {
  Wanted wanted;
  TRY_VOID(add_named(session, options.records, wanted));
  for (const IndexEntry& entry : opened.entries.items) {
    const bool is_meant = !options.keyword.empty() &&
                          std::ranges::any_of(entry.keywords.items, [&](const auto& one) { return has(one.value, options.keyword); });
    if (is_meant) wanted[entry.hospital].push_back(entry.place);
  }
  if (!wanted.empty()) return wanted;
  return options.keyword.empty() ? session.fail(Phrase::which_records) : session.fail(Phrase::no_keyword, {options.keyword});
}

std::string title_of(const roles::EmergencyCase& opened, const Identity& hospital, const RecordPlace& place) {
  std::string title;
  for (const IndexEntry& entry : opened.entries.items) {
    if (entry.hospital != hospital || entry.place != place) continue;
    for (const auto& keyword : entry.keywords.items) title += (title.empty() ? "" : ", ") + keyword.value;
  }
  return title;
}

Result<void> read_records(const ReadOptions& options) {
  TRY(const auto session, options.open());
  TRY(const auto id, parse_hex<TransactionHash>(*session, options.of_case));
  const auto opened = session->step().get(roles::doctor_cases, id);
  if (!opened) return session->refused(session->say(Phrase::the_case, {options.of_case}), Reject::request_unknown);
  TRY(Wanted wanted, choose(options, *session, *opened));
  nlohmann::json shown = nlohmann::json::array(), requests = nlohmann::json::array();
  for (auto& [hospital, places] : wanted) {
    TRY(const CaseReading reading, read_case(*session, *opened, hospital, std::move(places), options.out));
    shown.insert(shown.end(), reading.records.begin(), reading.records.end());
    requests.push_back(to_hex(reading.htxu));
  }
  if (options.json) {
    show(true, {{"records", "", std::move(shown)}, {"htxu", "", std::move(requests)}});
  } else {
    show_records(*session, shown);
  }
  return {};
}

}  // namespace

Result<roles::EmergencyCase> open_case(DoctorSession& session, const Identity& patient, std::uint16_t reason,
                                       const std::vector<Template>& scans) {
  const Identity account = med_account(session.self().net, patient);
  // Nothing is asked of SUP for a patient who has no index that could be opened.
  TRY(LightSession* const med, session.chains().med());
  TRY(const med::IndexRecord record, index_record(session, *med, account));

  roles::WriteSet begun = session.step();
  roles::EmergencyCase opened = roles::begin_opening(begun, session.self(), patient, account, reason, session.now(), session.random());
  TRY_VOID(session.write(begun));
  TRY(opened.committed, back(session, opened.terms));
  TRY(const VaultKey vault, vault_of(session, opened, *record.slot, scans));
  TRY(opened.entries.items, entries_of(session, *med, vault, account, record.entries));
  roles::WriteSet change = session.step();
  change.put(roles::doctor_cases, opened.htxu(), opened);
  TRY_VOID(session.write(change));
  return opened;
}

Result<CaseReading> read_case(DoctorSession& session, const roles::EmergencyCase& opened, const Identity& hospital,
                              std::vector<RecordPlace> places, const std::filesystem::path& out) {
  TRY(const MemberAccount account, session.account_of(hospital));
  roles::WriteSet begun = session.step();
  const auto reading =
      roles::begin_reading(begun, session.self(), opened.htxu(), hospital, std::move(places), session.now(), session.random());
  if (!reading) return session.refused(session.say(Phrase::the_request), reading.error());
  TRY_VOID(session.write(begun));
  const TransactionHash htxu = reading->htxu();
  TRY(const sup::Committed committed, back(session, reading->terms));
  static_cast<void>(committed);

  roles::WriteSet asking = session.step();
  const auto sealed = roles::ask_reading(asking, session.self(), htxu, account.sealing_key, session.now(), session.random());
  if (!sealed) return session.refused(session.say(Phrase::the_request), sealed.error());
  TRY_VOID(session.write(asking));
  TRY(roles::RecordResponse response, ask_until_committed(session, hospital, *sealed));
  const auto answer = RecordsAnswer::of(response);
  roles::WriteSet over = session.step();
  roles::finish_reading(over, htxu);
  if (!answer) {
    TRY_VOID(session.write(over));
    return RecordsClient::unexpected(hospital, response);
  }
  const auto keys = roles::reading_keys(session.step(), session.self(), htxu, answer->t_a());
  if (!keys) return session.refused(session.say(Phrase::answer_of, {hospital.name.value}), keys.error());
  std::vector<WantedRecord> wanted;
  for (std::size_t i = 0; i < keys->size(); ++i) {
    const RecordPlace& place = reading->scope.records.items.at(i);
    wanted.push_back({place, title_of(opened, hospital, place), reading->records.items.at(i)});
  }
  TRY(nlohmann::json shown, receive_records(session, hospital, *answer, *keys, wanted, out));
  TRY_VOID(session.write(over));
  return CaseReading{htxu, std::move(shown)};
}

void add_doctor_emergency(CLI::App& doctor, int& status) {
  auto* emergency =
      doctor.add_subcommand("emergency", "for a patient who cannot consent: your hospital backs it, SUP keeps it, the patient sees it");
  emergency->require_subcommand(1);
  add_command<OpenOptions>(*emergency, status, "open", "open the patient's index with a scan of her",
                           "doctor emergency open --dir dr-lee --patient card --scan scan --reason 1", open_index);
  add_command<ReadOptions>(*emergency, status, "read", "read records that the index names",
                           "doctor emergency read --dir dr-lee --case 3f… --keyword asthma --out fetched", read_records);
}

}  // namespace caduceus
