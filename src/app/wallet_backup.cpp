#include "app/wallet_backup.h"

#include "app/patient.h"
#include "app/public_file.h"
#include "core/crypto/aead.h"
#include "core/crypto/keystore.h"

namespace caduceus {
namespace {

using roles::TableId;

constexpr std::size_t most_backup = std::size_t{1} << 31U;
constexpr TableId first_table = 60;  // a patient's (core/roles/patient_*.h)
constexpr TableId last_table = 89;
// The last one makes the folder a wallet.
constexpr std::array<std::string_view, 7> file_names{"account.keystore", "member", "genesis",        "network.json",
                                                     "light.json",       "card",   "member.keystore"};

struct BackupFile {
  Text<1, 64> name;
  Blob<0, 1U << 20U> bytes;
  static auto fields(auto& self) { return std::tie(self.name, self.bytes); }
};
struct BackupEntry {
  TableId table = 0;
  Blob<0, 4096> key;
  Blob<0, 4U << 20U> value;
  static auto fields(auto& self) { return std::tie(self.table, self.key, self.value); }
};
struct Backup {
  Text<1, 32> kind{"caduceus wallet 1"};
  List<BackupFile, file_names.size()> files;
  List<BackupEntry, 1U << 24U> entries;
  static auto fields(auto& self) { return std::tie(self.kind, self.files, self.entries); }
};

// A table's key or value as it is.
struct Raw {
  ByteView bytes;
};

}  // namespace

template <>
struct Codec<Raw> {
  static void write(auto& writer, const Raw& raw) { writer.append(raw.bytes); }
};

namespace {

// What the passphrase opens: the key of the stream that follows.
using KeyBlob = Blob<1, 4096>;

Bytes seal_backup(const Backup& backup, const SecretBytes& passphrase, Rng& rng) {
  const SecretKey key(rng.bytes<32>());
  const KeyBlob locked{seal_keystore(encode_secret(key), passphrase, Argon2Cost{}, rng)};
  Bytes all = encode(locked);
  const Bytes stream = seal_stream(key, locked.value, encode_secret(backup).expose(), rng);
  all.insert(all.end(), stream.begin(), stream.end());
  return all;
}

Checked<Backup> open_backup(ByteView file, const SecretBytes& passphrase) {
  Reader reader(file);
  KeyBlob locked;
  TRY_VOID(read(reader, locked));
  TRY(const SecretBytes opened, open_keystore(locked.value, passphrase));
  TRY(const SecretKey key, decode<SecretKey>(opened.expose()));
  TRY(const SecretBytes content, open_stream(key, locked.value, file.last(reader.left())));
  TRY(Backup backup, decode<Backup>(content.expose()));
  const bool is_whole = backup.kind.value == Backup{}.kind.value && std::ranges::all_of(backup.files.items, [](const BackupFile& one) {
                          return std::ranges::find(file_names, one.name.value) != file_names.end();
                        });
  if (!is_whole) return reject(Reject::wallet_backup);
  return backup;
}

tl::unexpected<Failure> refused(Language language, const std::string& what, Reject reason) {
  return failure(say(language, Phrase::was_refused, {what, std::string(explain(reason)), std::string(name(reason))}));
}

Result<MemberSecrets> member_of(const Backup& backup, const SecretBytes& passphrase, Language language) {
  for (const BackupFile& file : backup.files.items) {
    if (file.name.value != "member.keystore") continue;
    const auto content = open_keystore(file.bytes.value, passphrase);
    if (!content) return refused(language, say(language, Phrase::keys_in_backup), content.error());
    auto member = decode<MemberSecrets>(content->expose());
    if (!member) return refused(language, say(language, Phrase::keys_in_backup), member.error());
    return *std::move(member);
  }
  return refused(language, say(language, Phrase::the_backup), Reject::wallet_backup);
}

Result<void> restore_tables(const Backup& backup, SecretKey key, const std::filesystem::path& folder) {
  constexpr std::size_t entries_a_step = 256;
  SystemRandom random;
  TRY(const auto tables, TableFolder::open(folder, std::move(key), random));
  const auto& entries = backup.entries.items;
  for (std::size_t begin = 0; begin < entries.size(); begin += entries_a_step) {
    roles::WriteSet step(tables->tables());
    for (std::size_t i = begin; i < std::min(entries.size(), begin + entries_a_step); ++i) {
      const BackupEntry& entry = entries[i];
      step.put(roles::Table<Raw, Raw>{entry.table}, Raw{entry.key.value}, Raw{entry.value.value});
    }
    TRY_VOID(tables->tables().write(step));
  }
  return {};
}

Result<void> restore_files(const Backup& backup, const std::filesystem::path& folder) {
  for (const std::string_view name : file_names) {
    for (const BackupFile& file : backup.files.items) {
      if (file.name.value == name) TRY_VOID(write_durably(folder / name, file.bytes.value, IfExists::replace));
    }
  }
  return {};
}

}  // namespace

Result<BackedUp> back_up(Wallet& wallet, const SecretBytes& passphrase, const std::filesystem::path& out) {
  if (std::filesystem::exists(out)) return wallet.fail(Phrase::file_is_there, {out.string()});
  Backup backup;
  for (const std::string_view name : file_names) {
    const std::filesystem::path path = wallet.folder() / name;
    if (!std::filesystem::exists(path)) continue;
    TRY(const SecretBytes bytes, read_whole(path, 1U << 20U));
    backup.files.items.push_back({{std::string(name)}, {{bytes.expose().begin(), bytes.expose().end()}}});
  }
  for (TableId table = first_table; table <= last_table; ++table) {
    wallet.tables().for_each_from(table, {}, [&](ByteView key, ByteView value) {
      backup.entries.items.push_back({table, {{key.begin(), key.end()}}, {{value.begin(), value.end()}}});
      return true;
    });
  }
  const Bytes sealed = seal_backup(backup, passphrase, wallet.rng());
  const std::size_t entries = backup.entries.items.size();
  for (BackupEntry& entry : backup.entries.items) wipe(entry.value.value.data(), entry.value.value.size());
  TRY_VOID(write_durably(out, sealed, IfExists::fail));
  return BackedUp{entries, sealed.size()};
}

Result<BackedUp> restore(const std::filesystem::path& from, const SecretBytes& passphrase, const std::filesystem::path& folder,
                         Language language) {
  const MemberFolder to(folder);
  if (std::filesystem::exists(to.keystore())) return failure(say(language, Phrase::enrolled_there, {folder.string()}));
  TRY(const SecretBytes file, read_whole(from, most_backup));
  auto backup = open_backup(file.expose(), passphrase);
  if (!backup) return refused(language, say(language, Phrase::not_restored, {from.string()}), backup.error());
  TRY(const MemberSecrets member, member_of(*backup, passphrase, language));
  TRY_VOID(make_folder(folder));
  TRY_VOID(restore_tables(*backup, member.table_key(), folder));
  TRY_VOID(restore_files(*backup, folder));
  for (BackupEntry& entry : backup->entries.items) wipe(entry.value.value.data(), entry.value.value.size());
  return BackedUp{backup->entries.items.size(), file.size()};
}

namespace {

struct BackupOptions : WalletOptions {
  std::filesystem::path out;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--out", out, "a new file")->required();
  }
};
struct RestoreOptions : WalletOptions {
  std::filesystem::path from;

