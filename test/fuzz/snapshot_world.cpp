#include "test/fuzz/snapshot_world.h"

#include <algorithm>

#include "core/sup/snapshot.h"
#include "test/fuzz/world.h"
#include "test/sup_steps.h"

namespace caduceus::fuzz {
namespace {

constexpr std::size_t hospitals = 2;

Bytes piece(Byte kind, ByteView content) {
  Bytes bytes(1 + content.size(), kind);
  std::ranges::copy(content, bytes.begin() + 1);
  return bytes;
}

QuorumCertificate certificate(const NetworkId& net, const BlsCommittee& committee, View view, const BlockHash& block) {
  QuorumCertificate qc{view, block, SignerSet(hospitals), {}};
  std::vector<SignaturePart> parts;
  for (std::size_t voter = 0; voter < hospitals; ++voter) {
    qc.signers.insert(voter);
    parts.push_back(sign_part(world().voters[voter], vote_statement(net, view, block)).encode());
  }
  qc.sum = must(committee.sum(parts));
  return qc;
}

}  // namespace

SnapshotWorld::SnapshotWorld() {
  SupWorld people(2024, hospitals, 1, 1);
  genesis.name = {"snapshot"};
  genesis.authority = {people.keys().parameters, people.pkg().public_key, prove_possession(people.pkg()), {{1}}};
  genesis.commit_depth = 2;
  genesis.med = sup::devnet_med;
  for (std::size_t i = 0; i < hospitals; ++i) {
    const BlsKey& key = world().voters[i];
    genesis.hospitals.items.push_back({people.hospital(i).identity(), key.public_key, prove_possession(key)});
  }
  const NetworkId net = genesis.network();
  const BlsCommittee committee = genesis.committee();

  sup::Steps steps;
  steps.state = sup::SupState::genesis(mblock_hash(genesis.first_mblock()));
  CHECK(steps.block(people.registrations()).has_value());
  const SupHeader block{Height(1), View(1), genesis_certificate(net, hospitals), {}, steps.time, body_hash({}), steps.state->roots};
  const SupHeader above{Height(2),     View(2),    certificate(net, committee, View(1), block_hash(block)), {}, steps.time,
                        body_hash({}), block.roots};
  head.net = net;
  head.sup = {block, {{above}}, certificate(net, committee, View(2), block_hash(above))};

  pieces.push_back(piece(head_piece, encode(head)));
  Bytes cursor;
  do {
    const auto part = sup::snapshot_part(*steps.state, cursor);
    CHECK(part.has_value());
    pieces.push_back(piece(sup_piece, part->content.value));
    cursor = part->next.value;
  } while (!cursor.empty());
  pieces.push_back({end_piece});
}

const SnapshotWorld& snapshot_world() {
  static const SnapshotWorld instance;
  return instance;
}

Bytes snapshot_file(std::span<const Bytes> pieces) {
  Bytes file;
  for (const Bytes& one : pieces) {
    const auto size = big_endian(static_cast<std::uint32_t>(one.size()));
    file.insert(file.end(), size.begin(), size.end());
    file.insert(file.end(), one.begin(), one.end());
  }
  return file;
}

}  // namespace caduceus::fuzz
