#include "app/lab/attack.h"

#include <iostream>

#include "app/doctor_session.h"
#include "app/fetched_records.h"
#include "app/lab/tamper.h"
#include "core/crypto/request_proof.h"
#include "core/roles/doctor_consent.h"

namespace {

using namespace caduceus;

// Whose folders are read; the passphrase opens both.
struct Options {
  std::filesystem::path directory;
  std::filesystem::path from;
  std::string grant;
  PassphraseOptions passphrase;
};

struct Cheat {
  std::unique_ptr<DoctorSession> self;
  std::unique_ptr<DoctorSession> victim;  // of whom something was stolen; or nobody
  roles::GrantId id{};
  roles::ReceivedGrant grant;

  [[nodiscard]] DoctorSession& owner() const { return victim ? *victim : *self; }
  [[nodiscard]] const Identity& hospital() const { return grant.content.grant.policy.hospital; }
};

Result<Cheat> prepare(const Options& options) {
  TRY(const SecretBytes words, options.passphrase.read(false, "the passphrase of the folders: "));
  Cheat cheat;
  TRY(cheat.self, DoctorSession::open(options.directory, words, Language::english));
  if (!options.from.empty()) {
    TRY(cheat.victim, DoctorSession::open(options.from, words, Language::english));
  }
  TRY(cheat.id, parse_hex<roles::GrantId>(*cheat.self, options.grant));
  auto grant = cheat.owner().step().get(roles::doctor_grants, cheat.id);
  if (!grant) return cheat.self->refused(options.grant, Reject::grant_unknown);
  cheat.grant = *std::move(grant);
  return cheat;
}

// Failure: it was refused, as it should be.
Result<void> send(const Cheat& cheat, SealedTo sealed) {
  TRY(roles::RecordResponse response, cheat.self->hospitals().exchange(cheat.hospital(), roles::AskRecords{std::move(sealed)}));
  if (!RecordsAnswer::of(response)) return RecordsClient::unexpected(cheat.hospital(), response);
  std::cout << "the hospital answered: the attack works\n";
  return {};
}

Result<SealedTo> seal(const Cheat& cheat, const GrantRequest& request) {
  TRY(const MemberAccount account, cheat.self->account_of(cheat.hospital()));
  return seal_to(cheat.hospital(), account.sealing_key, roles::request_use, encode(roles::AccessRequest(request)), cheat.self->random());
}

// A doctor gives himself more than he was given: another year, and a thousand uses (R11).
Result<void> forge_grant(const Options& options) {
  constexpr std::uint64_t year = 365ULL * 86'400'000;
  TRY(const Cheat cheat, prepare(options));
  Grant widened = cheat.grant.content.grant;
  widened.policy.expires = widened.policy.expires + year;
  widened.policy.uses = Policy::most_uses;
  const roles::DoctorSelf& self = cheat.self->self();
  const auto requester = GrantRequester::begin(self.ppub, self.keys.signing, self.licence, widened, widened.policy.records,
                                               cheat.self->now(), cheat.self->random());
  if (!requester) return cheat.self->refused("no request", requester.error());
  TRY(SealedTo sealed, seal(cheat, requester->request()));
  return send(cheat, std::move(sealed));
}

// Another doctor sends a request that he caught, byte for byte.
Result<void> replay(const Options& options) {
  TRY(const Cheat cheat, prepare(options));
  auto caught = roles::repeat_fetch(cheat.owner().step(), cheat.id);
  if (!caught) return cheat.self->refused("no request to replay", caught.error());
  return send(cheat, *std::move(caught));
}

// Another doctor has the grant itself, and asks in his own name with all that is his: keys, licence, b.
Result<void> use_stolen_grant(const Options& options) {
  TRY(const Cheat cheat, prepare(options));
  const roles::DoctorSelf& self = cheat.self->self();
  const Grant& grant = cheat.grant.content.grant;
  const Secret<Scalar> b(Scalar::random(cheat.self->random()));
  GrantRequest request{grant.policy, grant.policy.records, cheat.self->now(), grant.policy.patient, {}, {}, {}, self.licence};
  request.t_b = normalised(b.expose() * G1::generator());
  request.alpha_cb = normalised(b.expose() * grant.alpha);
  const Bytes32 policy = policy_hash(grant.policy);
  const RequestStatement statement{
      "req",
      {encode(grant.policy.hospital), encode(self.identity()), encode(request.patient), Bytes(policy.begin(), policy.end()),
       encode(request.records), encode(request.time), encode(request.alpha_cb)},
      request.t_b};
  request.proof = prove(self.ppub, self.keys.signing, b, statement, cheat.self->random());
  TRY(SealedTo sealed, seal(cheat, request));
  return send(cheat, std::move(sealed));
}

void add(CLI::App& attack, int& status, const std::string& name, const std::string& about, bool is_theft,
         Result<void> (*run)(const Options&)) {
  auto* command = attack.add_subcommand(name, about);
  auto options = std::make_shared<Options>();
  command->add_option("--dir", options->directory, "the cheat's folder: a doctor's")->required();
  if (is_theft) command->add_option("--from", options->from, "the folder of the doctor whose it is")->required();
  command->add_option("--grant", options->grant, "the grant's id, in hexadecimal")->required();
  options->passphrase.declare(*command);
  command->footer("Example: caduceus-lab attack " + name + " --dir dr-lee" + (is_theft ? " --from dr-chen" : "") + " --grant 3f…");
  command->callback([options, run, &status] {
    const auto done = run(*options);
    if (done) return;
    std::cerr << "caduceus-lab: " << done.error().message << '\n';
    status = 1;
  });
}

}  // namespace

void add_attacks(CLI::App& app, int& status) {
  auto* attack = app.add_subcommand("attack", "what a cheat tries on a hospital of a devnet: every one is to be refused");
  attack->require_subcommand(1);
  add(*attack, status, "forged-grant", "a doctor makes more of a grant than it is", false, forge_grant);
  add(*attack, status, "replay", "a doctor sends another's request again", true, replay);
  add(*attack, status, "stolen-grant", "a doctor uses another's grant in his own name", true, use_stolen_grant);
  add_tampering(*attack, status);
}
