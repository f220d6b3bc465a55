#include "test/fuzz/decoder.h"
#include "test/fuzz/med_light_world.h"

namespace caduceus::fuzz {

// A node that says this to whatever it is asked, beside an honest one: the client learns what is true, and nothing else.
FUZZ_DECODER(med::Replied) {
  const MedLightWorld& world = med_light_world();
  const auto& [chain, key] = std::tie(world.node.chain, world.key);
  med::LightNet net(world.trust(), {&world.miner.genesis, 1});
  net.connect([&](const med::Question&) { return value.reply; });
  net.connect(world.node);
  net.run();
  const auto state = net.client.look_up(key);
  net.client.look_up(chain[5], hash_of(world.record.terms));
  net.run();
  net.wait(net.period);

  CHECK(net.client.headers().root().header == chain[3]);
  CHECK(net.client.headers().find(mblock_hash(chain[5])) != nullptr);
  CHECK(!net.is_split && !net.banned.contains(med::Peer(1)));
  CHECK(net.answers.size() == 2);
  for (const auto& answer : net.answers) {
    if (answer.look_up == state) {
      CHECK(std::get<0>(answer.proven) == Bytes(40, 7));
    } else {
      CHECK(std::get<RecordProof>(answer.proven) == world.record);
    }
  }
}

}  // namespace caduceus::fuzz
