#include "app/chain_snapshot.h"

#include <fstream>

#include "app/public_file.h"
#include "core/sup/snapshot.h"
#include "host/node/med_replay.h"
#include "host/store/file_content.h"

namespace caduceus {
namespace {

// A piece of the file: u32 length, then so many bytes, the first of which says what follows.
enum class Piece : Byte { head = 0, sup_part = 1, med_block = 2, end = 3 };

struct Head {
  Text<1, 32> kind{"caduceus chains 1"};
  NetworkId net{};
  CommitProof sup;
  static auto fields(auto& self) { return std::tie(self.kind, self.net, self.sup); }
};

constexpr std::size_t most_piece = MedBody::most_bytes + (1U << 20U);

tl::unexpected<Failure> cut_off(const std::filesystem::path& file) {
  return failure(file.string() + " is no snapshot of both chains, or not all of one");
}

class PieceWriter {
 public:
  explicit PieceWriter(const std::filesystem::path& file) : path_(file), file_(file, std::ios::binary | std::ios::trunc) {}

  Result<void> write(Piece piece, ByteView content) {
    const auto size = big_endian(static_cast<std::uint32_t>(content.size() + 1));
    put(size);
    put(Bytes{static_cast<Byte>(piece)});
    put(content);
    bytes_ += size.size() + 1 + content.size();
    if (!file_) return system_failure("cannot write", path_);
    return {};
  }
  Result<std::uint64_t> finish() {
    TRY_VOID(write(Piece::end, {}));
    file_.close();
    if (!file_) return system_failure("cannot write", path_);
    TRY_VOID(sync_file_system(path_));
    return bytes_;
  }

 private:
  void put(ByteView bytes) { file_.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size())); }

  std::filesystem::path path_;
  std::ofstream file_;
  std::uint64_t bytes_ = 0;
};

class PieceReader {
 public:
  explicit PieceReader(const std::filesystem::path& file) : path_(file), file_(file, std::ios::binary) {}

  // What is in the next piece; nothing at the end, behind which there is no more.
  Result<std::optional<std::pair<Piece, Bytes>>> next() {
    TRY(const Bytes length, take(sizeof(std::uint32_t)));
    const auto size = decode<std::uint32_t>(length);
    if (!size || *size == 0 || *size > most_piece) return cut_off(path_);
    TRY(Bytes content, take(*size));
    const auto piece = static_cast<Piece>(content.front());
    content.erase(content.begin());
    if (piece != Piece::end) return std::pair(piece, std::move(content));
    if (!content.empty() || file_.peek() != std::ifstream::traits_type::eof()) return cut_off(path_);
    return std::nullopt;
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  Result<Bytes> take(std::size_t size) {
    Bytes bytes(size);
    file_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (static_cast<std::size_t>(file_.gcount()) != size) return cut_off(path_);
    bytes_ += size;
    return bytes;
  }

  std::filesystem::path path_;
  std::ifstream file_;
  std::uint64_t bytes_ = 0;
};

Result<void> write_state(PieceWriter& out, const sup::SupState& state) {
  Bytes cursor;
  do {
    const auto part = sup::snapshot_part(state, cursor);
    CHECK(part.has_value());
    TRY_VOID(out.write(Piece::sup_part, part->content.value));
    cursor = part->next.value;
  } while (!cursor.empty());
  return {};
}

Result<void> write_blocks(PieceWriter& out, const MedStore& med, const MblockHash& anchor, Height last, const Progress& progress) {
  if (med.height_of(anchor) != last) return failure("the node's MED has not come to SUP's newest anchor: let it run for a while");
  for (Height height(1); height <= last; ++height) {
    const auto header = med.header_at(height);
    auto body = header ? med.body(mblock_hash(*header)) : std::nullopt;
    if (!body) return failure("MED's store has lost block " + std::to_string(height.value()));
    TRY_VOID(out.write(Piece::med_block, encode(MedBlock{*header, *std::move(body)})));
    if (height.value() % 1000 == 0) progress(height);
  }
  return {};
}

// What of a snapshot was checked so far: SUP's parts first, then MED's blocks.
class Taking {
 public:
  Taking(const sup::Genesis& genesis, const SnapshotTarget& to, const Progress& progress)
      : genesis_(genesis), to_(to), progress_(progress) {}

  Result<void> begin(std::size_t threads) {
    TRY(replay_, MedReplay::open(to_.med, terms_, threads));
    if (replay_->chain().anchor().height() != Height(0)) return failure("there is a chain of MED already");
    return {};
  }

  Result<void> take(Piece piece, const Bytes& content) {
    if (!proof_) return piece == Piece::head ? take_head(content) : failure("a snapshot begins with another piece");
    if (piece == Piece::sup_part && !state_) {
      if (const auto good = restorer_.add(content); !good) return refused("a part of SUP's state", good.error());
      return {};
    }
    if (piece != Piece::med_block) return failure("a piece of a snapshot that does not belong there");
    TRY_VOID(take_state());
    auto block = decode<MedBlock>(content);
    if (!block) return refused("a block of MED", block.error());
    blocks_.push_back(*std::move(block));
    return blocks_.size() < MedReplay::most_at_once ? Result<void>() : take_blocks();
  }

