// A snapshot of both chains, by anybody: whatever is taken is of the block that the consortium's hospitals committed.
#include "app/chain_snapshot.h"

#include <fstream>

#include "host/node/med_store.h"
#include "host/store/memory_store.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/snapshot_world.h"
#include "test/temporary_folder.h"

namespace caduceus::fuzz {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TemporaryFolder folder;
  const auto path = folder.path() / "snapshot";
  std::ofstream(path, std::ios::binary | std::ios::trunc) << as_text({data, size});
  store::MemoryStore med(MedStore::columns.size());
  const auto read = read_snapshot(path, snapshot_world().genesis, {nullptr, {}, med}, 1, [](Height /*med*/) {});
  accepted = read.has_value();
  if (!accepted) return 0;
  CHECK(read->sup == Height(1) && read->time == snapshot_world().head.sup.block.time);
  CHECK(read->med == Height(0) && read->bytes == size);
  return 0;
}

namespace {

// Until there is one that is not whole.
std::vector<Bytes> pieces_of(ByteView file) {
  std::vector<Bytes> pieces;
  Reader reader(file);
  for (Blob<0, 1U << 20U> piece; reader.left() > 0 && read(reader, piece);) pieces.push_back(piece.value);
  return pieces;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  auto pieces = pieces_of({data, size});
  if (pieces.empty() || mutator.one_in(2)) return LLVMFuzzerMutate(data, size, most);
  Bytes& first = pieces.front();
  Bytes& some = pieces[mutator.rng().below(pieces.size())];
  auto head = first.empty() ? reject(Reject::truncated) : decode<SnapshotHead>(ByteView(first).subspan(1));
  switch (mutator.rng().below(4)) {
    case 0:
      if (!head) break;
      mutator.change(*head);
      first = encode(std::pair(head_piece, *head));
      break;
    case 1: std::swap(first, some); break;
    case 2: pieces.push_back(Bytes(some)); break;
    default:
      if (!some.empty())
        some[mutator.rng().below(std::min<std::size_t>(some.size(), 64))] ^= static_cast<Byte>(1U << mutator.rng().below(8));
  }
  const std::size_t mutant = put(snapshot_file(pieces), data, most);
  return mutant != 0 ? mutant : LLVMFuzzerMutate(data, size, most);
}

}  // namespace caduceus::fuzz
