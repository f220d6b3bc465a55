#include "bench/share/folders.h"

#include "app/hospital_folder.h"
#include "app/sealed_file.h"

namespace caduceus::bench {
namespace {

constexpr std::string_view words = "open sesame";
constexpr std::uint64_t hour = 3'600'000;

template <class T>
T copy(const T& secrets) {
  auto copied = decode<T>(encode_secret(secrets).expose());
  CHECK(copied.has_value());
  return *std::move(copied);
}

}  // namespace

Result<Folders> Folders::make(const std::filesystem::path& place, const Consortium& consortium, Network network) {
  TRY_VOID(write_durably(place / "genesis", encode(consortium.genesis), IfExists::fail));
  TRY_VOID(save_network(place / "network.json", network));
  TRY_VOID(write_durably(place / "passphrase", as_bytes(words), IfExists::fail));
  return Folders(place, consortium, std::move(network));
}

Result<void> Folders::add_member(const SupWorld::Member& member, std::optional<BlsKey> consensus) const {
  SystemRandom random;
  const TlsCredentials tls = consortium_->credentials(member.identity());
  Member known;
  known.identity = member.identity();
  known.hospital = member.hospital;
  known.authority = consortium_->genesis.authority;
  known.certificate = {tls.certificate};
  known.public_point = member.keys.signing.public_point;
  known.sealing = publish(member.sealing, random);
  if (consensus) known.consensus = {consensus->public_key, prove_possession(*consensus)};
  known.sign(member.keys.signing, random);
  const MemberSecrets secrets{known, copy(member.keys), TlsKey::of(tls.key), copy(member.sealing), std::move(consensus)};

  const MemberFolder folder(of(member));
  TRY_VOID(make_folder(folder.path()));
  TRY_VOID(seal_file(folder.keystore(), secrets, SecretBytes(as_bytes(words))));
  return write_durably(folder.known(), encode(known), IfExists::fail);
}

Result<void> Folders::add_hospital(std::size_t place, bool mines) const {
  const SupWorld::Member& hospital = consortium_->world.hospital(place);
  if (!std::filesystem::exists(MemberFolder(of(hospital)).keystore())) TRY_VOID(add_member(hospital, consortium_->key(place)));
  return HospitalFolder(of(hospital)).make(consortium_->genesis, network_, hospital.identity(), {mines, 1, {}});
}

Result<std::unique_ptr<DoctorSession>> Folders::add_doctor(const SupWorld::Member& doctor, const SignedLicence& licence) const {
  TRY_VOID(add_member(doctor, {}));
  TRY_VOID(write_durably(of(doctor) / "licence", encode(licence), IfExists::fail));
  TRY(const sup::Genesis genesis, ChainReader::init(of(doctor), place_ / "genesis", place_ / "network.json"));
  static_cast<void>(genesis);
  return DoctorSession::open(of(doctor), SecretBytes(as_bytes(words)), Language::english);
}

SignedLicence licence_of(const Consortium& consortium, const SupWorld::Member& doctor) {
  SystemRandom random;
  const auto& hospitals = consortium.genesis.hospitals.items;
  const auto own = std::ranges::find(hospitals, doctor.hospital, &sup::Hospital::identity);
  CHECK(own != hospitals.end());
  const SupWorld::Member& employer = consortium.world.hospital(static_cast<std::size_t>(own - hospitals.begin()));
  const Time now = wall_clock();
  auto issued = issue_licence(consortium.genesis.authority.parameters.signing, employer.keys.signing,
                              {doctor.hospital, doctor.identity(), 0, Time(now.value() - hour), now + 24 * hour}, random);
  CHECK(issued.has_value());
  return *std::move(issued);
}

}  // namespace caduceus::bench
