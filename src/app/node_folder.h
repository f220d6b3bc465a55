// A node in its member's folder: what `caduceus sup init` and `caduceus med init` write.
//
//   DIR/genesis     the consortium's, for both chains
//   DIR/CHAIN.json  {"listen": "HOST:PORT", "nodes": ["h1=HOST:PORT", …]}: where this node listens, and where all nodes are that it knows
//   DIR/CHAIN/      the node's store
#pragma once

#include "app/member.h"

namespace caduceus {

struct NodeConfig {
  std::string listen;
  std::vector<std::string> nodes;
};

class NodeFolder {
 public:
  // Of a chain: "sup", "med".
  NodeFolder(std::filesystem::path folder, std::string chain) : folder_(std::move(folder)), chain_(std::move(chain)) {}

  [[nodiscard]] std::filesystem::path store() const { return folder_ / chain_; }
  // Failure: they are there already, unless the configuration is to be replaced; or the genesis of another consortium.
  [[nodiscard]] Result<void> make(const sup::Genesis& genesis, const NodeConfig& config, IfExists if_exists = IfExists::fail) const;
  // Failure: not made yet, or not such files.
  [[nodiscard]] Result<sup::Genesis> genesis() const;
  [[nodiscard]] Result<NodeConfig> config() const;

 private:
  std::filesystem::path folder_;
  std::string chain_;
};

}  // namespace caduceus
