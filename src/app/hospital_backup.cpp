// caduceus hospital backup: what a hospital cannot get again from anybody, out of its running node, into a folder on another disk. Chains are
// not in it: other nodes have them (caduceus chain export, for a file). Secrets stay sealed as they are. docs/OPERATIONS.md.
#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "app/backup_manifest.h"
#include "app/command.h"
#include "app/commands.h"
#include "app/hospital_folder.h"
#include "app/records_client.h"
#include "host/store/durable_file.h"
#include "host/store/file_content.h"
#include "host/store/file_descriptor.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

namespace fs = std::filesystem;

// What `hospital init` and `enrol` write into the folder itself. Other files there are not ours.
constexpr std::array<std::string_view, 7> small_files{"member",   "member.keystore", "genesis",      "sup.json",
                                                      "med.json", "network.json",    "hospital.json"};

struct BackupOptions {
  fs::path directory;
  fs::path out;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder, whose node runs")->required();
    command.add_option("--out", out, "a folder for the backup; of the one that is there, what has changed is replaced")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

// One backup at a time, until the descriptor closes: the node has one DIR/checkpoint, and who ends clears up in --out. Nobody else locks
// the hospital's folder itself; the node locks its stores in it.
Result<FileDescriptor> lock_backup(const fs::path& directory) {
  FileDescriptor lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.is_open()) return system_failure("cannot open", directory);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return system_failure("cannot lock", directory);
  return failure("another backup of " + directory.string() + " is under way: wait until it ends");
}

// While the folder is locked.
class Backup {
 public:
  Backup(const BackupOptions& options, const sup::Genesis& genesis, const Network& network, const MemberSecrets& member)
      : folder_(options.directory),
        directory_(options.directory),
        out_(options.out),
        member_(member),
        node_(network, member.credentials()) {
    manifest_.hospital = member.known.identity;
    manifest_.net = genesis.network();
  }

