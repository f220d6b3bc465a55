#include "app/lab/tamper.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/command.h"
#include "app/hospital_folder.h"
#include "app/member.h"
#include "core/crypto/hash.h"
#include "host/node/med_store.h"
#include "host/node/record_room.h"
#include "host/store/rocks_store.h"

namespace {

using namespace caduceus;

struct Options {
  std::filesystem::path directory;
  std::string record;
  PassphraseOptions passphrase;
};

SecretBytes read_all(RecordReader& reader, Result<void>& read) {
  SecretBytes bytes;
  while (read) {
    const auto piece = reader.next();
    if (!piece) read = tl::unexpected(piece.error());
    if (!piece || piece->empty()) break;
    bytes.append(*piece);
  }
  return bytes;
}

// The hospital itself lies: the record's bytes are others, with the same salt, sealed as they should be. Only the chain knows.
Result<void> tamper_record(const Options& options) {
  TRY(const auto htxm, [&]() -> Result<TransactionHash> {
    const auto bytes = from_hex(options.record);
    TransactionHash hash{};
    if (!bytes || bytes->size() != hash.size()) return failure("--record takes a record's htxM, in hexadecimal");
    std::ranges::copy(*bytes, hash.begin());
    return hash;
  }());
  const HospitalFolder folder(options.directory);
  TRY(const SecretBytes words, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(MemberSecrets secrets, MemberFolder(options.directory).open(words));
  TRY(const auto store, store::open_rocks_store(folder.records(), RecordRoom::columns));
  TRY(const HospitalConfig config, folder.config());
  TRY(const auto blobs, open_blobs(config.blobs, folder.blobs()));
  HospitalKeys keys = hospital_keys(secrets);
  SystemRandom random;
  SealedTables tables(*store, RecordRoom::tables_column, std::move(keys.tables), random);
  TRY(RecordStore records, RecordStore::open(*store, *blobs, std::move(keys.records), random));

  roles::WriteSet step(tables);
  auto held = step.get(roles::held_records, htxm);
  if (!held || held->is_erased) return failure(options.directory.string() + " holds no such record");
  TRY(auto reader, records.read(held->body));
  if (!reader) return failure("the record's bytes are not there");
  Result<void> read;
  SecretBytes bytes = read_all(*reader, read);
  TRY_VOID(read);
  if (bytes.size() == 0) return failure("the record is empty: there is nothing to change");
  bytes.expose()[bytes.size() / 2] ^= 1;
  TRY(RecordWriter writer, records.create(Secret<Bytes32>(reader->salt()), reader->size(), reader->media_type()));
  TRY_VOID(writer.append(bytes.expose()));
  held->body = writer.id();
  TRY_VOID(writer.commit());
  step.put(roles::held_records, htxm, *held);
  TRY_VOID(tables.write(step));
  std::cout << "one bit of the record is another\n";
  return {};
}

// One bit of the newest stored block of MED.
Result<void> tamper_block(const Options& options) {
  constexpr std::string_view bodies = "bodies";
  const auto at = std::ranges::find(MedStore::columns, bodies) - MedStore::columns.begin();
  const store::Column column{static_cast<std::uint8_t>(at)};
  TRY(const auto store, store::open_rocks_store(HospitalFolder(options.directory).med().store(), MedStore::columns));
  store::Batch batch;
  TRY_VOID(store->for_each_back_from(column, {}, [&](ByteView key, ByteView value) {
    Bytes changed(value.begin(), value.end());
    changed[changed.size() / 2] ^= 0x10;
    batch.put(column, key, changed);
    return false;
  }));
  if (batch.empty()) return failure("no block is stored there");
  TRY_VOID(store->write(batch));
  std::cout << "one bit of a block is another\n";
  return {};
}

CLI::App* add(CLI::App& attack, int& status, const std::string& name, const std::string& about, const std::shared_ptr<Options>& options,
              Result<void> (*run)(const Options&)) {
  auto* command = attack.add_subcommand(name, about);
  command->add_option("--dir", options->directory, "the folder of a hospital that is stopped")->required();
  options->passphrase.declare(*command);
  command->callback([options, run, &status] {
    const auto done = run(*options);
    if (done) return;
    std::cerr << "caduceus-lab: " << done.error().message << '\n';
    status = 1;
  });
  return command;
}

}  // namespace

void add_tampering(CLI::App& attack, int& status) {
  const auto of_record = std::make_shared<Options>();
  auto* record = add(attack, status, "tampered-record", "a hospital changes a record that it keeps", of_record, tamper_record);
  record->add_option("--record", of_record->record, "the record's htxM, in hexadecimal")->required();
  record->footer("Example: caduceus-lab attack tampered-record --dir h3 --record 3f…");
  add(attack, status, "tampered-block", "a block is changed on a hospital's disk", std::make_shared<Options>(), tamper_block)
      ->footer("Example: caduceus-lab attack tampered-block --dir h4");
}
