#include "app/asker.h"

#include "app/public_file.h"
#include "app/sup_folder.h"

namespace caduceus {

void AskOptions::declare(CLI::App& command) {
  command.add_option("--dir", directory, "your folder: a hospital's, a doctor's")->required();
  command.add_option("--genesis", genesis, "the consortium's genesis; a hospital's folder has one");
  command.add_option("--node", nodes, "a hospital's node, h2=HOST:PORT; several are tried in turn. A hospital asks its own by default");
  passphrase.declare(command);
  command.add_flag("--json", json, "print one JSON object");
}

Result<Asker> AskOptions::open() const {
  const SupFolder folder(directory);
  TRY(sup::Genesis of, genesis.empty() ? folder.genesis() : load<sup::Genesis>(genesis, "a genesis"));
  TRY(const SecretBytes words, passphrase.read(false, "the passphrase of your keys: "));
  TRY(MemberSecrets secrets, MemberFolder(directory).open(words));
  std::vector<std::string> asked = nodes;
  if (asked.empty()) {
    TRY(const SupConfig config, folder.config());
    const std::string own = secrets.known.identity.name.value + "=";
    for (const std::string& node : config.nodes) {
      if (node.starts_with(own)) asked.push_back(node);
    }
    if (asked.empty()) return failure("which node? Give one: --node h2=HOST:PORT");
  }
  TRY(SupClient client, SupClient::make(of, secrets.credentials(), asked));
  return Asker{std::move(of), std::move(secrets), std::move(client)};
}

}  // namespace caduceus
