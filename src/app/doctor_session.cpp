#include "app/doctor_session.h"

#include <charconv>
#include <iostream>

#include "app/public_file.h"
#include "core/roles/doctor_consent.h"
#include "core/roles/doctor_emergency.h"

namespace caduceus {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

DoctorSession::DoctorSession(std::filesystem::path folder, Language language, ChainReader chains, SignedLicence licence)
    : folder_(std::move(folder)),
      language_(language),
      chains_(std::move(chains)),
      licence_(std::move(licence)),
      hospitals_(chains_.network(), chains_.member().credentials()),
      self_{chains_.genesis().network(), chains_.genesis().authority.parameters.signing, chains_.member().keys, *chains_.member().sealing,
            licence_} {}

Result<std::unique_ptr<DoctorSession>> DoctorSession::open(const std::filesystem::path& folder, const SecretBytes& passphrase,
                                                           Language language) {
  TRY(ChainReader chains, ChainReader::open(folder, passphrase));
  const Identity& self = chains.member().known.identity;
  if (self.role != Role::doctor) return failure(caduceus::say(language, Phrase::not_a_doctor, {caduceus::to_string(self)}));
  if (!std::filesystem::exists(folder / "licence")) return failure(caduceus::say(language, Phrase::no_licence, {folder.string()}));
  TRY(SignedLicence licence, load<SignedLicence>(folder / "licence", "a licence"));
  std::unique_ptr<DoctorSession> session(new DoctorSession(folder, language, std::move(chains), std::move(licence)));
  TRY_VOID(session->enter());
  return session;
}

Result<void> DoctorSession::enter() {
  if (tables_) return {};
  TRY(tables_, TableFolder::open(folder_, chains_.member().table_key(), random_));
  roles::WriteSet old = step();
  roles::expire_fetches(old, now());
  roles::expire_cases(old, now());
  if (old.writes().empty()) return {};
  return write(old);
}

Result<Identity> DoctorSession::hospital_named(const std::string& name) const {
  const auto& all = chains_.genesis().hospitals.items;
  const auto found = std::ranges::find(all, name, [](const sup::Hospital& one) { return one.identity.name.value; });
  if (found == all.end()) return fail(Phrase::no_such_hospital, {name});
  return found->identity;
}

Result<MemberAccount> DoctorSession::account_of(const Identity& identity) {
  if (const auto kept = accounts_.find(identity); kept != accounts_.end()) return kept->second;
  TRY(const auto known, chains_.sup().account(identity));
  if (!known.value) return fail(Phrase::no_account_on_sup, {to_string(identity)});
  return accounts_.emplace(identity, *known.value).first->second;
}

Result<void> DoctorSession::post() {
  std::string trouble;
  for (auto& [number, letter] : roles::doctor_letters(step())) {
    const auto done = hospitals_.ask<roles::Done>(letter.relay, roles::Deposit{std::move(letter.envelope)});
    if (!done) {
      trouble += (trouble.empty() ? "" : "; ") + done.error().message;
      continue;
    }
    roles::WriteSet sent = step();
    sent.erase(roles::doctor_outbox, number);
    TRY_VOID(write(sent));
  }
  if (!trouble.empty()) return fail(Phrase::letters_wait, {trouble});
  return {};
}

Result<void> DoctorSession::read(const roles::NumberedEnvelope& envelope, Read& count) {
  roles::WriteSet change = step();
  const auto received = roles::receive_letter(change, self_, envelope.envelope, now(), random_);
  if (!received) {
    std::cerr << say(Phrase::letter_refused, {std::string(explain(received.error())), std::string(name(received.error()))}) << '\n';
    return {};
  }
  if (*received == roles::Received::grant) ++count.grants;
  ++count.letters;
  return write(change);
}

Result<DoctorSession::Read> DoctorSession::collect() {
  Read count;
  std::uint64_t after = 0;
  for (std::size_t page = 0; page < roles::Mailbox::most_pages; ++page) {
    TRY(const roles::MailList mail, hospitals_.ask<roles::MailList>(self_.hospital(), roles::Collect{after}));
    for (const roles::NumberedEnvelope& envelope : mail.envelopes.items) {
      TRY_VOID(read(envelope, count));
      after = envelope.number;
    }
    if (!mail.envelopes.items.empty()) {
      TRY(const roles::Done done, hospitals_.ask<roles::Done>(self_.hospital(), roles::Discard{after}));
      static_cast<void>(done);
    }
    if (mail.is_all || mail.envelopes.items.empty()) break;
  }
  return count;
}

void DoctorOptions::declare(CLI::App& command) {
  command.add_option("--dir", directory, "the doctor's folder")->required();
  passphrase.declare(command);
  command.add_option("--lang", language, "en or zh; by default what LANG says")->check(CLI::IsMember({"en", "zh"}));
  command.add_flag("--json", json, "print one JSON object");
}

Result<std::unique_ptr<DoctorSession>> DoctorOptions::open() const {
  TRY(const SecretBytes words, passphrase.read(false, say(Phrase::your_passphrase)));
  return DoctorSession::open(directory, words, language_of(language));
}

std::string to_text(const RecordPlace& place) { return std::to_string(place.batch) + "." + std::to_string(place.index); }

Result<std::vector<RecordPlace>> parse_places(const DoctorSession& session, const std::string& text) {
  std::vector<RecordPlace> places;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const std::size_t dot = one.find('.');
    const auto batch = parse_number(one.substr(0, dot));
    const auto index = dot == std::string_view::npos ? std::nullopt : parse_number(one.substr(dot + 1));
    if (!batch || !index || !RecordPlace{*batch, *index}.check()) return session.fail(Phrase::bad_place, {std::string(one)});
    places.push_back({*batch, *index});
  }
  return places;
}

}  // namespace caduceus
