// caduceus hospital: its doctors' licences (PROTOCOL.md §2), and the revocation list (§8).
#include "app/asker.h"
#include "app/commands.h"
#include "app/foreign_text.h"
#include "core/chain/revocation.h"

namespace caduceus {
namespace {

constexpr std::uint64_t day = 86'400'000;

struct HireOptions {
  std::filesystem::path directory;
  std::filesystem::path doctor;
  unsigned device = 0;
  std::uint64_t days = 365;
  std::filesystem::path out;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder")->required();
    command.add_option("--doctor", doctor, "the doctor's public file")->required();
    command.add_option("--device", device, "which of the doctor's devices it is for; no two may have the same number")
        ->required()
        ->check(CLI::Range(0U, devices_per_signer - 1U));
    command.add_option("--days", days, "for how long it is valid")->check(CLI::Range(std::uint64_t{1}, std::uint64_t{3660}));
    command.add_option("--out", out, "the licence")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

struct ListOptions : AskOptions {
  std::filesystem::path licence;
  void declare(CLI::App& command) {
    AskOptions::declare(command);
    command.add_option("--licence", licence, "the doctor's licence; of several, the one that expires last")->required();
  }
};

Result<void> hire(const HireOptions& options) {
  TRY(const Member doctor, load_member(options.doctor));
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(const MemberSecrets hospital, MemberFolder(options.directory).open(passphrase));
  const Identity& own = hospital.known.identity;
  if (own.role != Role::hospital) return failure(options.directory.string() + " is of " + to_string(own) + ", which is no hospital");
  if (doctor.authority != hospital.known.authority) return failure(to_string(doctor.identity) + " was enrolled by another authority");
  if (doctor.hospital != own) {
    return failure(to_string(doctor.identity) + " was not enrolled as a doctor of " + to_string(own) + " but of " +
                   to_string(doctor.hospital));
  }
  const Time now = wall_clock();
  const Licence licence{own, doctor.identity, static_cast<std::uint8_t>(options.device), now, now + options.days * day};
  SystemRandom random;
  const auto issued = issue_licence(hospital.known.authority.parameters.signing, hospital.keys.signing, licence, random);
  if (!issued) return refused("no licence", issued.error());
  // The hospital keeps one of its own: without it, it could not revoke it.
  const std::string copy = doctor.identity.name.value + "-" + std::to_string(doctor.identity.version) + "-" +
                           std::to_string(options.device) + "-" + std::to_string(now.value());
  const std::filesystem::path kept = options.directory / "licences" / copy;
  TRY_VOID(make_folder(kept.parent_path()));
  TRY_VOID(write_durably(kept, encode(*issued), IfExists::fail));
  TRY_VOID(write_durably(options.out, encode(*issued), IfExists::fail));
  show(options.json, {{"licence", "licence", options.out.string()},
                      {"kept", "the hospital's copy", kept.string()},
                      {"doctor", "doctor", to_string(doctor.identity)},
                      {"device", "device", options.device},
                      {"expires", "expires", shown(options.json, licence.expires)}});
  return {};
}

// Whether the doctor is on the list, as its newest committed root proves.
Result<std::optional<RevocationEntry>> see_list(SupClient& sup, const Licence& licence, Height at_least) {
  const Bytes32 key = revocation_key(licence.hospital, licence.doctor);
  TRY(const Proven proven, sup.prove({sup::SnapshotTrie::revocations, {{key.begin(), key.end()}}}, at_least));
  if (!proven.value) return std::nullopt;
  const auto entry = decode_entry(*proven.value);
  if (!entry) return refused("an entry of the revocation list", entry.error());
  return *entry;
}

Result<void> change_list(const ListOptions& options, RevocationAction action) {
  TRY(const SignedLicence signed_licence, load<SignedLicence>(options.licence, "a licence"));
  const Licence& licence = signed_licence.licence;
  TRY(Asker asker, options.open());
  const MemberSecrets& hospital = asker.member;
  SupClient& sup = asker.client;
  if (licence.hospital != hospital.known.identity) {
    return failure("only " + to_string(licence.hospital) + ", which gave this licence, can revoke it");
  }

  const RevocationTerms terms{
      licence.hospital, licence.doctor, licence.expires, action, licence, EncodedSignature::of(signed_licence.signature), wall_clock()};
  SystemRandom random;
  TRY(const auto outcome, sup.submit(sign_terms(asker.genesis.network(), terms, hospital.keys.aggregate, random)));
  Height height;
  if (const auto* const committed = std::get_if<sup::Committed>(&outcome)) {
    height = committed->height;
  } else if (const auto& refusal = std::get<Refusal>(outcome); refusal.reason.value != name(Reject::revocation_redundant)) {
    return failure("SUP refused it: " + one_line(refusal));
  }
  // Redundant is what an earlier call has done already. Either way the list says how it is.
  TRY(const auto entry, see_list(sup, licence, height));
  if (entry.has_value() != (action == RevocationAction::add)) {
    return failure(to_string(licence.doctor) + (entry ? " is still on" : " is not on") + " the revocation list: try again");
  }
  std::vector<Shown> all{{"doctor", "doctor", to_string(licence.doctor)}, {"revoked", "on the revocation list", entry.has_value()}};
  if (entry) {
    all.push_back({"expires", "until", shown(options.json, entry->expires)});
    all.push_back({"height", "since the block of height", entry->height.value()});
  }
  show(options.json, all);
  return {};
}

Result<void> revoke(const ListOptions& options) { return change_list(options, RevocationAction::add); }
Result<void> reinstate(const ListOptions& options) { return change_list(options, RevocationAction::take_off); }

}  // namespace

void add_hospital(CLI::App& app, int& status) {
  auto* hospital = app.add_subcommand("hospital", "a hospital's doctors and its node");
  hospital->require_subcommand(1);
  add_command<HireOptions>(*hospital, status, "hire", "give a doctor a licence",
                           "hospital hire --dir h1 --doctor dr-lee/member --device 0 --out dr-lee.licence", hire);
  const std::string rest = " --dir h1 --licence dr-lee.licence";
  add_command<ListOptions>(*hospital, status, "revoke", "put a doctor on the revocation list", "hospital revoke" + rest, revoke);
  add_command<ListOptions>(*hospital, status, "reinstate", "take a doctor off the revocation list", "hospital reinstate" + rest, reinstate);
  add_hospital_init(*hospital, status);
  add_hospital_serve(*hospital, status);
  add_hospital_questions(*hospital, status);
  add_hospital_backup(*hospital, status);
  add_hospital_restore(*hospital, status);
}

}  // namespace caduceus
