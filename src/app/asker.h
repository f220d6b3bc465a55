// Who asks, and whom: what the commands that speak to a node have in common.
#pragma once

#include "app/command.h"
#include "app/node_folder.h"
#include "app/sup_client.h"

namespace caduceus {

// A member with its keys, and a client of SUP's nodes.
struct Asker {
  sup::Genesis genesis;
  MemberSecrets member;
  SecretBytes passphrase;  // of its keys
  SupClient client;
};

struct AskOptions {
  std::filesystem::path directory;
  std::filesystem::path genesis;
  std::vector<std::string> nodes;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command);
  struct Opened {
    sup::Genesis genesis;
    MemberSecrets member;
    SecretBytes passphrase;
    std::vector<std::string> nodes;  // as they were given
  };
  // Of a chain ("sup", "med"). What the folder of who has a node there has, need not be given: the genesis, and that node.
  [[nodiscard]] Result<Opened> open(const std::string& chain) const;
  // Of SUP.
  [[nodiscard]] Result<Asker> open() const;
};

}  // namespace caduceus
