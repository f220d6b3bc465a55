// caduceus patient records, read: what her hospitals keep of her, where it stands on MED, and the records themselves.
#include "app/foreign_text.h"
#include "app/patient.h"
#include "app/patient_index.h"
#include "app/record_download.h"
#include "core/roles/patient_index.h"

namespace caduceus {
namespace {

namespace pat = roles::patient;
using nlohmann::json;

struct ListOptions : WalletOptions {
  bool verify = false;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_flag("--verify", verify, "look on MED where each of them stands now");
  }
};
struct ReadOptions : WalletOptions {
  std::string record;
  std::filesystem::path out;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--record", record, "h2:1.2")->required();
    command.add_option("--out", out, "a new file")->required();
  }
};

// What is not final yet is looked for again.
Result<void> verify_records(Wallet& wallet) {
  std::vector<pat::RecordName> names;
  std::vector<TransactionHash> hashes;
  for (const pat::HeldRecord& record : pat::records_of(wallet.step())) {
    if (record.on_med && record.on_med->is_final) continue;
    names.push_back(record.name());
    hashes.push_back(record.htxm());
  }
  if (names.empty()) return look_at_calls(wallet);
  TRY(LightSession* const med, wallet.chains().med());
  const auto found = med->find(hashes);
  roles::WriteSet step = wallet.step();
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::optional<pat::OnMed> now;
    if (found[i]) now = pat::OnMed{mblock_hash(found[i]->header), found[i]->header.height, found[i]->is_final};
    pat::seen_on_med(step, names[i], now);
  }
  TRY_VOID(wallet.commit(step));
  return look_at_calls(wallet);
}

Phrase state_of(const pat::HeldRecord& record) {
  if (record.erased) return Phrase::erased;
  if (!record.on_med) return Phrase::not_on_chain;
  return record.on_med->is_final ? Phrase::anchored : Phrase::in_a_block;
}
// For programs.
std::string state_name(const pat::HeldRecord& record) {
  switch (state_of(record)) {
    case Phrase::erased: return "erased";
    case Phrase::anchored: return "anchored";
    case Phrase::in_a_block: return "in a block";
    default: return "not on chain";
  }
}

json to_json(const roles::WriteSet& step, const pat::HeldRecord& record) {
  const auto indexed = step.get(pat::indexed_records, record.htxm());
  const roles::RecordNotice& notice = record.notice;
  return {{"place", to_string(notice.place)},
          {"hospital", short_name(notice.terms.hospital)},
          {"htxm", to_hex(record.htxm())},
          {"title", notice.title.value},
          {"media_type", notice.media_type.value},
          {"size", notice.size},
          {"doctor", short_name(notice.terms.doctor)},
          {"written", notice.terms.written.value()},
          {"state", state_name(record)},
          {"height", record.on_med ? json(record.on_med->height.value()) : json()},
          {"indexed", indexed && indexed->is_on_med}};
}

Result<void> list(const ListOptions& options) {
  TRY(const auto wallet, options.open());
  if (options.verify) TRY_VOID(verify_records(*wallet));
  const roles::WriteSet step = wallet->step();
  const auto all = pat::records_of(step);
  if (options.json) {
    json shown = json::array();
    for (const pat::HeldRecord& record : all) shown.push_back(to_json(step, record));
    show(true, {{"records", "", std::move(shown)}});
    return {};
  }
  std::vector<Shown> lines;
  for (const pat::HeldRecord& record : all) {
    const roles::RecordNotice& notice = record.notice;
    lines.push_back({"", short_name(notice.terms.hospital) + ":" + to_string(notice.place),
                     one_line(notice.title.value) + " (" + short_name(notice.terms.doctor) + "; " + wallet->say(state_of(record)) + ")"});
  }
  if (lines.empty()) lines.push_back({"", wallet->say(Phrase::records_held), wallet->say(Phrase::nothing_here)});
  show(false, lines);
  return {};
}

Result<pat::RecordName> parse_record(const Wallet& wallet, const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return wallet.fail(Phrase::bad_place, {text});
  TRY(const Identity hospital, wallet.hospital(text.substr(0, colon)));
  TRY(const auto places, parse_places(wallet, hospital, text.substr(colon + 1)));
  if (places.size() != 1) return wallet.fail(Phrase::bad_place, {text});
  return pat::RecordName{hospital, places.front()};
}

Result<void> read(const ReadOptions& options) {
  TRY(const auto wallet, options.open());
  TRY(const pat::RecordName name, parse_record(*wallet, options.record));
  const auto record = pat::record_at(wallet->step(), name);
  if (!record) return wallet->refused(Phrase::no_bytes, record.error());
  if (const auto bytes = wallet->step().get(pat::record_bytes, record->htxm())) {
    TRY_VOID(write_durably(options.out, bytes->value, IfExists::fail));
  } else {
    TRY_VOID(download_own(*wallet, *record, options.out));
  }
  const std::string& media_type = record->notice.media_type.value;
  show(options.json, {{"file", wallet->say(Phrase::file), options.out.string()},
                      {"bytes", wallet->say(Phrase::bytes), record->notice.size},
                      {"media_type", wallet->say(Phrase::media_type), options.json ? media_type : one_line(media_type)},
                      {"state", wallet->say(Phrase::state), options.json ? state_name(*record) : wallet->say(state_of(*record))}});
  return {};
}

}  // namespace

void add_patient_records(CLI::App& patient, int& status) {
  add_command<ListOptions>(patient, status, "records", "your records, and whether they are on chain",
                           "patient records --dir pat-a --verify", list);
  add_command<ReadOptions>(patient, status, "read", "one of your records, into a file",
                           "patient read --dir pat-a --record h2:1.2 --out report.json", read);
}

}  // namespace caduceus
