// caduceus register: opens a hospital's or a doctor's account on SUP (tx_reg), and sees for itself that the account is its own (PROTOCOL.md
// §2, R3).
#include "app/asker.h"
#include "app/authority_client.h"
#include "app/commands.h"
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
  if (!member.sealing) return failure("only hospitals and doctors have accounts yet, and you are " + to_string(member.identity));
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

// Whoever wrote it, it is this member's account, or there is none.
Result<sup::Account> see_account(SupClient& sup, const RegistrationTerms& terms, Height at_least) {
  TRY(const Proven proven, sup.prove({sup::SnapshotTrie::state, {sup::StateKey::account(terms.identity)}}, at_least));
  if (!proven.value) return failure("there is no account of " + to_string(terms.identity) + " on SUP");
  const auto account = decode<sup::Account>(*proven.value);
  if (!account) return refused("a record on SUP that is no account", account.error());
  if (account->public_point != terms.public_point || account->sealing_key != terms.sealing_key || account->hospital != terms.hospital) {
    return failure(
        "ALARM: the account of " + to_string(terms.identity) +
        " on SUP has other keys than yours. Somebody has registered in your name: tell the authority's operator and the hospitals");
  }
  return *account;
}

Result<void> register_member(const Options& options) {
  TRY(Asker asker, options.open());
  const MemberSecrets& secrets = asker.member;
  const sup::Genesis& genesis = asker.genesis;
  SupClient& sup = asker.client;
  TRY_VOID(check_member(secrets.known, genesis));

  RegistrationTerms terms = terms_of(secrets.known);
  TRY_VOID(get_signature(terms, secrets, genesis, options.authority));
  SystemRandom random;
  TRY(const auto outcome,
      sup.submit(sign_registration(genesis.network(), genesis.authority.parameters.signing, terms, secrets.keys.signing, random)));
  Height height;
  if (const auto* const committed = std::get_if<sup::Committed>(&outcome)) {
    height = committed->height;
  } else if (const auto& refusal = std::get<Refusal>(outcome); refusal.reason.value != name(Reject::account_taken)) {
    return failure("SUP refused the account: " + refusal.explanation.value + " (" + refusal.reason.value + ")");
  }
  TRY(const sup::Account account, see_account(sup, terms, height));
  show(options.json, {{"identity", "registered", to_string(terms.identity)},
                      {"height", "in the block of height", account.opened.value()},
                      {"network", "network", to_hex(genesis.network())}});
  return {};
}

}  // namespace

void add_register(CLI::App& app, int& status) {
  add_command<Options>(app, status, "register", "open your account on SUP, and see that it is yours",
                       "register --dir h1 --genesis genesis --pkg pkg.example:7000 --node h1=h1.example:7001 --node h2=h2.example:7001",
                       register_member);
}

}  // namespace caduceus
