#include "app/chain_reader.h"

#include "app/public_file.h"

namespace caduceus {
namespace {

constexpr std::string_view network_file = "network.json";

Result<void> check_authority(const Member& known, const sup::Genesis& genesis) {
  if (known.authority == genesis.authority) return {};
  return failure("another authority enrolled " + to_string(known.identity) + " than the one in genesis");
}

}  // namespace

Result<sup::Genesis> ChainReader::init(const std::filesystem::path& folder, const std::filesystem::path& genesis,
                                       const std::filesystem::path& network) {
  TRY(const Member known, load_member(MemberFolder(folder).known()));
  TRY(sup::Genesis of, load<sup::Genesis>(genesis, "a genesis"));
  TRY_VOID(check_authority(known, of));
  TRY(const Network where, load_network(network, of));
  TRY_VOID(NodeFolder(folder, "light").make(of, {"", where.med_nodes()}, IfExists::replace));
  TRY_VOID(save_network(folder / network_file, where));
  return of;
}

Result<ChainReader> ChainReader::open(const std::filesystem::path& folder, const SecretBytes& passphrase) {
  TRY(MemberSecrets member, MemberFolder(folder).open(passphrase));
  if (!std::filesystem::exists(folder / network_file)) {
    return failure(folder.string() + " knows no network: run caduceus " + std::string(name(member.known.identity.role)) + " init first");
  }
  TRY(sup::Genesis genesis, NodeFolder(folder, "light").genesis());
  TRY_VOID(check_authority(member.known, genesis));
  TRY(Network network, load_network(folder / network_file, genesis));
  TRY(SupClient sup, SupClient::make(genesis, member.credentials(), network.sup_nodes()));
  return ChainReader(folder, std::move(genesis), std::move(network), std::move(member), SupReader(std::move(sup)));
}

Result<LightSession*> ChainReader::med() {
  if (!med_) {
    TRY(med_, LightSession::open(folder_, member_));
    TRY_VOID(med_->sync());
  }
  return med_.get();
}

}  // namespace caduceus
