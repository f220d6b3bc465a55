#include "test/fuzz/decoder.h"
#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {
namespace {

// An honest node's peer: what `node` asks it is answered by the chain's source.
void answer(MedChain& chain, med::DrivenNode& node, med::Peer peer) {
  static const med::Peer at_source = chain.source.connect();
  for (;;) {
    std::vector<med::Message> asked;
    for (const med::Send& send : std::exchange(node.said, {})) {
      if (send.peer == peer) asked.push_back(send.message);
    }
    if (asked.empty()) return;
    for (med::Message& message : asked) {
      chain.source.said.clear();
      // Its own announcements are no business of the source, which all inputs share.
      if (std::holds_alternative<med::HeaderList>(message) || std::holds_alternative<med::Have>(message)) continue;
      chain.source.hear(at_source, std::move(message));
      for (med::Send& send : std::exchange(chain.source.said, {})) node.hear(peer, std::move(send.message));
    }
  }
}

}  // namespace

// A peer that says this, in the middle of what it was asked for, beside an honest one: the node comes to hold what is true, bans nobody
// else, and keeps nothing that is not verified.
FUZZ_DECODER(med::Message) {
  MedChain& chain = med_chain();
  med::DrivenNode node(chain.people, chain.miner);
  node.wall = chain.source.wall;
  const med::HeaderList list{mblock_hash(chain.headers.back()), {chain.headers}};
  const med::Peer liar = node.connect();
  node.hear(liar, list);
  node.hear(liar, med::Have{{{med::id_of(chain.bundle.bundle), med::id_of(chain.call.call)}}});
  node.hear(liar, value);
  node.hear(liar, value);
  const med::Peer honest = node.connect();
  node.hear(honest, list);
  answer(chain, node, honest);
  node.wait(med::Sync::patience);  // for what the liar was asked for
  answer(chain, node, honest);
  CHECK(node.best().header == chain.headers.back());
  CHECK(!node.banned.contains(honest) && !node.is_diverged);
  for (const med::ItemId& id : node.node.pool().ids(9)) {
    CHECK(id == med::id_of(chain.bundle.bundle) || id == med::id_of(chain.call.call));
  }
}

}  // namespace caduceus::fuzz
