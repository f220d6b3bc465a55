// caduceus doctor ask, grants, fetch: what a patient consents to (PROTOCOL.md §6).
#include "core/roles/doctor_consent.h"

#include <iostream>

#include "app/doctor.h"
#include "app/doctor_reading.h"
#include "app/foreign_text.h"
#include "app/public_file.h"
#include "core/crypto/index_key.h"

namespace caduceus {
namespace {

constexpr std::uint64_t hour = 3'600'000;

struct AskConsentOptions : DoctorOptions {
  std::filesystem::path patient;
  std::string hospital;
  std::string purpose;
  std::string words;
  std::uint64_t hours = 24;
  std::uint32_t uses = 1;

  void declare(CLI::App& command) {
    DoctorOptions::declare(command);
    command.add_option("--patient", patient, "the patient's card")->required();
    command.add_option("--hospital", hospital, "where the records lie: h2")->required();
    command.add_option("--purpose", purpose, "what for, in a word or two")->required();
    command.add_option("--words", words, "what you would like to read, and why: for the patient");
    command.add_option("--hours", hours, "for how long")->check(CLI::Range(std::uint64_t{1}, std::uint64_t{87'600}));
    command.add_option("--uses", uses, "how often")->check(CLI::Range(1U, Policy::most_uses));
  }
};
struct FetchOptions : DoctorOptions {
  std::string grant;
  std::string records;
  std::filesystem::path out;
  bool again = false;

  void declare(CLI::App& command) {
    DoctorOptions::declare(command);
    command.add_option("--grant", grant, "the grant's id, in hexadecimal")->required();
    auto* which = command.add_option("--records", records, "of the grant's records these: 1.1,1.3");
    command.add_option("--out", out, "the folder that the records go to")->required();
    command.add_flag("--again", again, "send the newest request by this grant once more, byte for byte")->excludes(which);
  }
};

// §2 R3: whose card it is, SUP says.
Result<void> check_account(DoctorSession& session, const roles::Card& card) {
  if (const auto good = verify(session.self().ppub, card); !good) return session.refused(session.say(Phrase::the_card), good.error());
  const Identity account = med_account(session.self().net, card.patient.identity);
  TRY(const auto known, session.chains().sup().patient_account(account));
  const bool is_hers = known.value && known.value->key_hash == patient_key_hash(card.patient.identity, card.patient.public_point);
  if (!is_hers) return session.refused(session.say(Phrase::the_patient, {to_string(card.patient.identity)}), Reject::patient_unknown);
  return {};
}

Result<void> ask_consent(const AskConsentOptions& options) {
  if (options.purpose.empty()) return failure(options.say(Phrase::text_empty, {"--purpose"}));
  if (options.purpose.size() > 64) return failure(options.say(Phrase::text_too_long, {"--purpose", "64"}));
  if (options.words.size() > 1024) return failure(options.say(Phrase::text_too_long, {"--words", "1024"}));
  TRY(const roles::Card card, load<roles::Card>(options.patient, "a patient's card"));
  TRY(const auto session, options.open());
  TRY(const Identity hospital, session->hospital_named(options.hospital));
  TRY_VOID(check_account(*session, card));
  const Time now = session->now();
  roles::WriteSet change = session->step();
  const roles::GrantQuestion question{{}, hospital, {options.purpose}, {options.words}, options.uses, now + options.hours * hour};
  const auto id = roles::ask_patient(change, session->self(), card, question, now, session->random());
  if (!id) return session->refused(session->say(Phrase::the_card), id.error());
  TRY_VOID(session->write(change));
  TRY_VOID(session->post());
  show(options.json, {{"question", session->say(Phrase::asked), to_hex(*id)},
                      {"patient", session->say(Phrase::patient), to_string(card.patient.identity)}});
  return {};
}

nlohmann::json to_json(const roles::ReceivedGrant& grant) {
  const Policy& policy = grant.content.grant.policy;
  nlohmann::json records = nlohmann::json::array(), titles = nlohmann::json::array();
  for (const RecordPlace& place : policy.records.items) records.push_back(to_text(place));
  for (const auto& title : grant.content.titles.items) titles.push_back(title.value);
  return {{"grant", to_hex(policy.id)},
          {"patient", to_string(policy.patient)},
          {"hospital", policy.hospital.name.value},
          {"records", std::move(records)},
          {"titles", std::move(titles)},
          {"purpose", policy.purpose.value},
          {"expires", policy.expires.value()},
          {"uses", policy.uses},
          {"question", to_hex(grant.content.question)}};
}

Result<void> grants(const DoctorOptions& options) {
  TRY(const auto session, options.open());
  nlohmann::json all = nlohmann::json::array();
  for (const roles::ReceivedGrant& grant : roles::received_grants(session->step())) all.push_back(to_json(grant));
  if (options.json) {
    show(true, {{"grants", "", std::move(all)}});
    return {};
  }
  for (const auto& grant : all) {
    std::cout << session->say(Phrase::grant_line, {grant["grant"].get<std::string>(), grant["patient"].get<std::string>(),
                                                   grant["hospital"].get<std::string>(), one_line(grant["purpose"].get<std::string>()),
                                                   grant["uses"].dump(), to_text(Time(grant["expires"].get<std::uint64_t>()))})
              << '\n';
    for (std::size_t i = 0; i < grant["records"].size(); ++i) {
      std::cout << "    " << grant["records"][i].get<std::string>() << "  " << one_line(grant["titles"][i].get<std::string>()) << '\n';
    }
  }
  if (all.empty()) std::cout << session->say(Phrase::nothing_here) << '\n';
  return {};
}

std::string title_of(const roles::ReceivedGrant& grant, const RecordPlace& place) {
  const auto& records = grant.content.grant.policy.records.items;
  const auto found = std::ranges::find(records, place);
  return found == records.end() ? "" : grant.content.titles.items.at(static_cast<std::size_t>(found - records.begin())).value;
}

Result<std::optional<RecordPlaces>> places_of(const FetchOptions& options, const DoctorSession& session) {
  if (options.records.empty()) return std::nullopt;
  TRY(std::vector<RecordPlace> places, parse_places(session, options.records));
  std::ranges::sort(places);
  places.erase(std::ranges::unique(places).begin(), places.end());
  if (places.size() > most_records_at_once) return session.refused("--records", Reject::policy_records);
  return RecordPlaces{std::move(places)};
}

Result<roles::ReceivedGrant> grant_of(DoctorSession& session, const roles::GrantId& id) {
  auto grant = session.step().get(roles::doctor_grants, id);
  if (!grant) return session.refused(session.say(Phrase::the_grant, {to_hex(id)}), Reject::grant_unknown);
  return *std::move(grant);
}

// The request that goes out, on disk.
Result<SealedTo> begin(DoctorSession& session, const roles::GrantId& id, const Identity& hospital,
                       const std::optional<RecordPlaces>& wanted) {
  TRY(const MemberAccount account, session.account_of(hospital));
  roles::WriteSet change = session.step();
  auto sealed = roles::begin_fetch(change, session.self(), id, wanted, account.sealing_key, session.now(), session.random());
  if (!sealed) return session.refused(session.say(Phrase::the_grant, {to_hex(id)}), sealed.error());
  TRY_VOID(session.write(change));
  return *std::move(sealed);
}

Result<RecordsAnswer> ask_hospital(DoctorSession& session, const roles::GrantId& id, const Identity& hospital, SealedTo sealed,
                                   bool again) {
  TRY(roles::RecordResponse response, session.hospitals().exchange(hospital, roles::AskRecords{std::move(sealed)}));
  if (auto answer = RecordsAnswer::of(response)) return *std::move(answer);
  if (std::holds_alternative<Refusal>(response) && !again) {
    roles::WriteSet change = session.step();
    roles::forget_fetch(change, id);
    TRY_VOID(session.write(change));
  }
  return RecordsClient::unexpected(hospital, response);
}

Result<nlohmann::json> receive(DoctorSession& session, const roles::ReceivedGrant& grant, const roles::GrantFetch& asked,
                               const RecordsAnswer& answer, const std::filesystem::path& out) {
  const Policy& policy = grant.content.grant.policy;
  auto keys = roles::fetch_keys(session.step(), policy.id, answer.t_a());
  if (!keys) return session.refused(session.say(Phrase::answer_of, {policy.hospital.name.value}), keys.error());
  std::vector<WantedRecord> wanted;
  for (const RecordPlace& place : asked.requester.request().records.items) wanted.push_back({place, title_of(grant, place), {}});
  TRY(nlohmann::json shown, receive_records(session, policy.hospital, answer, *keys, wanted, out));
  roles::WriteSet change = session.step();
  roles::finish_fetch(change, policy.id, answer.hash());
  TRY_VOID(session.write(change));
  return shown;
}

Result<roles::GrantFetch> newest_fetch(DoctorSession& session, const roles::GrantId& id) {
  auto asked = session.step().get(roles::doctor_fetches, id);
  if (!asked) return session.refused(session.say(Phrase::the_grant, {to_hex(id)}), Reject::request_unknown);
  return *std::move(asked);
}

// The newest request once more. Nothing: its answer was opened before, and is the same.
Result<std::optional<nlohmann::json>> fetch_again(DoctorSession& session, const roles::GrantId& id, const std::filesystem::path& out) {
  TRY(const roles::ReceivedGrant grant, grant_of(session, id));
  const Identity& hospital = grant.content.grant.policy.hospital;
  auto sealed = roles::repeat_fetch(session.step(), id);
  if (!sealed) return session.refused(session.say(Phrase::nothing_asked), sealed.error());
  TRY(const RecordsAnswer answer, ask_hospital(session, id, hospital, *std::move(sealed), true));
  TRY(const roles::GrantFetch asked, newest_fetch(session, id));
  if (asked.opened) {
    if (*asked.opened != answer.hash()) return session.fail(Phrase::another_answer, {hospital.name.value});
    return std::nullopt;
  }
  TRY(nlohmann::json shown, receive(session, grant, asked, answer, out));
  return shown;
}

Result<void> fetch(const FetchOptions& options) {
  TRY(const auto session, options.open());
  TRY(const auto id, parse_hex<roles::GrantId>(*session, options.grant));
  std::optional<nlohmann::json> shown;
  if (options.again) {
    TRY(shown, fetch_again(*session, id, options.out));
  } else {
    TRY(const auto places, places_of(options, *session));
    TRY(shown, fetch_granted(*session, id, places, options.out));
  }
  if (!shown) {
    show(options.json,
         {{"repeated", session->say(Phrase::same_answer), true}, {"records", session->say(Phrase::records_held), nlohmann::json::array()}});
  } else if (options.json) {
    show(true, {{"records", "", *std::move(shown)}});
  } else {
    show_records(*session, *shown);
  }
  return {};
}

}  // namespace

Result<nlohmann::json> fetch_granted(DoctorSession& session, const roles::GrantId& id, const std::optional<RecordPlaces>& places,
                                     const std::filesystem::path& out) {
  TRY(const roles::ReceivedGrant grant, grant_of(session, id));
  const Identity& hospital = grant.content.grant.policy.hospital;
  TRY(SealedTo sealed, begin(session, id, hospital, places));
  TRY(const RecordsAnswer answer, ask_hospital(session, id, hospital, std::move(sealed), false));
  TRY(const roles::GrantFetch asked, newest_fetch(session, id));
  return receive(session, grant, asked, answer, out);
}

void add_doctor_consent(CLI::App& doctor, int& status) {
  add_command<AskConsentOptions>(doctor, status, "ask", "ask a patient to let you read records",
                                 "doctor ask --dir dr-lee --patient card --hospital h2 --purpose treatment --words \"the last MRI\"",
                                 ask_consent);
  add_command<DoctorOptions>(doctor, status, "grants", "what patients granted you", "doctor grants --dir dr-lee --json", grants);
  add_command<FetchOptions>(doctor, status, "fetch", "read records by a grant, and hold them against the chain",
                            "doctor fetch --dir dr-lee --grant 3f… --records 1.1,1.2 --out fetched", fetch);
}

}  // namespace caduceus
