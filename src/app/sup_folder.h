// A hospital's SUP in its folder: what `caduceus sup init` writes.
//
//   DIR/genesis    the consortium's
//   DIR/sup.json   {"listen": "HOST:PORT", "nodes": ["h1=HOST:PORT", …]}: where this node listens, and where all hospitals' are
//   DIR/sup/       the node's store
#pragma once

#include "app/member.h"
#include "app/sup_client.h"

namespace caduceus {

struct SupConfig {
  std::string listen;
  std::vector<std::string> nodes;
};

class SupFolder {
 public:
  explicit SupFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] std::filesystem::path store() const { return folder_ / "sup"; }
  // Failure: they are there already.
  [[nodiscard]] Result<void> make(const sup::Genesis& genesis, const SupConfig& config) const;
  // Failure: not made yet, or not such files.
  [[nodiscard]] Result<sup::Genesis> genesis() const;
  [[nodiscard]] Result<SupConfig> config() const;

 private:
  std::filesystem::path folder_;
};

// The hospital's place on the committee. Failure: it has none, or genesis has another key of it.
[[nodiscard]] Result<sup::Place> place_of(const MemberSecrets& secrets, const sup::Genesis& genesis);

}  // namespace caduceus