  Result<SnapshotSummary> finish() {
    if (!proof_) return failure("an empty snapshot");
    TRY_VOID(take_state());
    TRY_VOID(take_blocks());
    const sup::Anchor anchor = state_->anchor();
    const med::HeldHeader& best = replay_->chain().best();
    if (best.hash != anchor.block || best.height() != anchor.height) {
      return failure("MED's blocks do not end with the one that SUP anchored, " + to_hex(anchor.block) + " of height " +
                     std::to_string(anchor.height.value()));
    }
    if (anchor.height != replay_->chain().anchor().height()) TRY_VOID(replay_->settle(anchor.block));
    if (to_.sup != nullptr) TRY_VOID(keep_state());
    return SnapshotSummary{proof_->block.height, proof_->block.time, anchor.height, 0};
  }

 private:
  Result<void> take_head(const Bytes& content) {
    const auto head = decode<Head>(content);
    if (!head || head->kind.value != Head{}.kind.value) return failure("this is no snapshot of both chains");
    if (head->net != genesis_.network()) return failure("it is of another network: " + to_hex(head->net));
    const BlsCommittee committee = genesis_.committee();
    auto good = verify(head->net, committee, genesis_.commit_depth, head->sup);
    // Of the block itself: with it a replica goes on.
    if (good) good = verify(head->net, committee, head->sup.above.items.front().justify);
    if (!good) return refused("the proof of SUP's block", good.error());
    proof_ = head->sup;
    return {};
  }

  Result<void> take_state() {
    if (state_) return {};
    const auto state = restorer_.finish(proof_->block.roots);
    if (!state) return refused("SUP's state", state.error());
    state_ = std::static_pointer_cast<const sup::SupState>(*state);
    return {};
  }

  Result<void> take_blocks() {
    if (blocks_.empty()) return {};
    TRY_VOID(replay_->add(std::exchange(blocks_, {})));
    constexpr std::uint64_t depth = med::Node::settled_depth;
    const Height best = replay_->chain().best().height();
    if (best.value() > replay_->chain().anchor().height().value() + depth) {
      TRY_VOID(replay_->settle(*replay_->at(Height(best.value() - depth))));
    }
    progress_(best);
    return {};
  }

  // As a replica does that joined by a snapshot.
  Result<void> keep_state() {
    TRY(const auto kept, SupStore::open(*to_.sup, genesis_.network(), ~std::uint64_t{0}));
    if (kept->recover({}).committed) return failure("there is a chain of SUP already");
    const QuorumCertificate& certificate = proof_->above.items.front().justify;
    sup::Output output;
    output.safety = sup::initial_safety(certificate);
    output.joined = proof_->block;
    output.proof = proof_;
    output.abstention = to_.abstention;
    kept->keep(proof_->block, state_);
    return to_.sup->write(kept->batch_of(output));
  }

  const sup::Genesis& genesis_;
  const SnapshotTarget& to_;
  const Progress& progress_;
  MedTerms terms_ = MedTerms::of(genesis_);
  std::unique_ptr<MedReplay> replay_;
  sup::SnapshotRestorer restorer_;
  std::optional<CommitProof> proof_;
  std::shared_ptr<const sup::SupState> state_;
  std::vector<MedBlock> blocks_;
};

}  // namespace

Result<SnapshotSummary> write_snapshot(const std::filesystem::path& file, const sup::Genesis& genesis, store::Store& sup, store::Store& med,
                                       const Progress& progress) {
  if (std::filesystem::exists(file)) return failure(file.string() + " is there already: give another file");
  TRY(const auto sup_store, SupStore::open(sup, genesis.network(), ~std::uint64_t{0}));
  TRY(const auto med_store, MedStore::open(med, genesis.network(), genesis.first_mblock()));
  const auto proof = sup_store->recover({}).committed;
  if (!proof) return failure("SUP has no committed block here yet");
  const auto state = sup_store->load(proof->block);

  PieceWriter out(file);
  const auto write = [&]() -> Result<std::uint64_t> {
    TRY_VOID(out.write(Piece::head, encode(Head{{"caduceus chains 1"}, genesis.network(), *proof})));
    TRY_VOID(write_state(out, *state));
    TRY_VOID(write_blocks(out, *med_store, state->anchor().block, state->anchor().height, progress));
    return out.finish();
  };
  const auto bytes = write();
  if (!bytes) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return tl::unexpected(bytes.error());
  }
  return SnapshotSummary{proof->block.height, proof->block.time, state->anchor().height, *bytes};
}

Result<SnapshotSummary> read_snapshot(const std::filesystem::path& file, const sup::Genesis& genesis, const SnapshotTarget& to,
                                      std::size_t threads, const Progress& progress) {
  if (!std::filesystem::is_regular_file(file)) return failure("there is no file " + file.string());
  PieceReader in(file);
  Taking taking(genesis, to, progress);
  TRY_VOID(taking.begin(threads));
  for (;;) {
    TRY(const auto piece, in.next());
    if (!piece) break;
    TRY_VOID(taking.take(piece->first, piece->second));
  }
  TRY(SnapshotSummary summary, taking.finish());
  summary.bytes = in.bytes();
  return summary;
}

}  // namespace caduceus
