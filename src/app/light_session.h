// A light client of MED in this process, out of its folder, which `caduceus light init` made (node_folder.h, chain "light"). Of its store no
// other process is a user at the same time.
#pragma once

#include <boost/asio/io_context.hpp>

#include "app/node_folder.h"
#include "host/net/tls_transport.h"
#include "host/node/light_node.h"
#include "host/node/system_random.h"

namespace caduceus {

class LightSession {
 public:
  // Of who enrolled there. Begins to connect. Failure: nobody has made a light client there, a store that another process has open.
  [[nodiscard]] static Result<std::unique_ptr<LightSession>> open(const std::filesystem::path& folder, const MemberSecrets& member);

  [[nodiscard]] const sup::Genesis& genesis() const { return genesis_; }
  [[nodiscard]] LightNode& node() { return *node_; }

  // Until it knows what its nodes know; those that do not answer are not waited for long. Failure: none answers.
  [[nodiscard]] Result<void> sync();
  // Failure: nobody showed it, or not in time.
  [[nodiscard]] Result<med::LightClient::Answer> wait_for(std::uint64_t look_up);
  // Which block has each of these records; nothing where no node that is connected shows it, or the client does not have that block yet.
  [[nodiscard]] std::vector<std::optional<RecordSearch::Found>> find(std::span<const TransactionHash> records);
  // Until SIGINT or SIGTERM; told of each change.
  void follow(std::function<void()> on_changed);

 private:
  explicit LightSession(sup::Genesis genesis) : genesis_(std::move(genesis)), committee_(genesis_.committee()) {}
  [[nodiscard]] Result<void> start(const MemberSecrets& member, const NodeFolder& folder);

  sup::Genesis genesis_;
  BlsCommittee committee_;
  SystemRandom random_;
  boost::asio::io_context loop_{1};
  std::unique_ptr<store::Store> store_;
  std::function<void()> on_changed_;
  std::map<std::uint64_t, med::LightClient::Answer> answers_;
  std::map<std::uint64_t, std::optional<RecordSearch::Found>> found_;
  std::unique_ptr<LightNode> node_;
  std::unique_ptr<TlsTransport> transport_;  // ends first
};

}  // namespace caduceus
