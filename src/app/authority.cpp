#include "app/authority.h"

#include "core/crypto/aead.h"
#include "core/crypto/index_key.h"

namespace caduceus {
namespace {

constexpr std::uint64_t day = 86'400'000;
// Each is a file here, and an Argon2id.
constexpr std::ptrdiff_t most_networks = 16;
constexpr std::uint64_t year = 366 * day;
// There is no renewal under the same identity: who needs another certificate enrols with the next key version.
constexpr std::uint64_t authority_life = 30 * year;
constexpr std::uint64_t member_life = 10 * year;
// For clocks that are behind ours.
constexpr std::uint64_t backdated = 600'000;

Validity valid_for(Time now, std::uint64_t life) { return {Time(now.value() - std::min(now.value(), backdated)), now + life}; }

// What an identity was given. The answer is sealed: the identity's keys are in it.
struct Issued {
  Identity identity;
  Identity hospital;
  Bytes32 token{};    // by its name
  Bytes32 request{};  // hash of it, without the token
  G1 public_point;    // L
  Blob<1, 16'384> answer;

  static auto fields(auto& self) {
    return std::tie(self.identity, self.hospital, self.token, self.request, self.public_point, self.answer);
  }
};

Bytes32 hash_of(const EnrolmentRequest& request) {
  return hash({as_bytes("enrolment"), encode(request.registration), request.certificate_request.value});
}

std::string file_name(const Identity& identity) {
  return std::string(name(identity.role)) + "-" + identity.name.value + "-" + std::to_string(identity.version);
}

template <class T>
Result<std::optional<T>> load_if_there(const std::filesystem::path& path, const std::string& what) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return std::nullopt;
  TRY(T value, load<T>(path, what));
  return value;
}

}  // namespace

AuthoritySecrets AuthoritySecrets::make(Time now) {
  SystemRandom random;
  AuthoritySecrets made;
  made.master = MasterSecrets::random(random);
  made.accounts = BlsKey::random(random);
  const TlsAuthority tls = make_tls_authority(valid_for(now, authority_life));
  made.tls = TlsKey::of(tls.key);
  const SecretBytes server = make_tls_key();
  made.server = TlsKey::of(server);
  random.fill(made.answers.expose());
  made.known = {SystemParameters::of(made.master), made.accounts.public_key, prove_possession(made.accounts), {tls.certificate}};

  const auto request = certificate_request(server);
  CHECK(request.has_value());
  auto certificate = issue_certificate(tls, *request, Pkg{}, valid_for(now, authority_life));
  CHECK(certificate.has_value());
  made.server_certificate.value = *std::move(certificate);
  return made;
}

std::filesystem::path AuthorityFolder::issued(const Identity& identity) const { return folder_ / "issued" / file_name(identity); }

std::filesystem::path AuthorityFolder::accounts(const Identity& patient) const { return folder_ / "accounts" / file_name(patient); }

Result<void> AuthorityFolder::check() const {
  if (exists()) return {};
  return failure("there is no authority in " + folder_.string() + ": make one with caduceus pkg init --dir " + folder_.string());
}

Result<AuthoritySecrets> AuthorityFolder::make(const SecretBytes& passphrase) const {
  AuthoritySecrets secrets = AuthoritySecrets::make(wall_clock());
  TRY_VOID(make_folder(folder_));
  TRY_VOID(seal_file(keystore(), secrets, passphrase));
  TRY_VOID(publish(secrets));
  return secrets;
}

Result<AuthoritySecrets> AuthorityFolder::open(const SecretBytes& passphrase) const {
  TRY_VOID(check());
  TRY(AuthoritySecrets secrets, open_file<AuthoritySecrets>(keystore(), passphrase));
  TRY_VOID(publish(secrets));
  return secrets;
}

Result<void> AuthorityFolder::publish(const AuthoritySecrets& secrets) const {
  TRY_VOID(make_folder(folder_ / "tokens"));
  TRY_VOID(make_folder(folder_ / "issued"));
  TRY_VOID(make_folder(folder_ / "accounts"));
  if (!std::filesystem::exists(known())) TRY_VOID(write_durably(known(), encode(secrets.known), IfExists::replace));
  if (!std::filesystem::exists(server())) TRY_VOID(write_durably(server(), encode(secrets.server_certificate), IfExists::replace));
  return {};
}

