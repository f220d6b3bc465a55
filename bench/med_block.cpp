// Blocks of MED: how long their signatures take, how large they are, and proofs out of them.
#include <memory>

#include "bench/measure.h"
#include "bench/med_rows.h"
#include "bench/rows.h"
#include "test/med_world.h"

namespace caduceus::bench {
namespace {

using Fields = nlohmann::ordered_json;

// Each of the doctors writes a record under each of so many slots; every hospital makes one bundle of its doctors'.
struct Load {
  std::size_t hospitals;
  std::size_t doctors;
  std::size_t slots;
  [[nodiscard]] std::size_t transactions() const { return doctors * slots; }
};

constexpr Time now{MedWorld::epoch_length * 5000};

struct Block {
  explicit Block(const Load& load) : world(1, load.hospitals, (load.doctors + load.hospitals - 1) / load.hospitals, 0) {
    std::vector<std::vector<med::SignedGroup>> groups(load.hospitals);
    for (std::size_t i = 0; i < load.doctors; ++i) {
      for (std::size_t slot = 0; slot < load.slots; ++slot) {
        groups[i % load.hospitals].push_back(world.group(world.doctor(i), 1, now, static_cast<std::uint16_t>(16 * slot)));
      }
    }
    std::vector<med::SignedBundle> bundles;
    for (std::size_t i = 0; i < load.hospitals; ++i) bundles.push_back(world.bundle(world.hospital(i), std::move(groups[i]), now, 0));
    body = world.body(bundles);
    root = transaction_tree(body).root();
  }
  [[nodiscard]] med::SignatureVerifier verifier() const { return {world.keys().net, world.keys().parameters, 1U << 14U}; }

  MedWorld world;
  MedBody body;
  Bytes32 root{};
};

// All of it, from the body's bytes in memory: the root, the messages, the aggregate. As many ECDSA signatures as there are transactions.
Fields verify_row(const Load& load, bool cold, double seconds) {
  const auto block = std::make_shared<Block>(load);
  const auto cached = std::make_shared<med::SignatureVerifier>(block->verifier());
  const auto verify = [block](med::SignatureVerifier& by) { return by.verify(block->root, block->body, block->world.rng).has_value(); };
  const Case operation{[=] {
                         if (!cold) return verify(*cached);
                         auto fresh = block->verifier();
                         return verify(fresh);
                       },
                       {},
                       encode(block->body).size()};
  const std::array cases{operation, ecdsa_row(load.transactions()).prepare()};
  const auto us = measure(cases, seconds);
  return {{"us", rounded(us[0].operation)},
          {"ecdsa_us", rounded(us[1].operation)},
          {"ratio", rounded(us[0].operation / us[1].operation)},
          {"bytes", operation.bytes},
          {"transactions", load.transactions()},
          {"doctors", load.doctors},
          {"slots", load.slots},
          {"hospitals", load.hospitals}};
}

// A body with its aggregate, against one in which every doctor's and hospital's signature stands by itself, as 144 bytes.
Fields bytes_row(const Load& load) {
  const Block block(load);
  const double size = static_cast<double>(encode(block.body).size());
  const double unsigned_size = size - static_cast<double>(block.body.aggregate.value.size());
  const double individual = unsigned_size + static_cast<double>(EncodedSum{}.bytes.size() * (load.transactions() + load.hospitals));
  const auto count = static_cast<double>(load.transactions());
  return {{"bytes", rounded(size / count)},
          {"individual_bytes", rounded(individual / count)},
          {"ratio", rounded(size / individual)},
          {"aggregate_bytes", block.body.aggregate.value.size()},
          {"transactions", load.transactions()},
          {"doctors", load.doctors},
          {"slots", load.slots},
          {"hospitals", load.hospitals}};
}

// A proof of each record of a large block; the largest counts.
Fields proof_row(const Load& load, double seconds) {
  const auto block = std::make_shared<Block>(load);
  auto largest = std::make_shared<RecordProof>();
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < block->body.bundles.items.size(); ++i) {
    // They differ by the length of the doctor's name.
    RecordProof proof = prove_record(block->body, i, 0);
    const std::size_t size = encode(proof).size();
    if (size <= bytes) continue;
    bytes = size;
    *largest = std::move(proof);
  }
  const Case check{[block, largest] { return caduceus::verify(block->root, hash_of(largest->terms), *largest).has_value(); }, {}, bytes};
  const auto us = measure({&check, 1}, seconds).front();
  constexpr std::size_t most = 4096;
  return {{"us", rounded(us.operation)},
          {"bytes", bytes},
          {"ratio", rounded(static_cast<double>(bytes) / most)},
          {"transactions", load.transactions()},
          {"hospitals", load.hospitals}};
}

constexpr Load largest{40, 2500, 4};

}  // namespace

std::vector<MedRow> med_block_rows() {
  std::vector<MedRow> rows;
  for (const Load& load : {Load{1, 25, 4}, Load{4, 250, 4}, largest}) {
    const std::string name = "block.verify." + std::to_string(load.transactions());
    rows.push_back({name, [load](double seconds) { return verify_row(load, false, seconds); }});
    rows.push_back({name + ".cold", [load](double seconds) { return verify_row(load, true, seconds); }});
  }
  for (const std::size_t slots : {1U, 2U, 8U}) {
    rows.push_back({"tx.bytes." + std::to_string(slots), [slots](double) { return bytes_row({10, 500, slots}); }});
  }
  rows.push_back({"light.proof", [](double seconds) { return proof_row(largest, seconds); }});
  return rows;
}

}  // namespace caduceus::bench