  // Failure: the node does not run; a disk; another hospital's backup is there.
  Result<void> run() {
    TRY_VOID(make_folder(out_));
    if (fs::exists(out_ / "manifest")) {
      TRY(before_, load_manifest(out_, member_));
    }
    // A record that is erased while its blob is being copied makes the copy of its key one too many: then it is begun again.
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      TRY(const bool is_whole, copy());
      if (is_whole) return finish();
    }
    return failure("records were erased during each of " + std::to_string(most_attempts) + " attempts: try again");
  }

  [[nodiscard]] const BackupManifest& manifest() const { return manifest_; }
  [[nodiscard]] std::uint64_t blobs() const { return blobs_; }
  [[nodiscard]] std::uint64_t new_blobs() const { return new_blobs_; }
  [[nodiscard]] std::uint64_t copied() const { return copied_; }

 private:
  static constexpr int most_attempts = 5;

  // Whether all bodies were there whose keys are in it.
  Result<bool> copy() {
    manifest_.files.clear();
    blobs_ = 0;
    TRY(const auto made, node_.ask<roles::Checkpoint>(member_.known.identity, roles::MakeCheckpoint{}));
    if (!made.problem.value.empty()) return failure("the node made no checkpoint: " + made.problem.value);
    manifest_.time = wall_clock();
    manifest_.state = "state-" + std::to_string(manifest_.time.value());
    TRY_VOID(copy_small_files());
    TRY_VOID(copy_folder(folder_.checkpoint(), manifest_.state + "/records"));
    TRY(const bool is_whole, copy_blobs());
    std::error_code ignored;
    fs::remove_all(folder_.checkpoint(), ignored);
    return is_whole;
  }

  Result<void> copy_small_files() {
    for (const std::string_view name : small_files) {
      if (fs::exists(directory_ / name)) TRY_VOID(copy_file(directory_ / name, manifest_.state + "/" + std::string(name)));
    }
    return fs::exists(directory_ / "licences") ? copy_folder(directory_ / "licences", manifest_.state + "/licences") : Result<void>();
  }

  Result<void> copy_folder(const fs::path& from, const std::string& to) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(from, error)) {
      if (entry.is_regular_file()) TRY_VOID(copy_file(entry.path(), to + "/" + fs::relative(entry.path(), from).string()));
    }
    if (error) return failure("cannot list " + from.string() + ": " + error.message());
    return {};
  }

  // What could not be restored is said now.
  Result<void> copy_file(const fs::path& from, const std::string& to) {
    if (!is_backup_path(to)) {
      return failure("cannot back up " + from.string() + ": in its name, only A-Z a-z 0-9 . - _ may be. Rename it, or move it elsewhere");
    }
    const fs::path path = out_ / to;
    TRY_VOID(make_folder(path.parent_path()));
    std::error_code ignored;
    fs::remove(path, ignored);
    TRY(const FileContent content, copy_content(from, path));
    manifest_.files.emplace(to, content.sha256);
    copied_ += content.size;
    return {};
  }

  // Those whose keys are in the checkpoint, and the empty one, which is no record (record_store.h). Blobs never change. What lies in a bucket is kept
  // by whoever keeps that.
  Result<bool> copy_blobs() {
    TRY(const HospitalConfig config, folder_.config());
    if (config.blobs) return true;
    std::vector<std::string> names;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_.blobs(), error)) {
      if (entry.is_regular_file() && entry.path().filename().string().size() == 2 * sizeof(RecordId) && entry.file_size() == 0) {
        names.push_back(entry.path().filename().string());
      }
    }
    if (error) return failure("cannot list " + folder_.blobs().string() + ": " + error.message());
    {
      TRY(const auto store, store::open_rocks_store(folder_.checkpoint(), RecordRoom::columns));
      TRY_VOID(store->for_each_from(RecordStore::Columns::records, {}, [&](ByteView key, ByteView) {
        names.push_back(to_hex(key));
        return true;
      }));
    }
    for (const std::string& name : names) {
      const std::string below = name.substr(0, 2) + "/" + name, to = "blobs/" + below;
      ++blobs_;
      if (const auto known = before_.files.find(to); known != before_.files.end() && fs::exists(out_ / to)) {
        manifest_.files.insert(*known);
        continue;
      }
      if (!fs::exists(folder_.blobs() / below)) return false;
      TRY_VOID(copy_file(folder_.blobs() / below, to));
      ++new_blobs_;
    }
    return true;
  }

  // From here on the new one counts; what only the one before had goes, so that what was erased is not in it for longer than it must be.
  Result<void> finish() {
    SystemRandom random;
    TRY_VOID(sync_file_system(out_));
    TRY_VOID(write_durably(out_ / "manifest", as_bytes(manifest_.signed_text(member_, random)), IfExists::replace));
    std::error_code error;
    std::vector<fs::path> old;
    for (auto entry = fs::recursive_directory_iterator(out_, error); !error && entry != fs::end(entry); entry.increment(error)) {
      const std::string name = fs::relative(entry->path(), out_).string();
      const bool is_old = name != "manifest" && !manifest_.files.contains(name);
      if (entry->is_regular_file() && is_old && (name.starts_with("state-") || name.starts_with("blobs/"))) old.push_back(entry->path());
    }
    for (const fs::path& path : old) fs::remove(path, error);
    for (const fs::directory_entry& entry : fs::directory_iterator(out_, error)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("state-") && name != manifest_.state) fs::remove_all(entry.path(), error);
    }
    return {};
  }

  HospitalFolder folder_;
  fs::path directory_;
  fs::path out_;
  const MemberSecrets& member_;
  RecordsClient node_;
  BackupManifest before_;
  BackupManifest manifest_;
  std::uint64_t blobs_ = 0;
  std::uint64_t new_blobs_ = 0;
  std::uint64_t copied_ = 0;
};

Result<void> back_up_hospital(const BackupOptions& options) {
  const HospitalFolder folder(options.directory);
  TRY(const sup::Genesis genesis, folder.genesis());
  TRY(const Network network, folder.network(genesis));
  TRY(const SecretBytes words, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(const MemberSecrets member, MemberFolder(options.directory).open(words));
  TRY(const FileDescriptor lock, lock_backup(options.directory));
  Backup backup(options, genesis, network, member);
  TRY_VOID(backup.run());
  show(options.json, {{"backup", "backup", options.out.string()},
                      {"time", "of", shown(options.json, backup.manifest().time)},
                      {"files", "files", backup.manifest().files.size()},
                      {"blobs", "of these records' bodies", backup.blobs()},
                      {"new_blobs", "of these new", backup.new_blobs()},
                      {"copied", "bytes copied", backup.copied()}});
  return {};
}

}  // namespace

void add_hospital_backup(CLI::App& hospital, int& status) {
  add_command<BackupOptions>(hospital, status, "backup", "what nobody else has, out of the running node, into a folder",
                             "hospital backup --dir h1 --out /mnt/backup/h1 --passphrase-file passphrase", back_up_hospital);
}

}  // namespace caduceus
