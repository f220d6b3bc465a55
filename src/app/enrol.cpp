// caduceus enrol: a newcomer makes its keys, and has the authority's part of them issued (PROTOCOL.md §2).
//
// What the newcomer made is on disk before it asks, what it was given before it says so. Wherever it stops in between, the same command
// goes on: the authority answers the same request as it did before.
#include "app/authority_client.h"
#include "app/command.h"
#include "app/commands.h"
#include "app/member.h"

namespace caduceus {
namespace {

struct Options {
  std::filesystem::path token;
  std::filesystem::path directory;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--token", token, "the enrolment token that the authority's operator gave you")->required();
    command.add_option("--dir", directory, "the folder that all keys go to")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

// What the newcomer makes itself.
struct Pending {
  sup::Authority authority;  // that it is for
  PendingRegistration registration;
  TlsKey tls;
  std::optional<SealingKey> sealing;
  std::optional<BlsKey> consensus;

  static auto fields(auto& self) { return std::tie(self.authority, self.registration, self.tls, self.sealing, self.consensus); }
};

Pending make_keys(const Identity& identity, const sup::Authority& authority) {
  SystemRandom random;
  Pending made;
  made.authority = authority;
  made.registration = begin_registration(authority.parameters.signing, identity, random);
  made.tls = TlsKey::of(make_tls_key());
  if (identity.role != Role::miner) made.sealing = SealingKey::random(identity, random);
  if (identity.role == Role::hospital) made.consensus = BlsKey::random(random);
  return made;
}

// As they were made when this began, or new ones.
Result<Pending> keys_for(const EnrolmentToken& token, const MemberFolder& folder, const sup::Authority& authority,
                         const SecretBytes& passphrase) {
  if (std::filesystem::exists(folder.pending())) {
    TRY(Pending pending, open_file<Pending>(folder.pending(), passphrase));
    if (pending.registration.request.identity != token.identity || pending.authority != authority) {
      return failure(folder.path().string() + " holds the unfinished enrolment of " + to_string(pending.registration.request.identity) +
                     ": choose another --dir for " + to_string(token.identity));
    }
    return pending;
  }
  Pending pending = make_keys(token.identity, authority);
  TRY_VOID(make_folder(folder.path()));
  TRY_VOID(seal_file(folder.pending(), pending, passphrase));
  return pending;
}

Result<MemberSecrets> ask_for_keys(const EnrolmentToken& token, Pending pending, AuthorityClient& client) {
  TRY(Bytes certificate_request, certificate_request(pending.tls.bytes()));
  TRY(Enrolled enrolled, client.ask(EnrolmentRequest{token.secret.copy(), pending.registration.request, {std::move(certificate_request)}}));

  auto keys = accept_keys(pending.authority.parameters, pending.registration, enrolled.keys);
  if (!keys) return refused("the authority issued wrong keys, which were not taken", keys.error());
  SystemRandom random;
  MemberSecrets secrets{{}, *std::move(keys), std::move(pending.tls), std::move(pending.sealing), std::move(pending.consensus)};
  Member& known = secrets.known;
  known.identity = token.identity;
  known.hospital = token.hospital;
  known.authority = pending.authority;
  known.certificate = enrolled.certificate;
  known.public_point = secrets.keys.signing.public_point;
  if (secrets.sealing) known.sealing = publish(*secrets.sealing, random);
  if (secrets.consensus) known.consensus = {secrets.consensus->public_key, prove_possession(*secrets.consensus)};
  known.sign(secrets.keys.signing, random);
  TRY_VOID(check(secrets.credentials()));
  if (const auto is_right = known.check(); !is_right) return refused("the authority's answer was not taken", is_right.error());
  return secrets;
}

Result<MemberSecrets> enrol_with(const EnrolmentToken& token, const MemberFolder& folder, const SecretBytes& passphrase) {
  TRY(AuthorityClient client, AuthorityClient::connect(token.address.value, token.server));
  TRY(const sup::Authority authority, client.ask(AskAuthority{}));
  if (const auto is_right = authority.check(); !is_right) return refused("the authority's parameters", is_right.error());
  TRY(Pending pending, keys_for(token, folder, authority, passphrase));
  TRY(MemberSecrets secrets, ask_for_keys(token, std::move(pending), client));
  TRY_VOID(seal_file(folder.keystore(), secrets, passphrase));
  return secrets;
}

void show_member(const Options& options, const MemberFolder& folder, const Member& known) {
  std::vector<Shown> all{{"identity", "enrolled", to_string(known.identity)},
                         {"keystore", "all its secrets", folder.keystore().string()},
                         {"member", "public, for others", folder.known().string()}};
  if (known.consensus) {
    all.push_back({"fingerprint", "fingerprint", fingerprint_of({known.identity, known.consensus->key, known.consensus->possession})});
  }
  show(options.json, all);
}

Result<void> enrol(const Options& options) {
  const MemberFolder folder(options.directory);
  TRY(const EnrolmentToken token, load<EnrolmentToken>(options.token, "an enrolment token"));
  const bool has_keys = std::filesystem::exists(folder.keystore());
  const bool has_begun = has_keys || std::filesystem::exists(folder.pending());
  if (has_keys && std::filesystem::exists(folder.known()) && !std::filesystem::exists(folder.pending())) {
    return failure(folder.keystore().string() + " is there already: somebody has enrolled here; choose another --dir");
  }
  TRY(const SecretBytes passphrase,
      options.passphrase.read(!has_begun, has_begun ? "the passphrase that this enrolment began with: " : "a passphrase for the keys: "));
  auto secrets = has_keys ? folder.open(passphrase) : enrol_with(token, folder, passphrase);
  if (!secrets) return tl::unexpected(secrets.error());
  if (secrets->known.identity != token.identity) {
    return failure(to_string(secrets->known.identity) + " has enrolled in " + folder.path().string() + ": choose another --dir");
  }
  TRY_VOID(write_durably(folder.known(), encode(secrets->known), IfExists::replace));
  std::error_code ignored;  // what is left of it does no harm: the next call takes it away
  std::filesystem::remove(folder.pending(), ignored);
  show_member(options, folder, secrets->known);
  return {};
}

}  // namespace

void add_enrol(CLI::App& app, int& status) {
  add_command<Options>(app, status, "enrol", "get an identity's keys from the authority",
                       "enrol --token h1.token --dir h1 --passphrase-file passphrase", enrol);
}

}  // namespace caduceus
