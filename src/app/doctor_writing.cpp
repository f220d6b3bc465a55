// caduceus doctor write: records for a patient, delivered to the doctor's hospital (PROTOCOL.md §5).
#include "core/roles/doctor_writing.h"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/doctor.h"
#include "app/doctor_session.h"
#include "app/foreign_text.h"
#include "app/public_file.h"
#include "core/crypto/record_body.h"
#include "core/med/state.h"

namespace caduceus {
namespace {

struct WriteOptions : DoctorOptions {
  std::filesystem::path patient;
  std::filesystem::path emr;
  std::vector<std::size_t> only;

  void declare(CLI::App& command) {
    DoctorOptions::declare(command);
    command.add_option("--patient", patient, "the patient's card")->required();
    command.add_option("--emr", emr, "the folder that caduceus emr import made")->required();
    command.add_option("--only", only, "of its records these, by their places in index.json, from 0: 0,3,4")->delimiter(',');
  }
};

struct Source {
  std::filesystem::path file;
  std::string title;
  std::string media_type;
};

// What of a text is at most so long, and does not end within a character.
std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U) --most;
  text.resize(most);
  return text;
}

Result<std::vector<Source>> read_index(const WriteOptions& options) {
  const auto path = options.emr / "index.json";
  TRY(const SecretBytes bytes, read_whole(path, std::size_t{64} << 20U));
  const auto json = nlohmann::json::parse(bytes.expose().begin(), bytes.expose().end(), nullptr, false);
  const auto wrong = failure(options.say(Phrase::not_an_import, {path.string()}));
  if (!json.is_object() || !json.contains("records") || !json["records"].is_array()) return wrong;
  std::vector<Source> all;
  for (const auto& record : json["records"]) {
    const auto text = [&](const char* key) {
      return record.is_object() && record.contains(key) && record[key].is_string() ? record[key].get<std::string>() : std::string();
    };
    if (text("file").empty() || text("media_type").empty()) return wrong;
    // Its own, not somewhere else.
    all.push_back({options.emr / std::filesystem::path(text("file")).filename(), shortened(text("title"), 256), text("media_type")});
  }
  if (options.only.empty()) return all;
  std::vector<Source> chosen;
  for (const std::size_t number : options.only) {
    if (number >= all.size()) {
      return failure(options.say(Phrase::no_such_number, {path.string(), std::to_string(all.size()), std::to_string(number)}));
    }
    chosen.push_back(all[number]);
  }
  return chosen;
}

// The file's bytes, piece by piece, as many as it had in the beginning. Failure: unreadable, or another length by now.
Result<void> for_each_piece(const DoctorSession& session, const std::filesystem::path& path, std::uint64_t size, std::size_t most,
                            const std::function<Result<void>(std::uint64_t offset, ByteView piece)>& take) {
  std::ifstream in(path, std::ios::binary);
  SecretBytes piece(most);
  std::uint64_t offset = 0;
  do {
    const std::size_t want = static_cast<std::size_t>(std::min<std::uint64_t>(most, size - offset));
    in.read(reinterpret_cast<char*>(piece.expose().data()), static_cast<std::streamsize>(want));
    if (!in || static_cast<std::size_t>(in.gcount()) != want) return session.fail(Phrase::file_changed, {path.string()});
    TRY_VOID(take(offset, piece.expose().first(want)));
    offset += want;
  } while (offset < size);
  return {};
}

Result<roles::RecordDraft> draft(DoctorSession& session, const Source& source) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(source.file, error);
  if (error) return session.fail(Phrase::unreadable, {source.file.string(), error.message()});
  if (size > UINT32_MAX) return session.fail(Phrase::record_too_long, {source.file.string()});
  Result<void> read;
  roles::RecordDraft made = roles::draft_record(
      [&](const Bytes32& salt) {
        RecordHasher hasher(salt, static_cast<std::uint32_t>(size));
        read = for_each_piece(session, source.file, size, std::size_t{1} << 20U, [&](std::uint64_t /*offset*/, ByteView piece) {
          hasher.add(piece);
          return Result<void>();
        });
        return read ? hasher.finish() : Bytes32{};
      },
      session.random());
  if (!read) return tl::unexpected(read.error());
  made.size = size;
  made.title.value = source.title;
  made.media_type.value = source.media_type;
  made.file.value = std::filesystem::absolute(source.file).string();
  if (made.media_type.value.size() > 128) return session.fail(Phrase::text_too_long, {"media_type", "128"});
  if (made.file.value.size() > 4096) return session.fail(Phrase::text_too_long, {made.file.value, "4096"});
  return made;
}

Result<void> upload(DoctorSession& session, const roles::RecordDraft& record) {
  return for_each_piece(
      session, record.file.value, record.size, roles::Upload::most_bytes, [&](std::uint64_t offset, ByteView piece) -> Result<void> {
        roles::Upload part{record.upload, record.salt, record.size, offset, {{piece.begin(), piece.end()}}};
        TRY(const roles::Uploaded uploaded, session.hospitals().ask<roles::Uploaded>(session.self().hospital(), std::move(part)));
        static_cast<void>(uploaded);
        return {};
      });
}

