#include "app/asker.h"

#include "app/public_file.h"

namespace caduceus {

void AskOptions::declare(CLI::App& command) {
  command.add_option("--dir", directory, "your folder: a hospital's, a doctor's")->required();
  command.add_option("--genesis", genesis, "the consortium's genesis; the folder of who has a node has one");
  command.add_option("--node", nodes, "a node to be asked, h2=HOST:PORT; several are tried in turn. Who has one asks that by default");
  passphrase.declare(command);
  command.add_flag("--json", json, "print one JSON object");
}

Result<AskOptions::Opened> AskOptions::open(const std::string& chain) const {
  const NodeFolder folder(directory, chain);
  TRY(sup::Genesis of, genesis.empty() ? folder.genesis() : load<sup::Genesis>(genesis, "a genesis"));
  TRY(SecretBytes words, passphrase.read(false, "the passphrase of your keys: "));
  TRY(MemberSecrets secrets, MemberFolder(directory).open(words));
  std::vector<std::string> asked = nodes;
  if (asked.empty()) {
    TRY(const NodeConfig config, folder.config());
    const Identity& self = secrets.known.identity;
    const std::string own = self.name.value + "=";
    for (const std::string& node : config.nodes) {
      if (node.starts_with(own) || node.starts_with(std::string(name(self.role)) + ":" + own)) asked.push_back(node);
    }
    if (asked.empty()) return failure("which node? Give one: --node h2=HOST:PORT");
  }
  return Opened{std::move(of), std::move(secrets), std::move(words), std::move(asked)};
}

Result<Asker> AskOptions::open() const {
  TRY(Opened opened, open("sup"));
  TRY(SupClient client, SupClient::make(opened.genesis, opened.member.credentials(), opened.nodes));
  return Asker{std::move(opened.genesis), std::move(opened.member), std::move(opened.passphrase), std::move(client)};
}

}  // namespace caduceus
