#include "app/sup_folder.h"

#include <nlohmann/json.hpp>

#include "app/public_file.h"

namespace caduceus {

Result<void> SupFolder::make(const sup::Genesis& genesis, const SupConfig& config) const {
  const nlohmann::ordered_json json{{"listen", config.listen}, {"nodes", config.nodes}};
  TRY_VOID(write_durably(folder_ / "genesis", encode(genesis), IfExists::fail));
  return write_durably(folder_ / "sup.json", as_bytes(json.dump(2) + "\n"), IfExists::fail);
}

Result<sup::Genesis> SupFolder::genesis() const {
  const auto path = folder_ / "genesis";
  if (!std::filesystem::exists(path)) return failure(folder_.string() + " has no genesis: run caduceus sup init first");
  return load<sup::Genesis>(path, "a genesis");
}

Result<SupConfig> SupFolder::config() const {
  const auto path = folder_ / "sup.json";
  TRY(const SecretBytes bytes, read_whole(path, 1U << 20));
  const auto json = nlohmann::json::parse(bytes.expose().begin(), bytes.expose().end(), nullptr, false);
  const auto wrong = failure(path.string() + R"( is not of the form {"listen": "HOST:PORT", "nodes": ["h1=HOST:PORT", …]})");
  if (!json.is_object() || !json.contains("listen") || !json.contains("nodes") || !json["listen"].is_string()) return wrong;
  if (!json["nodes"].is_array() || !std::ranges::all_of(json["nodes"], [](const auto& node) { return node.is_string(); })) return wrong;
  return SupConfig{json["listen"].get<std::string>(), json["nodes"].get<std::vector<std::string>>()};
}

Result<sup::Place> place_of(const MemberSecrets& secrets, const sup::Genesis& genesis) {
  const auto place = genesis.place_of(secrets.known.identity);
  if (!place || !secrets.consensus) {
    return failure(to_string(secrets.known.identity) + " is not among the hospitals of this genesis (caduceus consortium show)");
  }
  if (genesis.hospitals.items[*place].consensus != secrets.consensus->public_key) {
    return failure("ALARM: genesis names " + to_string(secrets.known.identity) + " with a consensus key that is not yours: do not use it");
  }
  if (secrets.known.authority != genesis.authority) return failure("another authority enrolled you than the one in genesis");
  return *place;
}

}  // namespace caduceus
