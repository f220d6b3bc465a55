#include "host/node/med_check.h"

#include "host/node/records.h"

namespace caduceus {
namespace {

using Columns = MedStore::Columns;

class Check {
 public:
  Check(const store::Store& store, const store::Store& work, const MedTerms& terms, const std::function<void(Height)>& progress,
        MedReplay& replay)
      : store_(store), work_(work), terms_(terms), progress_(progress), replay_(replay) {}

  Result<MedChecked> run(const std::optional<sup::Anchor>& anchor) {
    TRY(const auto net, find_record<NetworkId>(store_, Columns::meta, as_bytes(MedStore::net_key), MedStore::net_key));
    if (!net || *net != terms_.net) return failure("meta: the store is of another network");
    const med::HeldHeader& last = replay_.chain().anchor();
    TRY(const auto there, store_.get(Columns::final_chain, encode(last.height())));
    if (!there || !std::ranges::equal(*there, last.hash)) TRY_VOID(replay_.begin());
    TRY_VOID(final_blocks());
    TRY_VOID(open_blocks());
    TRY(checked_.has_anchor, check_anchor(replay_, anchor));
    checked_.final = replay_.chain().anchor().height();
    checked_.newest = replay_.chain().best().height();
    TRY_VOID(certificates());
    TRY_VOID(named_sblocks());
    TRY_VOID(compare(Columns::meta));
    TRY(const std::uint64_t headers, compare(Columns::headers));
    TRY(checked_.blocks, compare(Columns::bodies));
    TRY_VOID(compare(Columns::final_chain));
    TRY(checked_.records, compare(Columns::records));
    TRY(checked_.nodes, compare(Columns::state));
    if (headers != checked_.blocks + 1) return failure("headers: not as many as bodies, and block 0's");
    return checked_;
  }

 private:
  // Of a column, from this key on: as many blocks as are verified together.
  using Named = std::function<Result<MblockHash>(ByteView key, ByteView value)>;
  [[nodiscard]] Result<std::vector<MedBlock>> read_blocks(store::Column column, const Bytes& from, const Named& hash_of) const {
    constexpr std::size_t most_bytes = 16U << 20U;
    std::vector<MblockHash> hashes;
    Result<void> scanned;
    TRY_VOID(store_.for_each_from(column, from, [&](ByteView key, ByteView value) {
      if (hashes.size() == MedReplay::most_at_once) return false;
      const auto hash = hash_of(key, value);
      if (!hash) scanned = tl::unexpected(hash.error());
      if (hash) hashes.push_back(*hash);
      return hash.has_value();
    }));
    TRY_VOID(scanned);
    std::vector<MedBlock> blocks;
    std::size_t bytes = 0;
    for (const MblockHash& hash : hashes) {
      if (bytes > most_bytes) break;
      TRY(const auto header, store_.get(Columns::headers, hash));
      const auto decoded = header ? decode<MblockHeader>(*header) : reject(Reject::too_short);
      if (!decoded || mblock_hash(*decoded) != hash) return failure("headers: what stands under " + to_hex(hash) + " is not its header");
      TRY(const auto body, store_.get(Columns::bodies, hash));
      auto content = body ? decode<MedBody>(*body) : reject(Reject::too_short);
      if (!content) return failure("bodies: what stands under " + to_hex(hash) + " is no body: " + std::string(explain(content.error())));
      bytes += body->size();
      blocks.push_back({*decoded, *std::move(content)});
    }
    return blocks;
  }

  Result<void> final_blocks() {
    TRY(const auto first, store_.get(Columns::final_chain, encode(Height(0))));
    if (!first || !std::ranges::equal(*first, mblock_hash(terms_.genesis))) return failure("final: block 0 is not genesis's");
    for (;;) {
      const Height below = replay_.chain().anchor().height();
      Height next = below;
      TRY(std::vector<MedBlock> blocks,
          read_blocks(Columns::final_chain, encode(below + 1), [&](ByteView key, ByteView value) -> Result<MblockHash> {
            const auto hash = decode<MblockHash>(value);
            if (hash && std::ranges::equal(encode(++next), key)) return *hash;
            return failure("final: no block of height " + std::to_string(next.value()));
          }));
      if (blocks.empty()) return {};
      const MblockHash last = mblock_hash(blocks.back().header);
      TRY_VOID(replay_.add(std::move(blocks)));
      TRY_VOID(replay_.settle(last));
      progress_(replay_.chain().best().height());
    }
  }

  // As they came.
  Result<void> open_blocks() {
    std::uint64_t count = 0;
    for (std::uint64_t from = 0;;) {
      std::vector<std::uint64_t> numbers;
      TRY(std::vector<MedBlock> blocks,
          read_blocks(Columns::open_blocks, encode(from), [&](ByteView key, ByteView value) -> Result<MblockHash> {
            const auto open = decode<MedStore::OpenRecord>(value);
            if (!open || !std::ranges::equal(encode(open->number), key))
              return failure("open: the entry of key " + to_hex(key) + " is no such record");
            numbers.push_back(open->number);
            return open->hash;
          }));
      if (blocks.empty()) break;
      count += blocks.size();
      from = numbers[blocks.size() - 1] + 1;
      TRY_VOID(replay_.add(std::move(blocks)));
      progress_(replay_.chain().best().height());
    }
    if (count + 1 == replay_.chain().headers().size()) return {};
    return failure("open: " + std::to_string(count) + " blocks, where the chain has others");
  }