TlsCredentials EnrolmentAuthority::credentials() const {
  return {secrets_.server.bytes(), secrets_.server_certificate.value, secrets_.known.certificate.value};
}

Result<Checked<Enrolled>> EnrolmentAuthority::enrol(const EnrolmentRequest& request, Time now) {
  const Identity& identity = request.registration.identity;
  TRY(const auto token, load_if_there<IssuedToken>(folder_.token(request.token), "an enrolment token's record"));
  if (!token) return reject(Reject::token_unknown);
  if (token->identity != identity) return reject(Reject::token_identity);

  TRY(const auto before, load_if_there<Issued>(folder_.issued(identity), "a record of what was issued"));
  if (before) {
    if (before->request != hash_of(request)) {
      return reject(before->token == token_name(request.token) ? Reject::token_used : Reject::identity_enrolled);
    }
    const auto answer = open(secrets_.answers, encode(identity), before->answer.value);
    if (!answer) return failure(folder_.issued(identity).string() + " was changed, or is another authority's");
    auto again = decode<Enrolled>(answer->expose());
    CHECK(again.has_value());  // as we sealed it
    return *std::move(again);
  }
  if (now >= token->expires) return reject(Reject::token_expired);

  SystemRandom random;
  auto keys = issue_keys(secrets_.master, secrets_.known.parameters, request.registration, random);
  if (!keys) return reject(keys.error());
  const TlsAuthority tls{secrets_.tls.bytes(), secrets_.known.certificate.value};
  auto certificate = issue_certificate(tls, request.certificate_request.value, identity, valid_for(now, member_life));
  if (!certificate) return reject(certificate.error());
  const G1 public_point = keys->public_point;
  Enrolled enrolled{*std::move(keys), {*std::move(certificate)}};

  const Bytes answer = seal(secrets_.answers, encode(identity), encode_secret(enrolled).expose(), random);
  const Issued issued{identity, token->hospital, token_name(request.token), hash_of(request), public_point, {answer}};
  TRY_VOID(write_durably(folder_.issued(identity), encode(issued), IfExists::fail));
  return enrolled;
}

Result<Checked<AccountSignature>> EnrolmentAuthority::account(const Identity& member, const AccountRequest& request) const {
  const RegistrationTerms& terms = request.terms;
  if (terms.identity != member) return reject(Reject::sender_other);
  if (const auto is_right = terms.check(); !is_right) return reject(is_right.error());
  TRY(const auto issued, load_if_there<Issued>(folder_.issued(member), "a record of what was issued"));
  if (!issued || EncodedG1::of(issued->public_point) != terms.public_point) return reject(Reject::account_issued);
  if (issued->hospital != terms.hospital) return reject(Reject::account_hospital);
  return AccountSignature{EncodedG1::of(sign_part(secrets_.accounts, account_statement(request.net, terms)))};
}

Result<Checked<PatientAccount>> EnrolmentAuthority::account(const Identity& patient, const PatientAccountRequest& request) const {
  if (patient.role != Role::patient) return reject(Reject::transaction_parties);
  const std::filesystem::path path = folder_.accounts(patient) / to_hex(request.net);
  TRY(auto terms, load_if_there<PatientRegistrationTerms>(path, "a record of a patient's account"));
  if (!terms) {
    TRY(auto made, sign_terms(patient, request.net));
    if (!made) return reject(made.error());
    TRY_VOID(write_durably(path, encode(*made), IfExists::fail));
    terms = *std::move(made);
  }
  return PatientAccount{request.net, *terms, extract_aggregate_key(secrets_.master.aggregate, terms->account)};
}

Result<Checked<PatientRegistrationTerms>> EnrolmentAuthority::sign_terms(const Identity& patient, const NetworkId& net) const {
  TRY(const auto issued, load_if_there<Issued>(folder_.issued(patient), "a record of what was issued"));
  if (!issued) return reject(Reject::account_issued);
  const std::filesystem::path accounts = folder_.accounts(patient);
  TRY_VOID(make_folder(accounts));
  const std::filesystem::directory_iterator all(accounts);
  if (std::distance(begin(all), end(all)) >= most_networks) return reject(Reject::too_long);
  PatientRegistrationTerms terms{med_account(net, patient), patient_key_hash(patient, issued->public_point), {}};
  terms.pkg_signature = EncodedG1::of(sign_part(secrets_.accounts, patient_account_statement(net, terms)));
  return terms;
}

}  // namespace caduceus
