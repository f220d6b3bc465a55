#include "app/fetched_records.h"

#include <iostream>

#include "app/foreign_text.h"
#include "app/part_file.h"
#include "core/crypto/record_body.h"
#include "core/roles/doctor_consent.h"

namespace caduceus {
namespace {

// One that came: opened, and not believed yet.
struct Arrived {
  RecordHead head;
  Bytes32 record{};    // hEMR of what was opened
  std::string ending;  // by what the bytes are: an answer does not say it
  PartFile file;
};

std::string ending_of(ByteView start) {
  const std::string_view text = as_text(start);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (text.starts_with("%PDF-")) return ".pdf";
  if (text.size() > 132 && text.substr(128, 4) == "DICM") return ".dcm";
  if (first != std::string_view::npos && text[first] == '{') return ".json";
  if (first != std::string_view::npos && text[first] == '<') return ".xml";
  return ".bin";
}

tl::unexpected<Failure> not_opened(const DoctorSession& session, const Identity& hospital, const RecordPlace& place, Reject reason) {
  return session.refused(session.say(Phrase::record_of, {to_text(place), hospital.name.value}), reason);
}

Result<Arrived> open_whole(const DoctorSession& session, const Identity& hospital, const RecordPlace& place, const SecretKey& key,
                           ByteView sealed, PartFile file) {
  auto body = open_body(key, sealed);
  if (!body) return not_opened(session, hospital, place, body.error());
  const ByteView emr = body->emr.expose();
  TRY_VOID(file.add(emr));
  const Bytes32 record = record_hash(body->head.salt, emr);
  return Arrived{std::move(body->head), record, ending_of(emr), std::move(file)};
}

// The i-th of a streamed answer.
Result<Arrived> open_parts(DoctorSession& session, const Identity& hospital, const roles::StreamedAnswer& answer, std::uint32_t i,
                           const RecordPlace& place, const SecretKey& key, PartFile file) {
  const std::uint64_t size = answer.sizes.items.at(i);
  BodyOpener opener(key, size);
  std::string ending;
  const std::uint64_t parts = (size + roles::AskPart::part_bytes - 1) / roles::AskPart::part_bytes;
  for (std::uint32_t part = 0; part < parts; ++part) {
    TRY(const roles::Part sealed, session.hospitals().ask<roles::Part>(hospital, roles::AskPart{answer.answer, i, part}));
    SecretBytes opened;
    if (const auto added = opener.add(sealed.bytes.value, opened); !added) return not_opened(session, hospital, place, added.error());
    if (ending.empty() && opened.size() > 0) ending = ending_of(opened.expose());
    TRY_VOID(file.add(opened.expose()));
  }
  if (!opener.finished() || !opener.head()) return not_opened(session, hospital, place, Reject::stream_truncated);
  RecordHead head = *opener.head();
  return Arrived{std::move(head), opener.emr_hash(), ending.empty() ? ending_of({}) : ending, std::move(file)};
}

Result<std::vector<Arrived>> open_all(DoctorSession& session, const Identity& hospital, const RecordsAnswer& answer,
                                      std::span<const SecretKey> keys, std::span<const WantedRecord> wanted,
                                      const std::filesystem::path& out) {
  const auto* const whole = std::get_if<Answer>(&answer.answer);
  const auto* const streamed = std::get_if<roles::StreamedAnswer>(&answer.answer);
  const std::size_t count = whole != nullptr ? whole->bodies.items.size() : streamed->sizes.items.size();
  if (count != wanted.size() || keys.size() != wanted.size())
    return session.refused(session.say(Phrase::answer_of, {hospital.name.value}), Reject::answer_records);
  std::vector<Arrived> all;
  for (std::size_t i = 0; i < count; ++i) {
    const RecordPlace& place = wanted[i].place;
    PartFile file(out / (hospital.name.value + "-" + to_text(place)));
    auto arrived = whole != nullptr
                       ? open_whole(session, hospital, place, keys[i], whole->bodies.items[i].value, std::move(file))
                       : open_parts(session, hospital, *streamed, static_cast<std::uint32_t>(i), place, keys[i], std::move(file));
    if (!arrived) return tl::unexpected(arrived.error());
    if (wanted[i].htxm && *wanted[i].htxm != arrived->head.htxm) return not_opened(session, hospital, place, Reject::record_hash);
    all.push_back(*std::move(arrived));
  }
  return all;
}

}  // namespace

G1 RecordsAnswer::t_a() const {
  const auto* const whole = std::get_if<Answer>(&answer);
  return whole != nullptr ? whole->t_a : *std::get<roles::StreamedAnswer>(answer).t_a;
}

Bytes32 RecordsAnswer::hash() const {
  if (const auto* const whole = std::get_if<Answer>(&answer)) return sha256(encode(*whole));
  const auto& streamed = std::get<roles::StreamedAnswer>(answer);
  return sha256(encode(std::pair(*streamed.t_a, streamed.sizes)));
}

std::optional<RecordsAnswer> RecordsAnswer::of(roles::RecordResponse& response) {
  if (auto* const whole = std::get_if<Answer>(&response)) return RecordsAnswer{std::move(*whole)};
  auto* const streamed = std::get_if<roles::StreamedAnswer>(&response);
  if (streamed == nullptr || !streamed->t_a) return std::nullopt;
  return RecordsAnswer{std::move(*streamed)};
}

Result<nlohmann::json> receive_records(DoctorSession& session, const Identity& hospital, const RecordsAnswer& answer,
                                       std::span<const SecretKey> keys, std::span<const WantedRecord> wanted,
                                       const std::filesystem::path& out) {
  TRY_VOID(make_folder(out));
  TRY(std::vector<Arrived> records, open_all(session, hospital, answer, keys, wanted, out));
  std::vector<TransactionHash> hashes;
  for (const Arrived& one : records) hashes.push_back(one.head.htxm);
  TRY(LightSession* const med, session.chains().med());
  const auto found = med->find(hashes);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto good = found[i] ? roles::check_record(records[i].record, hospital, found[i]->terms) : Checked<void>{};
    if (!good) return not_opened(session, hospital, wanted[i].place, good.error());
  }
  nlohmann::json shown = nlohmann::json::array();
  for (std::size_t i = 0; i < records.size(); ++i) {
    TRY(const std::filesystem::path file, records[i].file.become(records[i].ending));
    nlohmann::json row{{"place", to_text(wanted[i].place)},
                       {"hospital", hospital.name.value},
                       {"htxm", to_hex(hashes[i])},
                       {"title", wanted[i].title},
                       {"file", file.string()},
                       {"verified", false},
                       {"height", nullptr},
                       {"state", "not on chain"},
                       {"doctor", nullptr}};
    if (const auto& place = found[i]) {
      row["verified"] = place->is_final;
      row["height"] = place->header.height.value();
      row["state"] = place->is_final ? "anchored" : "in a block";
      row["doctor"] = to_string(place->terms.doctor);
    }
    shown.push_back(std::move(row));
  }
  return shown;
}

void show_records(const DoctorSession& session, const nlohmann::json& records) {
  for (const auto& record : records) {
    const std::string state = record["state"].get<std::string>();
    const Phrase shown = state == "anchored" ? Phrase::anchored : state == "in a block" ? Phrase::in_a_block : Phrase::not_on_chain;
    std::cout << record["hospital"].get<std::string>() << ' ' << record["place"].get<std::string>() << "  "
              << one_line(record["title"].get<std::string>()) << "\n    " << record["file"].get<std::string>() << "\n    "
              << session.say(shown) << '\n';
  }
}

}  // namespace caduceus