// Of what was signed: a hospital that only has no time, or lost the parts because it was started anew, does not undo it.
Result<roles::Delivered> deliver(DoctorSession& session, const roles::PendingDelivery& pending) {
  const Identity& hospital = session.self().hospital();
  for (const roles::RecordDraft& record : pending.drafts.items) TRY_VOID(upload(session, record));
  TRY(const roles::RecordResponse response, session.hospitals().exchange(hospital, pending.deliver));
  const auto* const delivered = std::get_if<roles::Delivered>(&response);
  const auto* const refusal = std::get_if<Refusal>(&response);
  const bool is_over =
      delivered != nullptr || (refusal != nullptr && refusal->reason.value != name(Reject::hospital_busy) &&
                               refusal->reason.value != name(Reject::sup_behind) && refusal->reason.value != name(Reject::upload_unknown));
  if (is_over) {
    roles::WriteSet change = session.step();
    roles::forget_delivery(change, session.self(), pending);
    TRY_VOID(session.write(change));
  }
  if (delivered == nullptr) return RecordsClient::unexpected(hospital, response);
  return *delivered;
}

// The newest slot of this device on MED that its mark does not account for: a folder that was put back from an old copy shows so (R5).
Result<std::optional<Slot>> newest_slot(DoctorSession& session, const SlotMark& mark) {
  const Licence& licence = session.self().licence.licence;
  const std::uint64_t length = session.chains().genesis().med.epoch_length, now = session.now().value() / length;
  const std::uint64_t first =
      std::max({mark.epoch.value(), licence.issued.value() / length, now < med::epochs_back ? 0 : now - med::epochs_back});
  TRY(LightSession* const med, session.chains().med());
  std::vector<std::pair<Epoch, std::uint64_t>> look_ups;
  for (std::uint64_t epoch = now + med::epochs_ahead; epoch >= first; --epoch) {
    look_ups.emplace_back(Epoch(epoch), med->node().look_up(med::StateKey::used(Epoch(epoch), session.self().identity())));
  }
  for (const auto& [epoch, look_up] : look_ups) {
    TRY(const auto answer, med->wait_for(look_up));
    const auto& value = std::get<std::optional<Bytes>>(answer.proven);
    const auto used = value ? decode<med::UsedSlots>(*value) : med::UsedSlots{};
    if (!used) return session.refused(session.say(Phrase::no_signature_now), used.error());
    if (const auto slot = med::newest_of_device(*used, epoch, licence.device)) return slot;
  }
  return std::nullopt;
}

Result<ReservedSlot> take_slot(DoctorSession& session) {
  // The hospital's account is proved by the newest committed block: its time is what the clock is held against.
  TRY(const auto newest, session.chains().sup().account(session.self().hospital()));
  const SlotRules rules{.net = session.self().net, .epoch_length = session.chains().genesis().med.epoch_length, .run = 1};
  const SlotMark mark = session.step().get(roles::doctor_slots, Byte{0}).value_or(SlotMark{});
  SlotLedger ledger(rules, session.self().licence.licence.device, mark);
  TRY(const auto seen, newest_slot(session, mark));
  if (seen) ledger.seen_on_chain(*seen, session.now());
  for (int turn = 0; turn < 2; ++turn) {
    roles::WriteSet change = session.step();
    auto slot = roles::reserve_slot(change, ledger, session.now(), newest.time);
    if (slot && *slot) return *std::move(*slot);
    TRY_VOID(session.write(change));  // also that it has to wait, and until when
    if (!slot) return session.refused(session.say(Phrase::no_signature_now), slot.error());
    if (const auto written = ledger.to_persist()) ledger.persisted(*written);
  }
  return session.fail(Phrase::clock_moved);
}

Result<void> write_records(const WriteOptions& options) {
  TRY(const roles::Card card, load<roles::Card>(options.patient, "a patient's card"));
  TRY(const std::vector<Source> sources, read_index(options));
  if (sources.empty()) return failure(options.say(Phrase::no_records_in, {options.emr.string()}));
  if (sources.size() > 4096) return failure(options.say(Phrase::too_many_records));
  TRY(const auto session, options.open());
  // What was begun before is delivered first.
  for (const roles::PendingDelivery& pending : roles::pending_deliveries(session->step())) {
    const auto done = deliver(*session, pending);
    if (!done) return session->fail(Phrase::earlier_delivery, {std::to_string(pending.drafts.items.size()), done.error().message});
  }

  roles::WriteSet met = session->step();
  if (const auto good = roles::meet(met, session->self(), card); !good)
    return session->refused(session->say(Phrase::the_card), good.error());
  TRY_VOID(session->write(met));
  std::vector<roles::RecordDraft> drafts;
  for (const Source& source : sources) {
    TRY(roles::RecordDraft made, draft(*session, source));
    drafts.push_back(std::move(made));
  }
  TRY(ReservedSlot slot, take_slot(*session));
  roles::WriteSet change = session->step();
  const roles::PendingDelivery pending = roles::sign_delivery(change, session->self(), card.patient.identity, std::move(drafts),
                                                              std::move(slot), session->now(), session->random());
  TRY_VOID(session->write(change));
  TRY(const roles::Delivered delivered, deliver(*session, pending));

  const auto hashes = record_hashes(session->self().hospital(), pending.deliver.group.group);
  nlohmann::json records = nlohmann::json::array();
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const RecordPlace place{delivered.batch, static_cast<std::uint32_t>(i + 1)};
    records.push_back({{"place", to_text(place)}, {"htxm", to_hex(hashes[i])}, {"title", pending.drafts.items[i].title.value}});
  }
  if (options.json) {
    show(true, {{"batch", "", delivered.batch}, {"records", "", std::move(records)}});
    return {};
  }
  for (const auto& record : records)
    std::cout << record["place"].get<std::string>() << "  " << one_line(record["title"].get<std::string>()) << '\n';
  return {};
}

}  // namespace

void add_doctor_writing(CLI::App& doctor, int& status) {
  add_command<WriteOptions>(doctor, status, "write", "write records for a patient who has been at your hospital",
                            "doctor write --dir dr-lee --patient card --emr records --only 0,1", write_records);
}

}  // namespace caduceus
