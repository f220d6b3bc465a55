#include "app/light_session.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "app/med_folder.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{30};  // for anybody's answer
constexpr std::chrono::seconds patience_with_others{3};  // to connect, once somebody has answered
constexpr std::chrono::milliseconds turn{20};

}  // namespace

Result<std::unique_ptr<LightSession>> LightSession::open(const std::filesystem::path& folder, const MemberSecrets& member) {
  const NodeFolder kept(folder, "light");
  TRY(sup::Genesis genesis, kept.genesis());
  if (member.known.authority != genesis.authority) return failure("another authority enrolled you than the one in genesis");
  std::unique_ptr<LightSession> session(new LightSession(std::move(genesis)));
  TRY_VOID(session->start(member, kept));
  return session;
}

Result<void> LightSession::start(const MemberSecrets& member, const NodeFolder& folder) {
  TRY(const NodeConfig config, folder.config());
  TRY(std::vector<PeerAddress> addresses, med_addresses(genesis_, config.nodes));
  std::erase_if(addresses, [&](const PeerAddress& one) { return one.identity == member.known.identity; });
  if (addresses.empty()) return failure("there is no node to be asked but you yourself");
  std::vector<Identity> nodes;
  nodes.reserve(addresses.size());
  for (const PeerAddress& one : addresses) nodes.push_back(one.identity);

  TRY(store_, store::open_rocks_store(folder.store(), LightStore::columns));
  LightNode::Events events;
  events.on_changed = [this] {
    if (on_changed_) on_changed_();
  };
  events.on_answer = [this](const med::LightClient::Answer& answer) { answers_.emplace(answer.look_up, answer); };
  events.on_found = [this](std::uint64_t find, const auto& found) { found_.emplace(find, found); };
  const med::LightClient::Trust trust{genesis_.network(), committee_, genesis_.commit_depth, genesis_.med, genesis_.first_mblock()};
  TRY(node_, LightNode::open(loop_, trust, std::move(nodes), *store_, std::move(events)));

  TlsTransportOptions options{member.credentials(), {}, std::move(addresses), {}, LightNode::limits(), {}, true};
  TRY(transport_, start_tls_transport(loop_, std::move(options), *node_, random_));
  node_->start(*transport_);
  return {};
}

Result<void> LightSession::sync() {
  const auto began = Clock::now();
  for (;;) {
    const std::size_t connected = node_->client().peers().size();
    const bool is_long = Clock::now() - began > patience_with_others;
    if (node_->has_heard_all() || (is_long && connected > 0 && node_->client().is_settled())) {
      if (connected > 0) return {};
      return failure("all of its nodes are banned: they lie");
    }
    if (connected == 0 && Clock::now() - began > patience) return failure("none of its nodes answers");
    loop_.run_one_for(turn);
  }
}

Result<med::LightClient::Answer> LightSession::wait_for(std::uint64_t look_up) {
  const auto end = Clock::now() + patience;
  while (Clock::now() < end) {
    if (const auto found = answers_.find(look_up); found != answers_.end()) return found->second;
    if (node_->client().has_nobody(look_up)) return failure("none of its nodes has that, or they keep it back");
    loop_.run_one_for(turn);
  }
  return failure("none of its nodes showed that in time");
}

std::vector<std::optional<RecordSearch::Found>> LightSession::find(std::span<const TransactionHash> records) {
  std::vector<std::uint64_t> numbers;
  for (const TransactionHash& htxm : records) numbers.push_back(node_->find(htxm));
  std::vector<std::optional<RecordSearch::Found>> all;
  for (const std::uint64_t number : numbers) {
    while (!found_.contains(number)) loop_.run_one_for(turn);  // the node gives up after a while
    all.push_back(std::move(found_.extract(number).mapped()));
  }
  return all;
}

void LightSession::follow(std::function<void()> on_changed) {
  on_changed_ = std::move(on_changed);
  on_changed_();
  boost::asio::signal_set signals(loop_, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& /*error*/, int /*signal*/) {
    transport_->stop();
    loop_.stop();
  });
  loop_.run();
}

}  // namespace caduceus
