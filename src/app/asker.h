// Who asks SUP, and whom: what the commands that speak to a node have in common.
#pragma once

#include "app/command.h"
#include "app/member.h"
#include "app/sup_client.h"

namespace caduceus {

// A member with its keys, and a connection to a node.
struct Asker {
  sup::Genesis genesis;
  MemberSecrets member;
  SupClient client;
};

struct AskOptions {
  std::filesystem::path directory;
  std::filesystem::path genesis;
  std::vector<std::string> nodes;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command);
  // What a hospital's folder has, need not be given: the genesis, and its own node.
  [[nodiscard]] Result<Asker> open() const;
};

}  // namespace caduceus
