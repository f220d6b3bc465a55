// What a hospital's operator asks its running node: what it keeps, its access log, disputes; and what he orders: erasure, answers.
#include "app/command.h"
#include "app/commands.h"
#include "app/hospital_audit.h"
#include "app/hospital_folder.h"
#include "app/records_client.h"

namespace caduceus {
namespace {

// The node of this folder.
struct OwnNode {
  Identity self;
  RecordsClient records;

  template <class T>
  [[nodiscard]] Result<T> ask(roles::RecordRequest request) {
    return records.ask<T>(self, std::move(request));
  }
};

struct OwnOptions {
  std::filesystem::path directory;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder, whose node runs")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
  [[nodiscard]] Result<OwnNode> open() const {
    const HospitalFolder folder(directory);
    TRY(const sup::Genesis genesis, folder.genesis());
    TRY(const Network network, folder.network(genesis));
    TRY(const SecretBytes words, passphrase.read(false, "the passphrase of the hospital's keys: "));
    TRY(const MemberSecrets secrets, MemberFolder(directory).open(words));
    return OwnNode{secrets.known.identity, RecordsClient(network, secrets.credentials())};
  }
};

struct LogOptions : OwnOptions {
  std::uint64_t after = 0;
  void declare(CLI::App& command) {
    OwnOptions::declare(command);
    command.add_option("--after", after, "entries after this number");
  }
};
struct EraseOptions : OwnOptions {
  std::string record;
  std::string reason;
  void declare(CLI::App& command) {
    OwnOptions::declare(command);
    command.add_option("--record", record, "the record's htxM, in hexadecimal")->required();
    command.add_option("--reason", reason, "on whose order, and why: it stands in the receipt that the patient gets")->required();
  }
};
struct AnswerOptions : OwnOptions {
  std::string dispute;
  std::string words;
  void declare(CLI::App& command) {
    OwnOptions::declare(command);
    command.add_option("--dispute", dispute, "which, in hexadecimal")->required();
    command.add_option("--words", words, "the answer: the patient gets it, and SUP its hash")->required();
  }
};

Result<Bytes32> hash_in(const std::string& option, const std::string& text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != sizeof(Bytes32)) return failure(option + " takes 64 hexadecimal digits, not \"" + text + "\"");
  Bytes32 hash;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

template <std::size_t Min, std::size_t Max>
Result<Text<Min, Max>> words_in(const std::string& option, const std::string& text) {
  if (text.size() < Min || text.size() > Max) {
    return failure(option + " takes " + std::to_string(Min) + " to " + std::to_string(Max) + " bytes, not " + std::to_string(text.size()));
  }
  return Text<Min, Max>{text};
}

Result<void> status(const OwnOptions& options) {
  TRY(OwnNode node, options.open());
  TRY(const auto now, node.ask<roles::RecordStatus>(roles::AskRecordStatus{}));
  const HospitalFolder folder(options.directory);
  TRY(const HospitalConfig config, folder.config());
  std::vector<Shown> all{{"identity", "hospital", to_string(node.self)},
                         {"patients", "patients", now.patients},
                         {"records", "records", now.records},
                         {"bytes", "bytes of these", now.bytes},
                         {"unpublished", "of these not final on MED", now.unpublished},
                         {"letters", "letters that wait", now.letters},
                         {"log", "entries of the access log", now.log.number},
                         {"sup", "newest block of SUP", now.sup.value()},
                         {"sup_time", "its time", shown(options.json, now.sup_time)},
                         {"med", "newest block of MED", now.med.value()},
                         {"med_final", "newest anchored block of MED", now.med_final.value()},
                         {"publishes_again", "restored: publishes records again at", shown(options.json, now.publishes_again)},
                         {"votes_again", "restored: votes again once SUP has a block as late as", shown(options.json, now.votes_again)},
                         {"another_votes", "ALARM: another machine votes in this hospital's name", now.is_another_seen}};
  // What it does not wait for is nothing to read about.
  const auto leave_out = [&](std::string_view key) { std::erase_if(all, [&](const Shown& one) { return one.key == key; }); };
  if (!options.json) {
    if (now.publishes_again == Time{}) leave_out("publishes_again");
    if (now.votes_again == Time{}) leave_out("votes_again");
    if (!now.is_another_seen) leave_out("another_votes");
  }
  show(options.json, all);
  return {};
}

Result<std::vector<roles::LogEntry>> whole_log(OwnNode& node, std::uint64_t after) {
  std::vector<roles::LogEntry> entries;
  for (bool is_all = false; !is_all;) {
    TRY(roles::LogList list, node.ask<roles::LogList>(roles::AskLog{after + entries.size()}));
    if (list.entries.items.empty() && !list.is_all) return failure("the node gives no entries, and says that there are more");
    std::ranges::move(list.entries.items, std::back_inserter(entries));
    is_all = list.is_all;
  }
  return entries;
}

nlohmann::json shown(const roles::LogEntry& entry) {
  nlohmann::json json{{"number", entry.number},
                      {"time", entry.time.value()},
                      {"patient", to_string(entry.patient)},
                      {"doctor", to_string(roles::doctor_of(entry.request))}};
  nlohmann::json records = nlohmann::json::array();
  const auto add = [&](const auto& places) {
    for (const RecordPlace& place : places) records.push_back(std::to_string(place.batch) + "." + std::to_string(place.index));
  };
  if (const auto* consented = std::get_if<GrantRequest>(&entry.request)) {
    add(consented->records.items);
    json["kind"] = "consented";
    json["purpose"] = consented->policy.purpose.value;
    json["grant"] = to_hex(consented->policy.id);
  } else {
    const auto& emergency = std::get<EmergencyRequest>(entry.request);
    add(emergency.scope.records.items);
    json["kind"] = emergency.kind == EmergencyKind::open ? "opened" : "read";
    json["htxu"] = to_hex(emergency.htxu);
  }
  json["records"] = std::move(records);
  return json;
}

Result<void> log(const LogOptions& options) {
  TRY(OwnNode node, options.open());
  TRY(const auto entries, whole_log(node, options.after));
  nlohmann::json all = nlohmann::json::array();
  for (const roles::LogEntry& entry : entries) all.push_back(shown(entry));
  show(options.json, {{"entries", "entries", std::move(all)}});
  return {};
}

Result<void> audit(const OwnOptions& options) {
  TRY(OwnNode node, options.open());
  TRY(const auto entries, whole_log(node, 0));
  const HospitalFolder folder(options.directory);
  TRY(const sup::Genesis genesis, folder.genesis());
  TRY(const Network network, folder.network(genesis));
  TRY(const SecretBytes words, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(const MemberSecrets secrets, MemberFolder(options.directory).open(words));
  TRY(SupClient client, SupClient::make(genesis, secrets.credentials(), network.sup_nodes()));
  SupReader sup(std::move(client));
  TRY(const Audited audited, audit_log(genesis, node.self, sup, entries));
  show(options.json, {{"ok", "all is well", true},
                      {"entries", "entries", entries.size()},
                      {"consented", "with the patient's consent", audited.consented},
                      {"emergencies", "in an emergency", audited.emergencies}});
  return {};
}

Result<void> erase(const EraseOptions& options) {
  TRY(const Bytes32 record, hash_in("--record", options.record));
  using Reason = Text<1, 256>;
  TRY(Reason reason, (words_in<1, 256>("--reason", options.reason)));
  TRY(OwnNode node, options.open());
  TRY(const auto receipt, node.ask<roles::ErasureReceipt>(roles::EraseRecord{record, std::move(reason)}));
  show(options.json, {{"record", "record", to_hex(receipt.htxm)},
                      {"erased", "key and salt destroyed", true},
                      {"time", "at", shown(options.json, receipt.time)},
                      {"reason", "reason", receipt.reason.value}});
  return {};
}

Result<void> disputes(const OwnOptions& options) {
  TRY(OwnNode node, options.open());
  TRY(const auto list, node.ask<roles::DisputeList>(roles::AskDisputes{}));
  nlohmann::json all = nlohmann::json::array();
  for (const roles::OpenDispute& one : list.disputes.items) {
    all.push_back(
        {{"dispute", to_hex(one.dispute)}, {"htxu", to_hex(one.htxu)}, {"words", one.words.value}, {"answered", one.is_answered}});
  }
  show(options.json, {{"disputes", "disputes", std::move(all)}});
  return {};
}

Result<void> answer(const AnswerOptions& options) {
  TRY(const Bytes32 dispute, hash_in("--dispute", options.dispute));
  using Words = Text<1, 4096>;
  TRY(Words words, (words_in<1, 4096>("--words", options.words)));
  TRY(OwnNode node, options.open());
  TRY_VOID(node.ask<roles::Done>(roles::AnswerDispute{dispute, std::move(words)}));
  show(options.json, {{"dispute", "dispute", to_hex(dispute)}, {"answered", "answered", true}});
  return {};
}

}  // namespace

void add_hospital_questions(CLI::App& hospital, int& result) {
  add_command<OwnOptions>(hospital, result, "status", "what its node keeps, and where it is on both chains", "hospital status --dir h1",
                          status);
  add_command<LogOptions>(hospital, result, "log", "its access log: who was given what, and by what right", "hospital log --dir h1", log);
  add_command<OwnOptions>(hospital, result, "audit", "check its access log, against SUP too", "hospital audit --dir h1", audit);
  add_command<EraseOptions>(hospital, result, "erase", "destroy a record's key and salt",
                            "hospital erase --dir h1 --record 5f… --reason \"order of a court\"", erase);
  add_command<OwnOptions>(hospital, result, "disputes", "what patients dispute of emergency requests that it backed",
                          "hospital disputes --dir h1", disputes);
  add_command<AnswerOptions>(hospital, result, "answer", "answer a dispute, on SUP",
                             "hospital answer --dir h1 --dispute 5f… --words \"she was unconscious\"", answer);
}

}  // namespace caduceus
