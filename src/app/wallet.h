// A patient's wallet for one command (core/roles/patient.h): her folder, which no other process has meanwhile; both chains, and her hospitals.
//
//   DIR/member.keystore, account.keystore   her keys (member.h)
//   DIR/genesis, network.json, light/       what she trusts, and whom she asks (chain_reader.h)
//   DIR/tables/                             what she keeps, sealed under a key of member.keystore (host/node/sealed_tables.h)
//   DIR/card                                what she hands to hospitals and doctors (core/roles/card.h)
#pragma once

#include "app/chain_reader.h"
#include "app/command.h"
#include "app/phrases.h"
#include "app/records_client.h"
#include "core/roles/patient_grants.h"
#include "host/node/sealed_tables.h"

namespace caduceus {

class Wallet {
 public:
  // Failure: no wallet there, another passphrase, another process that does not leave.
  [[nodiscard]] static Result<std::unique_ptr<Wallet>> open(const std::filesystem::path& folder, SecretBytes passphrase, Language language);
  Wallet(const Wallet&) = delete;
  Wallet& operator=(const Wallet&) = delete;
  ~Wallet() = default;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const sup::Genesis& genesis() const { return chains_.genesis(); }
  [[nodiscard]] const NetworkId& net() const { return net_; }
  [[nodiscard]] const roles::patient::PatientSelf& self() const { return self_; }
  [[nodiscard]] ChainReader& chains() { return chains_; }
  [[nodiscard]] RecordsClient& hospitals() { return hospitals_; }
  [[nodiscard]] Rng& rng() { return random_; }
  // Failure: she has not registered.
  [[nodiscard]] Result<const PatientAccount*> account();
  [[nodiscard]] Result<roles::Card> card() const;

  [[nodiscard]] const roles::Tables& tables() const { return tables_->tables(); }
  // A step over them, and its durable end.
  [[nodiscard]] roles::WriteSet step() const { return roles::WriteSet(tables_->tables()); }
  [[nodiscard]] Result<void> commit(const roles::WriteSet& step) { return tables_->tables().write(step); }

  // By its name in genesis. Failure: none.
  [[nodiscard]] Result<Identity> hospital(const std::string& name) const;
  // As she knows him already, or as SUP has him, if it does.
  [[nodiscard]] Result<std::optional<roles::Party>> find_party(const Identity& who);
  // Failure: SUP has no account of his.
  [[nodiscard]] Result<roles::Party> party(const Identity& who);

  [[nodiscard]] std::string say(Phrase phrase, std::initializer_list<std::string> with = {}) const {
    return caduceus::say(language_, phrase, with);
  }
  [[nodiscard]] tl::unexpected<Failure> fail(Phrase phrase, std::initializer_list<std::string> with = {}) const {
    return failure(say(phrase, with));
  }
  // What was refused here, in one sentence with the Reject's name.
  [[nodiscard]] tl::unexpected<Failure> refused(Phrase what, Reject reason) const;

 private:
  Wallet(std::filesystem::path folder, SecretBytes passphrase, Language language, ChainReader chains);

  std::filesystem::path folder_;
  SecretBytes passphrase_;
  Language language_;
  SystemRandom random_;
  ChainReader chains_;
  NetworkId net_;
  roles::patient::PatientSelf self_;
  RecordsClient hospitals_;
  std::optional<PatientAccount> account_;
  std::unique_ptr<TableFolder> tables_;
};

// "h2" of a hospital's identity, as commands take and show it; with its key's version when that is not the first.
[[nodiscard]] std::string short_name(const Identity& identity);
// "1.2"
[[nodiscard]] std::string to_string(const RecordPlace& place);

// What every command of a patient has.
struct WalletOptions {
  std::filesystem::path directory;
  PassphraseOptions passphrase;
  std::string language;
  bool json = false;

  void declare(CLI::App& command);
  [[nodiscard]] std::string say(Phrase phrase, std::initializer_list<std::string> with = {}) const {
    return caduceus::say(language_of(language), phrase, with);
  }
  [[nodiscard]] Result<std::unique_ptr<Wallet>> open() const;
};

// Exactly so many bytes in hexadecimal.
template <class T>
[[nodiscard]] Result<T> parse_hex(const Wallet& wallet, const std::string& text) {
  const auto bytes = from_hex(text);
  const auto value = bytes ? decode<T>(*bytes) : reject(Reject::too_short);
  if (!value) return wallet.fail(Phrase::bad_hex, {text, std::to_string(2 * T{}.size())});
  return *value;
}
// Places of one hospital, "1.2,1.3", each perhaps with its name, "h2:1.2": another one's is refused.
[[nodiscard]] Result<std::vector<RecordPlace>> parse_places(const Wallet& wallet, const Identity& hospital, const std::string& text);

}  // namespace caduceus
