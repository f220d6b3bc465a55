#include "app/fetched_records.h"

#include <iostream>

#include "app/public_file.h"
#include "core/roles/doctor_consent.h"

namespace caduceus {
namespace {

// By what the bytes are: an answer does not say it.
std::string ending_of(ByteView emr) {
  const std::string_view text = as_text(emr);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (text.starts_with("%PDF-")) return ".pdf";
  if (text.size() > 132 && text.substr(128, 4) == "DICM") return ".dcm";
  if (first != std::string_view::npos && text[first] == '{') return ".json";
  if (first != std::string_view::npos && text[first] == '<') return ".xml";
  return ".bin";
}

}  // namespace

Result<nlohmann::json> keep_records(DoctorSession& session, const Identity& hospital, const std::vector<FetchedRecord>& records,
                                    const std::filesystem::path& out) {
  std::vector<TransactionHash> hashes;
  for (const FetchedRecord& record : records) hashes.push_back(record.body.head.htxm);
  TRY(LightSession* const med, session.chains().med());
  const auto found = med->find(hashes);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!found[i]) continue;
    const auto good = roles::check_record(records[i].body, hospital, found[i]->terms);
    if (!good) return refused("record " + to_text(records[i].place) + " of " + hospital.name.value, good.error());
  }
  TRY_VOID(make_folder(out));
  nlohmann::json shown = nlohmann::json::array();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& [place, title, body] = records[i];
    const auto file = out / (hospital.name.value + "-" + to_text(place) + ending_of(body.emr.expose()));
    TRY_VOID(write_durably(file, body.emr.expose(), IfExists::replace));
    nlohmann::json row{{"place", to_text(place)}, {"hospital", hospital.name.value}, {"htxm", to_hex(body.head.htxm)}, {"title", title},
                       {"file", file.string()},   {"verified", false},               {"height", nullptr},              {"state", "not on chain"}};
    if (found[i]) {
      row["verified"] = found[i]->is_final;
      row["height"] = found[i]->header.height.value();
      row["state"] = found[i]->is_final ? "anchored" : "in a block";
      row["doctor"] = to_string(found[i]->terms.doctor);
    }
    shown.push_back(std::move(row));
  }
  return shown;
}

void show_records(const nlohmann::json& records) {
  for (const auto& record : records) {
    const bool is_verified = record["verified"].get<bool>();
    std::cout << record["hospital"].get<std::string>() << ' ' << record["place"].get<std::string>() << "  " << record["title"].get<std::string>()
              << "\n    " << record["file"].get<std::string>() << "\n    "
              << (is_verified ? "verified: anchored" : "UNVERIFIED: " + record["state"].get<std::string>()) << '\n';
  }
}

}  // namespace caduceus
