#include "core/crypto/stream_pieces.h"

#include <algorithm>

#include "core/base/check.h"

namespace caduceus {

std::optional<ByteView> PieceBuffer::take(ByteView& piece, std::size_t unit) {
  if (std::exchange(given_, false)) kept_.resize(0);
  const std::size_t taken = std::min(piece.size(), unit - kept_.size());
  const ByteView bytes = piece.first(taken);
  piece = piece.subspan(taken);
  if (taken == unit) return bytes;
  kept_.append(bytes);
  if (kept_.size() < unit) return std::nullopt;
  given_ = true;
  return std::as_const(kept_).expose();
}

PieceSealer::PieceSealer(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header, std::uint64_t size)
    : sealer_(key, associated, header), header_(header.begin(), header.end()), left_(size), unsealed_(size) {}

void PieceSealer::add(ByteView piece, Bytes& out) {
  CHECK(piece.size() <= left_);
  left_ -= piece.size();
  out.insert(out.end(), header_.begin(), header_.end());
  header_.clear();
  while (!finished_) {
    const std::size_t unit = std::min<std::uint64_t>(unsealed_, stream_chunk_size);
    const auto chunk = pieces_.take(piece, unit);
    if (!chunk) return;
    unsealed_ -= unit;
    finished_ = unsealed_ == 0;
    const std::size_t before = out.size();
    out.resize(before + unit + aead_tag_size);
    sealer_.seal_chunk(*chunk, finished_, ByteSpan(out).subspan(before));
  }
}

PieceOpener::PieceOpener(const SecretKey& key, ByteView associated, std::uint64_t sealed_size)
    : key_(key.copy()), associated_(associated.begin(), associated.end()), unopened_(sealed_size) {}

Checked<void> PieceOpener::add(ByteView piece, SecretBytes& plain) {
  if (!opener_) {
    if (unopened_ < stream_header_size) return reject(Reject::truncated);
    const auto bytes = pieces_.take(piece, stream_header_size);
    if (!bytes) return {};
    ByteArray<stream_header_size> header;
    std::ranges::copy(*bytes, header.begin());
    opener_.emplace(std::exchange(key_, {}), associated_, header);
    unopened_ -= stream_header_size;
  }
  while (!opener_->finished()) {
    const std::size_t unit = std::min<std::uint64_t>(unopened_, stream_sealed_chunk_size);
    if (unit < aead_tag_size) return reject(Reject::truncated);
    const auto chunk = pieces_.take(piece, unit);
    if (!chunk) return {};
    unopened_ -= unit;
    const std::size_t before = plain.size();
    plain.resize(before + unit - aead_tag_size);
    TRY_VOID(opener_->open_chunk(*chunk, unopened_ == 0, plain.expose().subspan(before)));
  }
  return piece.empty() ? Checked<void>() : reject(Reject::trailing_bytes);
}

}  // namespace caduceus