  void declare(CLI::App& command) {
    WalletOptions::declare(command);
    command.add_option("--from", from, "the backup")->required();
  }
};

Result<void> back_up_wallet(const BackupOptions& options) {
  TRY(const SecretBytes words, options.passphrase.read(false, options.say(Phrase::your_passphrase)));
  const Language language = language_of(options.language);
  TRY(const auto wallet, Wallet::open(options.directory, SecretBytes(words.expose()), language));
  TRY(const BackedUp done, back_up(*wallet, words, options.out));
  show(options.json, {{"backup", say(language, Phrase::backup), options.out.string()},
                      {"entries", say(language, Phrase::entries), done.entries},
                      {"bytes", say(language, Phrase::bytes), done.bytes}});
  return {};
}

Result<void> restore_wallet(const RestoreOptions& options) {
  TRY(const SecretBytes words, options.passphrase.read(false, options.say(Phrase::backup_passphrase)));
  const Language language = language_of(options.language);
  TRY(const BackedUp done, restore(options.from, words, options.directory, language));
  show(options.json, {{"restored", say(language, Phrase::restored), options.directory.string()},
                      {"entries", say(language, Phrase::entries), done.entries}});
  return {};
}

}  // namespace

void add_patient_backup(CLI::App& patient, int& status) {
  add_command<BackupOptions>(patient, status, "backup", "the whole wallet in one file, under its passphrase",
                             "patient backup --dir pat-a --out pat-a.backup", back_up_wallet);
  add_command<RestoreOptions>(patient, status, "restore", "a wallet out of its backup, on another machine",
                              "patient restore --from pat-a.backup --dir pat-a", restore_wallet);
}

}  // namespace caduceus
