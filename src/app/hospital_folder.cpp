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
                                  const HospitalConfig& config) const {
  const HospitalPorts& own = network.hospitals.at(self.name.value);
  TRY_VOID(remake(sup(), folder_ / "sup.json", genesis, {own.sup, network.sup_nodes()}));
  TRY_VOID(remake(med(), folder_ / "med.json", genesis, {own.med, network.med_nodes()}));
  TRY_VOID(save_network(folder_ / "network.json", network));
  nlohmann::ordered_json json{{"mine", config.mines}, {"publish_seconds", config.publish_seconds}};
  if (config.blobs) json["blobs"] = to_json(*config.blobs);
  return write_durably(folder_ / "hospital.json", as_bytes(json.dump() + "\n"), IfExists::replace);
}

Result<sup::Genesis> HospitalFolder::genesis() const {
  if (!is_made()) {
    return failure(folder_.string() + " is no hospital's node yet: run caduceus hospital init --dir " + folder_.string() + " first");
  }
  return sup().genesis();
}

Result<HospitalConfig> HospitalFolder::config() const {
  const auto path = folder_ / "hospital.json";
  TRY(const SecretBytes bytes, read_whole(path, 1U << 16));
  const auto json = nlohmann::json::parse(bytes.expose().begin(), bytes.expose().end(), nullptr, false);
  HospitalConfig config;
  const auto is_good = [&] {
    if (!json.is_object() || !json.contains("mine") || !json["mine"].is_boolean()) return false;
    config.mines = json["mine"].get<bool>();
    if (json.contains("blobs") && !(config.blobs = blob_service_of(json["blobs"]))) return false;
    if (!json.contains("publish_seconds")) return true;
    if (!json["publish_seconds"].is_number_unsigned()) return false;
    config.publish_seconds = json["publish_seconds"].get<std::uint64_t>();
    return config.publish_seconds >= 1 && config.publish_seconds <= HospitalConfig::longest_publish;
  };
  if (!is_good()) {
    return failure(path.string() + R"( is not of the form {"mine": false, "publish_seconds": 30}, from 1 to 3600 seconds)" +
                   ": correct it, or remove it and run caduceus hospital init again");
  }
  return config;
}

HospitalKeys hospital_keys(MemberSecrets& secrets) {
  SecretKey tables = secrets.table_key();
  SecretKey records = derive_key(KeyHash::hsk, "records", {encode_secret(secrets.keys).expose()});
  return {std::move(secrets.keys), *std::move(secrets.sealing), std::move(tables), std::move(records)};
}

}  // namespace caduceus
