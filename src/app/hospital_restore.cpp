// caduceus hospital restore: a hospital out of its backup, on another machine. What it said and signed since the backup is unknown to it: it
// publishes no records before R5's wait is over, and says nothing on SUP before it cannot contradict itself (core/sup/safety.h, Abstention).
#include "app/backup_manifest.h"
#include "app/command.h"
#include "app/commands.h"
#include "app/hospital_folder.h"
#include "app/public_file.h"
#include "core/roles/hospital_restoring.h"
#include "host/node/sup_store.h"
#include "host/store/file_content.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

namespace fs = std::filesystem;

struct RestoreOptions {
  fs::path from;
  fs::path directory;
  bool is_old_off = false;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--from", from, "the backup's folder")->required();
    command.add_option("--dir", directory, "the hospital's new folder")->required();
    command.add_flag("--old-machine-is-off", is_old_off,
                     "your word that the hospital's node runs nowhere else, and will not: two of them would contradict each other");
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

// The file that makes a folder a hospital's comes last.
constexpr std::string_view last_file = "hospital.json";

Result<void> copy_files(const BackupManifest& manifest, const fs::path& from, const fs::path& to) {
  const auto copy = [&](const std::string& path, const Bytes32& hash) -> Result<void> {
    const bool is_state = path.starts_with(manifest.state + "/");
    const fs::path target = to / (is_state ? path.substr(manifest.state.size() + 1) : path);
    TRY_VOID(make_folder(target.parent_path()));
    TRY(const FileContent content, copy_content(from / path, target));
    if (content.sha256 == hash) return {};
    return failure((from / path).string() + " is damaged: its SHA-256 is " + to_hex(content.sha256) + ", not " + to_hex(hash) +
                   " as the backup's manifest says. Take another backup");
  };
  const std::string last = manifest.state + "/" + std::string(last_file);
  for (const auto& [path, hash] : manifest.files) {
    if (path != last) TRY_VOID(copy(path, hash));
  }
  const auto found = manifest.files.find(last);
  if (found == manifest.files.end()) return failure((from / "manifest").string() + " names no " + last + ": the backup is not whole");
  return copy(found->first, found->second);
}

struct Waits {
  Time publishes;
  Time votes;
};

// All that must be on disk before the node may run.
Result<Waits> begin_to_wait(const fs::path& directory, const sup::Genesis& genesis, MemberSecrets& member, Time now) {
  const HospitalFolder folder(directory);
  const std::uint64_t epoch = genesis.med.epoch_length;
  SystemRandom random;
  TRY(const auto records, store::open_rocks_store(folder.records(), RecordRoom::columns));
  SealedTables tables(*records, RecordRoom::tables_column, hospital_keys(member).tables.copy(), random);
  roles::WriteSet step(tables);
  SlotRules rules;
  rules.net = genesis.network();
  rules.epoch_length = epoch;
  roles::after_restore(step, rules, now);
  const auto mark = step.get(roles::hospital_slots, Byte{0});
  TRY_VOID(tables.write(step));

  const sup::Abstention abstention = sup::abstain_from(now, epoch);
  TRY(const auto sup, store::open_rocks_store(folder.sup().store(), SupStore::columns));
  TRY_VOID(sup->write(SupStore::restored(genesis.network(), abstention)));
  return Waits{Time(mark->not_before.value() * epoch), abstention.until};
}

// The restored folder counts once its last file is there: until then it is made elsewhere, and goes when something fails.
class Unfinished {
 public:
  explicit Unfinished(fs::path folder) : folder_(std::move(folder)) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  ~Unfinished() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  [[nodiscard]] const fs::path& folder() const { return folder_; }
  // What is in it is on disk before it has its name: half a hospital under that name would look like a whole one.
  Result<void> finish(const fs::path& as) {
    TRY_VOID(sync_file_system(folder_));
    std::error_code error;
    fs::rename(folder_, as, error);
    if (error) return failure("cannot make " + as.string() + ": " + error.message());
    folder_.clear();
    return sync_folder(as.parent_path());
  }

 private:
  fs::path folder_;
};

Result<void> restore_hospital(const RestoreOptions& options) {
  if (!options.is_old_off) {
    return failure(
        "turn the hospital's old machine off for good, and say so by --old-machine-is-off: two nodes with the same keys contradict each other");
  }
  const fs::path directory = (fs::absolute(options.directory) / "").lexically_normal().parent_path();  // with or without a slash in the end
  if (fs::exists(directory) && !fs::is_empty(directory)) return failure(directory.string() + " is not empty: give another --dir");
  TRY(const fs::path state, state_folder(options.from));
  TRY(const SecretBytes words, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(MemberSecrets member, MemberFolder(state).open(words));
  TRY(const BackupManifest manifest, load_manifest(options.from, member));
  const Time now = wall_clock();
  if (now < manifest.time) return failure("this machine's clock is behind the backup's time: set it right first, the waits go by it");

  TRY_VOID(make_folder(directory.parent_path()));
  Unfinished made(directory.parent_path() / ("." + directory.filename().string() + ".restoring"));
  TRY_VOID(make_folder(made.folder()));
  TRY_VOID(copy_files(manifest, options.from, made.folder()));
  TRY(const sup::Genesis genesis, HospitalFolder(made.folder()).genesis());
  if (genesis.network() != manifest.net) return failure("the backup's genesis is of another network than its manifest says");
  const std::string name = to_string(member.known.identity);
  TRY(const Waits waits, begin_to_wait(made.folder(), genesis, member, now));
  std::error_code ignored;
  fs::remove(directory, ignored);  // empty
  TRY_VOID(made.finish(directory));
  show(options.json, {{"restored", "restored", directory.string()},
                      {"identity", "hospital", name},
                      {"time", "as of", shown(options.json, manifest.time)},
                      {"files", "files", manifest.files.size()},
                      {"publishes_again", "publishes records again at", shown(options.json, waits.publishes)},
                      {"votes_again", "votes on SUP again once it has a block as late as", shown(options.json, waits.votes)}});
  return {};
}

}  // namespace

void add_hospital_restore(CLI::App& hospital, int& status) {
  add_command<RestoreOptions>(hospital, status, "restore", "a hospital out of its backup, on another machine",
                              "hospital restore --from /mnt/backup/h1 --dir h1 --old-machine-is-off --passphrase-file passphrase",
                              restore_hospital);
}

}  // namespace caduceus
