// A doctor's folder, open. What a command does there is on disk when it says so, and one process is in it at a time.
//
//   what chain_reader.h says; DIR/licence, the hospital's word that the doctor works for it; DIR/tables/, what the agent keeps
#pragma once

#include "app/chain_reader.h"
#include "app/command.h"
#include "app/records_client.h"
#include "core/roles/doctor.h"
#include "host/node/sealed_tables.h"

namespace caduceus {

class DoctorSession {
 public:
  // Failure: not init()ed, another passphrase, another process in it.
  [[nodiscard]] static Result<std::unique_ptr<DoctorSession>> open(const std::filesystem::path& folder, const SecretBytes& passphrase);
  DoctorSession(const DoctorSession&) = delete;
  DoctorSession& operator=(const DoctorSession&) = delete;
  ~DoctorSession() = default;

  [[nodiscard]] ChainReader& chains() { return chains_; }
  [[nodiscard]] RecordsClient& hospitals() { return hospitals_; }
  [[nodiscard]] const roles::DoctorSelf& self() const { return self_; }
  [[nodiscard]] Rng& random() { return random_; }
  [[nodiscard]] Time now() const { return wall_clock(); }

  // A step: what it wrote is on disk when write() returns. Between leave() and enter() other processes may be here.
  [[nodiscard]] roles::WriteSet step() { return roles::WriteSet(tables_->tables()); }
  [[nodiscard]] Result<void> write(const roles::WriteSet& step) { return tables_->tables().write(step); }
  [[nodiscard]] Result<void> enter();
  void leave() { tables_.reset(); }

  // By the name that commands take: "h2". Failure: genesis names no such hospital.
  [[nodiscard]] Result<Identity> hospital_named(const std::string& name) const;
  // An account, proved; E of a hospital that is asked. Failure: there is none.
  [[nodiscard]] Result<MemberAccount> account_of(const Identity& identity);

  // Puts what waits in the outbox into the relays. Failure: a relay that does not take it; the others have theirs.
  [[nodiscard]] Result<void> post();
  // Takes and reads what came. What is refused is said on standard error, and gone.
  struct Read {
    std::size_t letters = 0;
    std::size_t grants = 0;
  };
  [[nodiscard]] Result<Read> collect();

 private:
  DoctorSession(std::filesystem::path folder, ChainReader chains, SignedLicence licence);
  [[nodiscard]] Result<void> read(const roles::NumberedEnvelope& envelope, Read& count);

  std::filesystem::path folder_;
  ChainReader chains_;
  SignedLicence licence_;
  RecordsClient hospitals_;
  SystemRandom random_;
  roles::DoctorSelf self_;
  std::unique_ptr<TableFolder> tables_;
};

// --dir, --passphrase-file, --json.
struct DoctorOptions {
  std::filesystem::path directory;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command);
  [[nodiscard]] Result<std::unique_ptr<DoctorSession>> open() const;
};

// "1.2"
[[nodiscard]] std::string to_text(const RecordPlace& place);
// "1.1,1.2", in any order. Failure: not of this form.
[[nodiscard]] Result<std::vector<RecordPlace>> parse_places(const std::string& text);

}  // namespace caduceus