  // Each under its stretch's number, over a final block.
  [[nodiscard]] Result<void> certificates() const {
    std::vector<std::pair<Bytes, Bytes>> entries;  // one in a thousand blocks
    TRY_VOID(store_.for_each_from(Columns::anchors, {}, [&](ByteView key, ByteView value) {
      entries.emplace_back(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
      return true;
    }));
    for (const auto& [key, value] : entries) {
      const std::string what = "anchors: what stands under " + to_hex(key);
      const auto proof = decode<CommitProof>(value);
      if (!proof) return failure(what + " is no certificate: " + std::string(explain(proof.error())));
      const Height height = proof->block.roots.anchor_height;
      if (MedStore::anchor_key(height) != key) return failure(what + " is of block " + std::to_string(height.value()));
      const auto good = verify(terms_.net, *terms_.hospitals, terms_.commit_depth, *proof);
      if (!good) return failure(what + " does not hold: " + std::string(explain(good.error())));
      if (height > replay_.chain().anchor().height() || replay_.at(height) != proof->block.roots.anchor)
        return failure(what + " is of a block that is not final here");
    }
    return {};
  }

  // Each under its height, and an open block, or the newest final one, names it. One that is not there is none's fault: what is below an anchor
  // that was heard of is taken without it.
  [[nodiscard]] Result<void> named_sblocks() const {
    std::map<Height, Bytes32> named;
    for (const med::HeldHeader* one : replay_.chain().headers().valid_bodies())
      named.emplace(one->header.sblock_height, one->header.sblock);
    const MblockHeader& root = replay_.chain().anchor().header;
    named.emplace(root.sblock_height, root.sblock);
    Result<void> found;
    TRY_VOID(store_.for_each_from(Columns::sblocks, {}, [&](ByteView key, ByteView value) {
      const std::string what = "sblocks: what stands under " + to_hex(key);
      const auto proof = decode<CommitProof>(value);
      const auto name = proof ? named.find(proof->block.height) : named.end();
      if (!proof) {
        found = failure(what + " is no certificate: " + std::string(explain(proof.error())));
      } else if (!std::ranges::equal(encode(proof->block.height), key) || name == named.end() || name->second != block_hash(proof->block)) {
        found = failure(what + " is of a block that none here names");
      } else if (const auto good = verify(terms_.net, *terms_.hospitals, terms_.commit_depth, *proof); !good) {
        found = failure(what + " does not hold: " + std::string(explain(good.error())));
      }
      return found.has_value();
    }));
    return found;
  }

  // All that is in the store is what was made once more. How many entries.
  [[nodiscard]] Result<std::uint64_t> compare(store::Column column) const {
    const std::string name(MedStore::columns.at(static_cast<std::size_t>(column)));
    std::uint64_t kept = 0, made = 0;
    TRY(const auto other, first_difference(column, store_, work_, kept));
    if (other) return failure(name + ": what stands under " + to_hex(*other) + " does not follow from the chain");
    TRY(const auto missing, first_difference(column, work_, store_, made));
    if (missing) return failure(name + ": nothing stands under " + to_hex(*missing));
    return kept;
  }
  // The first key of one store under which the other has not the same. Neither is asked while the other is read: each has a lock.
  static Result<std::optional<Bytes>> first_difference(store::Column column, const store::Store& one, const store::Store& other,
                                                       std::uint64_t& count) {
    constexpr std::size_t most = 1000;
    std::vector<std::pair<Bytes, Bytes>> entries;
    for (Bytes from;; from = std::move(entries.back().first), from.push_back(0), entries.clear()) {
      TRY_VOID(one.for_each_from(column, from, [&](ByteView key, ByteView value) {
        entries.emplace_back(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
        return entries.size() < most;
      }));
      count += entries.size();
      for (const auto& [key, value] : entries) {
        TRY(const auto found, other.get(column, key));
        if (found != value) return key;
      }
      if (entries.size() < most) return std::nullopt;
    }
  }

  const store::Store& store_;
  const store::Store& work_;
  const MedTerms& terms_;
  const std::function<void(Height)>& progress_;
  MedReplay& replay_;
  MedChecked checked_;
};

}  // namespace

Result<bool> check_anchor(const MedReplay& replay, const std::optional<sup::Anchor>& anchor) {
  if (!anchor) return false;
  const auto there = replay.at(anchor->height);
  if (there && *there != anchor->block) {
    return failure("SUP anchored block " + to_hex(anchor->block) + " of height " + std::to_string(anchor->height.value()) +
                   ", and MED's best branch has block " + to_hex(*there) + " there");
  }
  return there.has_value();
}

Result<MedChecked> check_med(const store::Store& store, store::Store& work, const MedTerms& terms, const std::optional<sup::Anchor>& anchor,
                             std::size_t threads, const std::function<void(Height newest)>& progress) {
  TRY(const auto replay, MedReplay::open(work, terms, threads));
  return Check(store, work, terms, progress, *replay).run(anchor);
}

}  // namespace caduceus
