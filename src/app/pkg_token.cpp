// caduceus pkg token: lets one newcomer enrol, once. The authority keeps the secret's hash only.
#include "app/authority.h"
#include "app/pkg.h"
#include "host/net/address.h"

namespace caduceus {
namespace {

constexpr std::uint64_t day = 86'400'000;

struct Options {
  std::filesystem::path directory;
  std::string role;
  std::string name;
  std::uint32_t version = 1;
  std::string hospital;
  std::uint32_t hospital_version = 1;
  std::string address;
  std::uint64_t days = 7;
  std::filesystem::path out;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the authority's folder")->required();
    command.add_option("--role", role, "hospital, doctor, patient or miner")
        ->required()
        ->check(CLI::IsMember({"hospital", "doctor", "patient", "miner"}));
    command.add_option("--name", name, "of a-z 0-9 . - ; a patient's is drawn at random, and may not be given");
    command.add_option("--version", version, "the version of its keys: one more than before, when it enrols again")
        ->check(CLI::PositiveNumber);
    command.add_option("--hospital", hospital, "a doctor's: the hospital's name");
    command.add_option("--hospital-version", hospital_version, "the version of the hospital's keys")->check(CLI::PositiveNumber);
    command.add_option("--address", address, "HOST:PORT at which newcomers reach caduceus pkg serve")->required();
    command.add_option("--days", days, "for how long it can be used")->check(CLI::Range(std::uint64_t{1}, std::uint64_t{366}));
    command.add_option("--out", out, "the token's file, which the newcomer gets by a safe way")->required();
    command.add_flag("--json", json, "print one JSON object");
  }
};

Role role_of(const Options& options) {
  for (const Role role : {Role::hospital, Role::doctor, Role::patient}) {
    if (options.role == name(role)) return role;
  }
  return Role::miner;
}

Result<Identity> checked(const Identity& identity) {
  if (identity.name.value.empty()) return failure("who is it? Give a name by --name");
  if (const auto known = decode<Identity>(encode(identity)); !known) return refused("\"" + identity.name.value + "\"", known.error());
  return identity;
}

Result<Identity> identity_of(const Options& options, Rng& random) {
  const Role role = role_of(options);
  if (role != Role::patient) return checked({role, {options.name}, options.version});
  // No name that says who it is: 80 random bits (PROTOCOL.md §1). Who enrols again keeps it.
  if (options.name.empty()) return Identity{Role::patient, {to_hex(random.bytes<10>())}, options.version};
  if (options.version == 1) return failure("a patient's name is drawn at random: leave --name out, or give the --version that comes next");
  return checked({Role::patient, {options.name}, options.version});
}

Result<Identity> hospital_of(const Options& options, const Identity& identity) {
  const bool is_doctor = role_of(options) == Role::doctor;
  if (is_doctor && options.hospital.empty()) return failure("which hospital is the doctor's? Give it by --hospital");
  if (!is_doctor && !options.hospital.empty()) return failure("only a doctor has a --hospital");
  if (options.hospital.empty()) return identity;
  return checked({Role::hospital, {options.hospital}, options.hospital_version});
}

Result<void> give_token(const Options& options) {
  using Certificate = Blob<1, 4096>;
  SystemRandom random;
  const AuthorityFolder folder(options.directory);
  TRY_VOID(folder.check());
  if (!parse_address(options.address) || options.address.size() > 255) {
    return failure("\"" + options.address + "\" is no address: write host:port");
  }
  EnrolmentToken token;
  TRY(token.identity, identity_of(options, random));
  TRY(token.hospital, hospital_of(options, token.identity));
  TRY(const Certificate server, load<Certificate>(folder.server(), "the certificate of the authority's server"));
  token.address.value = options.address;
  token.server = fingerprint(server.value);
  random.fill(token.secret.expose());

  const IssuedToken issued{token.identity, token.hospital, wall_clock() + options.days * day};
  // First here: a token that the authority does not know is of no use to anybody.
  TRY_VOID(write_durably(folder.token(token.secret), encode(issued), IfExists::fail));
  TRY_VOID(write_durably(options.out, encode_secret(token).expose(), IfExists::fail));
  show(options.json, {{"token", "token", options.out.string()},
                      {"identity", "for", to_string(token.identity)},
                      {"server", "the authority's server", to_hex(token.server)},
                      {"days", "days", options.days}});
  return {};
}

}  // namespace

void add_pkg_token(CLI::App& pkg, int& status) {
  add_command<Options>(pkg, status, "token", "let one newcomer enrol, once",
                       "pkg token --dir authority --role doctor --name dr-lee --hospital h1 --address pkg.example:7000 --out dr-lee.token",
                       give_token);
}

}  // namespace caduceus
