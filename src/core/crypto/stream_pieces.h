// A stream (aead.h) whose bytes come in pieces of any length, while its whole length is known beforehand: a long record on its way
// to or from a disk or a network, in constant memory.
#pragma once

#include <optional>

#include "core/crypto/aead.h"

namespace caduceus {

// Header and chunks of a stream of so many bytes in the clear.
constexpr std::uint64_t sealed_stream_size(std::uint64_t plain) {
  const std::uint64_t chunks = plain == 0 ? 1 : (plain + stream_chunk_size - 1) / stream_chunk_size;
  return stream_header_size + plain + chunks * aead_tag_size;
}
// Bytes in the clear of a stream that has so many, at least those of an empty one.
constexpr std::uint64_t plain_stream_size(std::uint64_t sealed) {
  const std::uint64_t chunks_size = sealed - stream_header_size;
  const std::uint64_t chunks = chunks_size / stream_sealed_chunk_size + (chunks_size % stream_sealed_chunk_size == 0 ? 0 : 1);
  return chunks_size - chunks * aead_tag_size;
}

// Pieces put together to units of a length that who takes them knows.
class PieceBuffer {
 public:
  // The next `unit` bytes, taken off `piece` and off what was kept of those before; nothing when they are not there yet, and then the
  // piece is kept. The view ends with the next call, or with the piece.
  std::optional<ByteView> take(ByteView& piece, std::size_t unit);

 private:
  SecretBytes kept_;
  bool given_ = false;
};

// Seals what comes in pieces; byte for byte what seal_stream() makes of the whole. The header is as for StreamSealer.
class PieceSealer {
 public:
  PieceSealer(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header, std::uint64_t size);
  // Appends to `out` what can be sealed by now. At most left() bytes (CHECK). A stream of 0 bytes is made by one empty piece.
  void add(ByteView piece, Bytes& out);
  // Bytes that are still to come.
  [[nodiscard]] std::uint64_t left() const { return left_; }

 private:
  StreamSealer sealer_;
  Bytes header_;  // until it is written
  std::uint64_t left_;
  std::uint64_t unsealed_;
  PieceBuffer pieces_;
  bool finished_ = false;
};

// Opens what comes in pieces, `sealed_size` bytes in all: so says whoever sends them, and it need not be true.
class PieceOpener {
 public:
  PieceOpener(const SecretKey& key, ByteView associated, std::uint64_t sealed_size);
  // Appends to `plain` the chunks that are whole and opened. Reject::trailing_bytes (more than was said), and as open_stream(). After a
  // refusal nothing more is to be added.
  [[nodiscard]] Checked<void> add(ByteView piece, SecretBytes& plain);
  // Whether all is opened. What ends before that was cut.
  [[nodiscard]] bool finished() const { return opener_ && opener_->finished(); }

 private:
  SecretKey key_;  // until the header is there
  Bytes associated_;
  std::optional<StreamOpener> opener_;
  std::uint64_t unopened_;
  PieceBuffer pieces_;
};

}  // namespace caduceus
