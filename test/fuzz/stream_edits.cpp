// Valid streams of up to three chunks, cut and pasted as the input says: what opens is one of them, as it was sealed.
//
// Input: which stream; then edits, each an operation and two operands.
#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/crypto/aead.h"
#include "test/fuzz/entry.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {
namespace {

struct Stream {
  Bytes plain;
  Bytes header;
  std::vector<Bytes> chunks;  // sealed

  [[nodiscard]] Bytes joined() const {
    Bytes bytes = header;
    for (const Bytes& chunk : chunks) bytes.insert(bytes.end(), chunk.begin(), chunk.end());
    return bytes;
  }
};

Stream make_stream(std::size_t size) {
  SeededRng rng(size);
  Stream stream;
  stream.plain.resize(size);
  rng.fill(stream.plain);
  const Bytes sealed = seal_stream(sealing_key(), sealing_context(), stream.plain, rng);
  ByteView left(sealed);
  stream.header.assign(left.begin(), left.begin() + stream_header_size);
  for (left = left.subspan(stream_header_size); !left.empty();) {
    const ByteView chunk = left.first(std::min(left.size(), stream_sealed_chunk_size));
    stream.chunks.emplace_back(chunk.begin(), chunk.end());
    left = left.subspan(chunk.size());
  }
  return stream;
}

const std::array<Stream, 5>& streams() {
  static const std::array<Stream, 5> all{make_stream(0), make_stream(20), make_stream(stream_chunk_size),
                                         make_stream(stream_chunk_size + 1), make_stream(2 * stream_chunk_size + 9)};
  return all;
}

void edit(Stream& stream, Byte operation, Byte a, Byte b) {
  auto& chunks = stream.chunks;
  if (operation % 8 == 0) {
    stream.header[a % stream_header_size] ^= b;
    return;
  }
  const Stream& other = streams()[b % streams().size()];
  if (operation % 8 == 1) {
    chunks.push_back(other.chunks[a % other.chunks.size()]);
    return;
  }
  if (chunks.empty()) return;
  Bytes& chunk = chunks[a % chunks.size()];
  switch (operation % 8) {
    case 2: chunks.erase(chunks.begin() + a % static_cast<std::ptrdiff_t>(chunks.size())); break;
    case 3: std::swap(chunk, chunks[b % chunks.size()]); break;
    case 4: chunks.insert(chunks.begin() + b % static_cast<std::ptrdiff_t>(chunks.size()), Bytes(chunk)); break;
    case 5: chunk.resize(chunk.size() - std::min<std::size_t>(chunk.size(), b)); break;
    case 6: chunk.resize(chunk.size() + b % 20, b); break;
    default:
      if (!chunk.empty()) chunk[std::size_t{257} * b % chunk.size()] ^= Byte{1};
  }
}

// Chunk by chunk, as a reader does that takes their lengths from elsewhere, and says that the last one is the last.
Checked<Bytes> open_chunks(const Stream& stream) {
  ByteArray<stream_header_size> header{};
  std::ranges::copy(stream.header, header.begin());
  StreamOpener opener(sealing_key(), sealing_context(), header);
  Bytes plain;
  for (std::size_t i = 0; i < stream.chunks.size(); ++i) {
    const Bytes& chunk = stream.chunks[i];
    Bytes out(std::max(chunk.size(), aead_tag_size) - aead_tag_size);
    TRY_VOID(opener.open_chunk(chunk, i + 1 == stream.chunks.size(), out));
    plain.insert(plain.end(), out.begin(), out.end());
  }
  if (!opener.finished()) return reject(Reject::stream_truncated);
  return plain;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 40) return 0;
  Stream stream = streams()[data[0] % streams().size()];
  for (std::size_t i = 1; i + 2 < size; i += 3) {
    edit(stream, data[i], data[i + 1], data[i + 2]);
    if (stream.chunks.size() > 8) return 0;
  }
  const Bytes sealed = stream.joined();
  const auto original = std::ranges::find(streams(), sealed, &Stream::joined);
  const bool whole = original != streams().end();

  const auto plain = open_stream(sealing_key(), sealing_context(), sealed);
  accepted = plain.has_value();
  CHECK(accepted == whole);
  if (whole) CHECK(std::ranges::equal(plain->expose(), original->plain));

  const auto chunks = open_chunks(stream);
  if (chunks) CHECK(whole && *chunks == original->plain);
  return 0;
}

}  // namespace caduceus::fuzz
