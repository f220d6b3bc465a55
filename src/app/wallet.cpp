#include "app/wallet.h"

#include <algorithm>
#include <charconv>

#include "app/public_file.h"

namespace caduceus {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<RecordPlace> parse_place(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto batch = parse_number(text.substr(0, dot));
  const auto index = parse_number(text.substr(dot + 1));
  if (!batch || !index) return std::nullopt;
  const RecordPlace place{*batch, *index};
  return place.check() ? std::optional(place) : std::nullopt;
}

}  // namespace

Wallet::Wallet(std::filesystem::path folder, SecretBytes passphrase, Language language, ChainReader chains)
    : folder_(std::move(folder)),
      passphrase_(std::move(passphrase)),
      language_(language),
      chains_(std::move(chains)),
      net_(chains_.genesis().network()),
      self_{chains_.genesis().authority.parameters.signing, chains_.member().keys, *chains_.member().sealing},
      hospitals_(chains_.network(), chains_.member().credentials()) {}

Result<std::unique_ptr<Wallet>> Wallet::open(const std::filesystem::path& folder, SecretBytes passphrase, Language language) {
  TRY(ChainReader chains, ChainReader::open(folder, passphrase));
  const MemberSecrets& member = chains.member();
  if (member.known.identity.role != Role::patient || !member.sealing) {
    return failure(caduceus::say(language, Phrase::not_a_patient, {caduceus::to_string(member.known.identity)}));
  }
  std::unique_ptr<Wallet> wallet(new Wallet(folder, std::move(passphrase), language, std::move(chains)));
  TRY(wallet->tables_, TableFolder::open(folder, wallet->chains_.member().table_key(), wallet->random_));
  return wallet;
}

Result<const PatientAccount*> Wallet::account() {
  if (!account_) {
    TRY(account_, MemberFolder(folder_).open_account(net_, passphrase_));
  }
  return &*account_;
}

Result<roles::Card> Wallet::card() const {
  if (!std::filesystem::exists(folder_ / "card")) return fail(Phrase::not_initialised, {folder_.string()});
  return load<roles::Card>(folder_ / "card", "a patient's card");
}

Result<Identity> Wallet::hospital(const std::string& name) const {
  for (const sup::Hospital& one : genesis().hospitals.items) {
    if (one.identity.name.value == name) return one.identity;
  }
  return fail(Phrase::no_such_hospital, {name});
}

Result<std::optional<roles::Party>> Wallet::find_party(const Identity& who) {
  if (auto known = step().get(roles::patient::correspondents, who)) return known;
  TRY(const auto account, chains_.sup().account(who));
  if (!account.value) return std::nullopt;
  return roles::Party{account.value->key, account.value->sealing_key, account.value->hospital};
}

Result<roles::Party> Wallet::party(const Identity& who) {
  TRY(auto found, find_party(who));
  if (!found) return fail(Phrase::no_account_on_sup, {caduceus::to_string(who)});
  return *std::move(found);
}

tl::unexpected<Failure> Wallet::refused(Phrase what, Reject reason) const {
  return fail(Phrase::was_refused, {say(what), std::string(explain(reason)), std::string(name(reason))});
}

std::string short_name(const Identity& identity) {
  return identity.version == 1 ? identity.name.value : identity.name.value + "#" + std::to_string(identity.version);
}

std::string to_string(const RecordPlace& place) { return std::to_string(place.batch) + "." + std::to_string(place.index); }

void WalletOptions::declare(CLI::App& command) {
  command.add_option("--dir", directory, "the patient's folder")->required();
  passphrase.declare(command);
  command.add_option("--lang", language, "en or zh; by default what LANG says")->check(CLI::IsMember({"en", "zh"}));
  command.add_flag("--json", json, "print one JSON object");
}

Result<std::unique_ptr<Wallet>> WalletOptions::open() const {
  TRY(SecretBytes words, passphrase.read(false, say(Phrase::your_passphrase)));
  return Wallet::open(directory, std::move(words), language_of(language));
}

Result<std::vector<RecordPlace>> parse_places(const Wallet& wallet, const Identity& hospital, const std::string& text) {
  std::vector<RecordPlace> places;
  std::string_view left = text;
  while (true) {
    const std::size_t comma = left.find(',');
    std::string_view one = left.substr(0, comma);
    const std::string prefix = short_name(hospital) + ":";
    if (one.starts_with(prefix)) one.remove_prefix(prefix.size());
    const auto place = parse_place(one);
    if (!place) return wallet.fail(Phrase::bad_place, {std::string(one)});
    places.push_back(*place);
    if (comma == std::string_view::npos) return places;
    left.remove_prefix(comma + 1);
  }
}

}  // namespace caduceus
