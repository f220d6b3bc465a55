// A doctor's folder, open. What a command does there is on disk when it says so, and one process is in it at a time.
//
//   what chain_reader.h says; DIR/licence, the hospital's word that the doctor works for it; DIR/rocksdb/, what the agent keeps, sealed
#pragma once

#include "app/chain_reader.h"
#include "app/command.h"
#include "app/phrases.h"
#include "app/records_client.h"
#include "core/roles/doctor.h"
#include "host/node/sealed_tables.h"

namespace caduceus {

class DoctorSession {
 public:
  // Failure: not init()ed, another passphrase, another process in it.
  [[nodiscard]] static Result<std::unique_ptr<DoctorSession>> open(const std::filesystem::path& folder, const SecretBytes& passphrase,
                                                                   Language language);
  DoctorSession(const DoctorSession&) = delete;
  DoctorSession& operator=(const DoctorSession&) = delete;
  ~DoctorSession() = default;

  [[nodiscard]] ChainReader& chains() { return chains_; }
  [[nodiscard]] RecordsClient& hospitals() { return hospitals_; }
  [[nodiscard]] const roles::DoctorSelf& self() const { return self_; }
  [[nodiscard]] Rng& random() { return random_; }
  [[nodiscard]] Time now() const { return wall_clock(); }

  // A step: what it wrote is on disk when write() returns. Between leave() and enter() other processes may be here. Who enters takes away what
  // is of no use any more: old requests and their secrets, cases of yesterday.
  [[nodiscard]] roles::WriteSet step() { return roles::WriteSet(tables_->tables()); }
  [[nodiscard]] Result<void> write(const roles::WriteSet& step) { return tables_->tables().write(step); }
  [[nodiscard]] Result<void> enter();
  void leave() { tables_.reset(); }

  [[nodiscard]] std::string say(Phrase phrase, std::initializer_list<std::string> with = {}) const {
    return caduceus::say(language_, phrase, with);
  }
  [[nodiscard]] tl::unexpected<Failure> fail(Phrase phrase, std::initializer_list<std::string> with = {}) const {
    return failure(say(phrase, with));
  }
  // What was refused here, in one sentence with the Reject's name. `what`: of say().
  [[nodiscard]] tl::unexpected<Failure> refused(const std::string& what, Reject reason) const {
    return fail(Phrase::was_refused, {what, std::string(explain(reason)), std::string(name(reason))});
  }

  // By the name that commands take: "h2". Failure: genesis names no such hospital.
  [[nodiscard]] Result<Identity> hospital_named(const std::string& name) const;
  // An account, proved when it is first asked for, since its keys are for ever; E of a hospital that is asked. Failure: there is none.
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
  DoctorSession(std::filesystem::path folder, Language language, ChainReader chains, SignedLicence licence);
  [[nodiscard]] Result<void> read(const roles::NumberedEnvelope& envelope, Read& count);

  std::filesystem::path folder_;
  Language language_;
  ChainReader chains_;
  SignedLicence licence_;
  RecordsClient hospitals_;
  std::map<Identity, MemberAccount> accounts_;  // that were asked for
  SystemRandom random_;
  roles::DoctorSelf self_;
  std::unique_ptr<TableFolder> tables_;
};

// What every command of a doctor has.
struct DoctorOptions {
  std::filesystem::path directory;
  PassphraseOptions passphrase;
  std::string language;
  bool json = false;

  void declare(CLI::App& command);
  [[nodiscard]] std::string say(Phrase phrase, std::initializer_list<std::string> with = {}) const {
    return caduceus::say(language_of(language), phrase, with);
  }
  [[nodiscard]] Result<std::unique_ptr<DoctorSession>> open() const;
};

// "1.2"
[[nodiscard]] std::string to_text(const RecordPlace& place);
// "1.1,1.2", in any order. Failure: not of this form.
[[nodiscard]] Result<std::vector<RecordPlace>> parse_places(const DoctorSession& session, const std::string& text);
// Exactly so many bytes in hexadecimal.
template <class T>
[[nodiscard]] Result<T> parse_hex(const DoctorSession& session, const std::string& text) {
  const auto bytes = from_hex(text);
  const auto value = bytes ? decode<T>(*bytes) : reject(Reject::too_short);
  if (!value) return session.fail(Phrase::bad_hex, {text, std::to_string(2 * T{}.size())});
  return *value;
}

}  // namespace caduceus
