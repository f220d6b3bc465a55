// Parts of a snapshot by somebody who makes up the state: what is taken in gives a state with the roots of these entries, in whatever parts.
#include "core/sup/snapshot.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

using Entries = List<sup::SnapshotEntry, 1024>;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sup::SnapshotRestorer at_once;
  accepted = at_once.add({data, size}).has_value();
  if (!accepted) return 0;
  PatriciaTrie state, revocations;
  sup::SnapshotRestorer one_by_one;
  Reader reader({data, size});
  while (reader.left() > 0) {
    sup::SnapshotEntry entry;
    CHECK(read(reader, entry).has_value());
    CHECK(one_by_one.add(encode(entry)).has_value());
    PatriciaTrie& trie = entry.trie == sup::SnapshotTrie::state ? state : revocations;
    trie = trie.put(entry.key.value, entry.value.value);
  }
  SupRoots roots;
  roots.state = state.root();
  roots.revocations = revocations.root();
  CHECK(at_once.finish(roots).has_value());
  const auto again = one_by_one.finish(roots);
  CHECK(again.has_value() && sup::snapshot_part(sup::as_sup(*again), {})->content.value == Bytes(data, data + size));
  return 0;
}

// A list of entries without the count before it.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  Entries entries;
  Reader reader({data, size});
  while (reader.left() > 0 && entries.items.size() < 1024 && read(reader, entries.items.emplace_back())) {
  }
  if (entries.items.empty() || mutator.one_in(2)) return LLVMFuzzerMutate(data, size, most);
  mutator.change(entries);
  const Bytes mutant = encode(entries);
  return put(ByteView(mutant).subspan(4), data, most);
}

}  // namespace caduceus::fuzz
