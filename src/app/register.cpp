// caduceus register: opens one's account on SUP (tx_reg), and sees for itself that the account is its own (PROTOCOL.md §2, R3).
#include "app/asker.h"
#include "app/authority_client.h"
#include "app/commands.h"
#include "app/foreign_text.h"
#include "core/sup/records.h"

namespace caduceus {
namespace {

struct Options : AskOptions {
  std::string authority;
  void declare(CLI::App& command) {
    AskOptions::declare(command);
    command.add_option("--pkg", authority, "HOST:PORT of caduceus pkg serve")->required();
  }
};

Result<void> check_member(const Member& member, const sup::Genesis& genesis) {
  if (!member.sealing) return failure("miners have no accounts, and you are " + to_string(member.identity));
  if (member.authority != genesis.authority) return failure("another authority enrolled you than the one in genesis");
  const auto place = genesis.place_of(member.identity);
  if (place && member.consensus && genesis.hospitals.items[*place].consensus != member.consensus->key) {
    return failure("ALARM: genesis names " + to_string(member.identity) + " with a consensus key that is not yours: do not use it");
  }
  return {};
}

RegistrationTerms terms_of(const Member& member) {
  return {member.identity,
          EncodedG1::of(member.public_point),
          EncodedG1::of(member.sealing->key),
          EncodedScalar::of(member.sealing->challenge),
          EncodedScalar::of(member.sealing->response),
          member.hospital,
          {}};
}

Result<void> get_signature(RegistrationTerms& terms, const MemberSecrets& secrets, const sup::Genesis& genesis,
                           const std::string& address) {
  const NetworkId net = genesis.network();
  TRY(AuthorityClient client, AuthorityClient::connect(address, secrets.credentials()));
  TRY(const AccountSignature answer, client.ask(AccountRequest{net, terms}));
  const auto signature = answer.signature.value();
  if (!signature || !verify_part(AffineG2(genesis.authority.accounts), account_statement(net, terms), *signature)) {
    return failure("the authority's signature over the account does not verify");
  }
  terms.pkg_signature = answer.signature;
  return {};
}

// What stands on SUP under the key, after a block of at least this height.
template <class T>
Result<T> account_on_sup(SupClient& sup, const Identity& identity, const Bytes& key, Height at_least) {
  TRY(const Proven proven, sup.prove({sup::SnapshotTrie::state, {key}}, at_least));
  if (!proven.value) return failure("there is no account of " + to_string(identity) + " on SUP");
  auto account = decode<T>(*proven.value);
  if (!account) return refused("a record on SUP that is no account", account.error());
  return *std::move(account);
}

tl::unexpected<Failure> alarm(const Identity& identity) {
  return failure(
      "ALARM: the account of " + to_string(identity) +
      " on SUP has other keys than yours. Somebody has registered in your name: tell the authority's operator and the hospitals");
}

// The height of its block; none if somebody was here before.
Result<Height> submit(SupClient& sup, const SupTransaction& registration) {
  TRY(const auto outcome, sup.submit(registration));
  if (const auto* const committed = std::get_if<sup::Committed>(&outcome)) return committed->height;
  const auto& refusal = std::get<Refusal>(outcome);
  if (refusal.reason.value == name(Reject::account_taken)) return Height();
  return failure("SUP refused the account: " + one_line(refusal));
}

void show_account(const Options& options, const Identity& identity, Height opened, const sup::Genesis& genesis) {
  show(options.json, {{"identity", "registered", to_string(identity)},
                      {"height", "in the block of height", opened.value()},
                      {"network", "network", to_hex(genesis.network())}});
}

Result<void> register_open(const Options& options, Asker& asker) {
  const MemberSecrets& secrets = asker.member;
  const sup::Genesis& genesis = asker.genesis;
  RegistrationTerms terms = terms_of(secrets.known);
  TRY_VOID(get_signature(terms, secrets, genesis, options.authority));
  SystemRandom random;
  TRY(const Height height, submit(asker.client, sign_registration(genesis.network(), genesis.authority.parameters.signing, terms,
                                                                  secrets.keys.signing, random)));
  // Whoever wrote it, it is this member's account, or there is none.
  TRY(const auto account, account_on_sup<sup::Account>(asker.client, terms.identity, sup::StateKey::account(terms.identity), height));
  if (account.public_point != terms.public_point || account.sealing_key != terms.sealing_key || account.hospital != terms.hospital) {
    return alarm(terms.identity);
  }
  show_account(options, terms.identity, account.opened, genesis);
  return {};
}

// Of the folder, or else of the authority: then it is in the folder before it is used.
Result<PatientAccount> patient_account(const Options& options, const Asker& asker) {
  const MemberFolder folder(options.directory);
  const NetworkId net = asker.genesis.network();
  if (std::filesystem::exists(folder.account())) return folder.open_account(net, asker.passphrase);
  TRY(AuthorityClient client, AuthorityClient::connect(options.authority, asker.member.credentials()));
  TRY(PatientAccount account, client.ask(PatientAccountRequest{net}));
  const Member& known = asker.member.known;
  if (const auto is_right = account.verify(net, known.authority, {known.identity, known.public_point}); !is_right) {
    return refused("the authority issued a wrong account, which was not taken", is_right.error());
  }
  TRY_VOID(seal_file(folder.account(), account, asker.passphrase));
  return account;
}

Result<void> register_patient(const Options& options, Asker& asker) {
  TRY(const PatientAccount account, patient_account(options, asker));
  const Identity& identity = account.terms.account;
  SystemRandom random;
  TRY(const Height height, submit(asker.client, sign_terms(account.net, account.terms, account.key, random)));
  TRY(const auto on_sup, account_on_sup<sup::PatientAccount>(asker.client, identity, sup::StateKey::patient_account(identity), height));
  if (on_sup.key_hash != account.terms.key_hash) return alarm(identity);
  show_account(options, identity, on_sup.opened, asker.genesis);
  return {};
}

Result<void> register_member(const Options& options) {
  TRY(Asker asker, options.open());
  TRY_VOID(check_member(asker.member.known, asker.genesis));
  return asker.member.known.identity.role == Role::patient ? register_patient(options, asker) : register_open(options, asker);
}

}  // namespace

void add_register(CLI::App& app, int& status) {
  add_command<Options>(app, status, "register", "open your account on SUP, and see that it is yours",
                       "register --dir h1 --genesis genesis --pkg pkg.example:7000 --node h1=h1.example:7001 --node h2=h2.example:7001",
                       register_member);
}

}  // namespace caduceus
