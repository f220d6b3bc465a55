#include "app/hospital_folder.h"

#include <nlohmann/json.hpp>

#include "host/store/durable_file.h"

namespace caduceus {
namespace {

Result<void> remake(const NodeFolder& folder, const std::filesystem::path& config, const sup::Genesis& genesis, const NodeConfig& nodes) {
  std::error_code none;
  std::filesystem::remove(config, none);
  return folder.make(genesis, nodes);
}

}  // namespace

Result<void> HospitalFolder::make(const sup::Genesis& genesis, const Network& network, const Identity& self,
                                  const HospitalSettings& settings) const {
  const HospitalPorts& own = network.hospitals.at(self.name.value);
  TRY_VOID(remake(sup(), folder_ / "sup.json", genesis, {own.sup, network.sup_nodes()}));
  TRY_VOID(remake(med(), folder_ / "med.json", genesis, {own.med, network.med_nodes()}));
  TRY_VOID(save_network(folder_ / "network.json", network));
  nlohmann::json json{{"mine", settings.mine}};
  if (settings.blobs) json["blobs"] = to_json(*settings.blobs);
  return write_durably(folder_ / "hospital.json", as_bytes(json.dump() + "\n"), IfExists::replace);
}

Result<sup::Genesis> HospitalFolder::genesis() const {
  if (!std::filesystem::exists(folder_ / "hospital.json")) {
    return failure(folder_.string() + " is no hospital's node yet: run caduceus hospital init --dir " + folder_.string() + " first");
  }
  return sup().genesis();
}

Result<HospitalSettings> HospitalFolder::settings() const {
  const auto path = folder_ / "hospital.json";
  TRY(const SecretBytes bytes, read_whole(path, 1U << 16));
  const auto json = nlohmann::json::parse(bytes.expose().begin(), bytes.expose().end(), nullptr, false);
  const auto wrong = failure(path.string() + " is not as caduceus hospital init writes it: run that again");
  if (!json.is_object() || !json.contains("mine") || !json["mine"].is_boolean()) return wrong;
  HospitalSettings settings{json["mine"].get<bool>(), {}};
  if (!json.contains("blobs")) return settings;
  settings.blobs = blob_service_of(json["blobs"]);
  if (!settings.blobs) return wrong;
  return settings;
}

HospitalKeys hospital_keys(MemberSecrets& secrets) {
  SecretKey tables = secrets.table_key();
  SecretKey records = derive_key(KeyHash::hsk, "records", {encode_secret(secrets.keys).expose()});
  return {std::move(secrets.keys), *std::move(secrets.sealing), std::move(tables), std::move(records)};
}

}  // namespace caduceus
