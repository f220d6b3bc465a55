#include "app/lab/selfish_miner.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <iostream>
#include <set>

#include "app/command.h"
#include "app/med_folder.h"
#include "app/serve.h"
#include "host/node/med_server.h"
#include "host/store/rocks_store.h"

namespace {

using namespace caduceus;

struct Options {
  std::filesystem::path directory;
  unsigned share = 100;
  PassphraseOptions passphrase;
};

// Between a miner's node and its network: of headers, what shows a withheld block does not get out.
class WithholdingTransport final : public Transport {
 public:
  // All outlive it. Says on standard output, a JSON object a line, what it has done so far, when that changes.
  WithholdingTransport(boost::asio::io_context& loop, Transport& network, const med::Node& node, Identity self, std::size_t peers)
      : network_(network), node_(node), self_(std::move(self)), peers_(peers), timer_(loop) {
    look();
  }

  void send(PeerId peer, Frame frame) override {
    if (!is_secret(*frame)) network_.send(peer, std::move(frame));
  }
  void pause(PeerId peer) override { network_.pause(peer); }
  void resume(PeerId peer) override { network_.resume(peer); }
  void disconnect(PeerId peer) override { network_.disconnect(peer); }
  void ban(PeerId peer, std::chrono::milliseconds duration) override { network_.ban(peer, duration); }
  void stop() override { network_.stop(); }

 private:
  // Its own blocks are announced to it as to anybody.
  bool is_secret(const Bytes& frame) {
    if (frame.front() != static_cast<Byte>(Channel::consensus)) return false;
    const auto message = decode<med::Message>(ByteView(frame).subspan(1));
    const auto* list = message ? std::get_if<med::HeaderList>(&*message) : nullptr;
    if (list == nullptr) return false;
    bool shows_secret = is_withheld(list->tip);
    for (const MblockHeader& header : list->headers.items) {
      const MblockHash hash = mblock_hash(header);
      if (header.miner != self_ || published_.contains(hash)) continue;
      if (!is_withheld(hash)) withheld_.push_back(header);
      shows_secret = true;
    }
    return shows_secret;
  }
  [[nodiscard]] bool is_withheld(const MblockHash& hash) const {
    return std::ranges::find(withheld_, hash, mblock_hash) != withheld_.end();
  }
  void look() {
    consider();
    timer_.expires_after(std::chrono::milliseconds(50));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) look();
    });
  }
  void consider() {
    if (withheld_.empty()) return;
    const med::HeaderTree& tree = node_.chain().headers();
    if (tree.find(mblock_hash(withheld_.back())) == nullptr) {
      orphaned_ += withheld_.size();
      withheld_.clear();
      return say();
    }
    Height others;
    for (const med::HeldHeader* one : tree.valid_bodies()) {
      if (!is_withheld(one->hash)) others = std::max(others, one->height());
    }
    if (others >= withheld_.front().height && others + 1 >= withheld_.back().height) release();
  }
  void release() {
    released_ += withheld_.size();
    for (const MblockHeader& header : withheld_) published_.insert(mblock_hash(header));
    const MblockHash tip = mblock_hash(withheld_.back());
    const Frame frame = frame_of(Channel::consensus, med::Message(med::HeaderList{tip, {std::exchange(withheld_, {})}}));
    for (std::uint64_t peer = 1; peer <= peers_; ++peer) network_.send(PeerId(peer), frame);
    say();
  }
  void say() const { show(true, {{"released", "", released_}, {"orphaned", "", orphaned_}}); }

  Transport& network_;
  const med::Node& node_;
  Identity self_;
  std::size_t peers_;
  boost::asio::steady_timer timer_;
  std::vector<MblockHeader> withheld_;
  std::set<MblockHash> published_;
  std::size_t released_ = 0;
  std::size_t orphaned_ = 0;  // that an anchor left before they were released
};

Result<void> mine(const Options& options) {
  const NodeFolder folder(options.directory, "med");
  TRY(const sup::Genesis genesis, folder.genesis());
  TRY(const NodeConfig config, folder.config());
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the miner's keys: "));
  TRY(const MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  const Identity& self = secrets.known.identity;
  TRY(std::vector<PeerAddress> peers, med_peers(genesis, self, config.nodes));
  const std::size_t peer_count = peers.size();

  TRY(const auto store, store::open_rocks_store(folder.store(), MedStore::columns));
  boost::asio::io_context loop(1);
  MedServer::Options server_options;
  server_options.mining = MedServer::Mining{self, 1, options.share};
  TRY(const auto server, MedServer::open(loop, MedTerms::of(genesis), identities_of(peers), *store, server_options));
  std::optional<WithholdingTransport> withholding;
  std::vector<ServedPort> listeners;
  listeners.push_back({"", {secrets.credentials(), config.listen, std::move(peers), {}, MedServer::limits(), {}}, server->events()});
  return serve_until_stopped(
      loop, std::move(listeners),
      [&](auto transports) {
        withholding.emplace(loop, *transports[0], server->node().node(), self, peer_count);
        server->start(*withholding);
      },
      {{"height", "newest block", server->node().node().chain().best().height().value()}}, true);
}

}  // namespace

void add_selfish_miner(CLI::App& app, int& status) {
  auto& command = *app.add_subcommand("selfish-miner", "mine on MED, and keep the blocks back until others are one behind; until SIGTERM");
  command.footer(
      "The folder is a miner's, as caduceus med init makes it. Says on standard output how many of its blocks it released, and how many an\n" "anchor of SUP left before.\nExample: caduceus-lab selfish-miner --dir m2 --passphrase-file passphrase --cpu-share 30");
  auto options = std::make_shared<Options>();
  command.add_option("--dir", options->directory, "the miner's folder")->required();
  command.add_option("--cpu-share", options->share, "of a core, in hundredths")->check(CLI::Range(1, 100))->capture_default_str();
  options->passphrase.declare(command);
  command.callback([options, &status] {
    const auto done = mine(*options);
    status = done ? 0 : 1;
    if (!done) std::cerr << "caduceus-lab: " << done.error().message << '\n';
  });
}
