#include "app/node_folder.h"

#include <nlohmann/json.hpp>

#include "app/public_file.h"

namespace caduceus {

Result<void> NodeFolder::make(const sup::Genesis& genesis, const NodeConfig& config, IfExists if_exists) const {
  const nlohmann::ordered_json json{{"listen", config.listen}, {"nodes", config.nodes}};
  const auto path = folder_ / "genesis";
  if (std::filesystem::exists(path)) {
    TRY(const sup::Genesis there, this->genesis());
    if (there != genesis) return failure(path.string() + " is the genesis of another network: " + to_hex(there.network()));
  } else {
    TRY_VOID(write_durably(path, encode(genesis), IfExists::fail));
  }
  return write_durably(folder_ / (chain_ + ".json"), as_bytes(json.dump(2) + "\n"), if_exists);
}

Result<sup::Genesis> NodeFolder::genesis() const {
  const auto path = folder_ / "genesis";
  if (!std::filesystem::exists(path)) return failure(folder_.string() + " has no genesis: run caduceus " + chain_ + " init first");
  return load<sup::Genesis>(path, "a genesis");
}

Result<NodeConfig> NodeFolder::config() const {
  const auto path = folder_ / (chain_ + ".json");
  TRY(const SecretBytes bytes, read_whole(path, 1U << 20));
  const auto json = nlohmann::json::parse(bytes.expose().begin(), bytes.expose().end(), nullptr, false);
  const auto wrong = failure(path.string() + R"( is not of the form {"listen": "HOST:PORT", "nodes": ["h1=HOST:PORT", …]})");
  if (!json.is_object() || !json.contains("listen") || !json.contains("nodes") || !json["listen"].is_string()) return wrong;
  if (!json["nodes"].is_array() || !std::ranges::all_of(json["nodes"], [](const auto& node) { return node.is_string(); })) return wrong;
  return NodeConfig{json["listen"].get<std::string>(), json["nodes"].get<std::vector<std::string>>()};
}

}  // namespace caduceus
