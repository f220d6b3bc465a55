// open_stream(): what opens is what seal_stream() makes of its content under its header. What comes in pieces (PieceOpener) opens to the same,
// or is refused for the same reason. fuzz_stream_edits has the longer streams.
#include "core/crypto/stream_pieces.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

static Checked<SecretBytes> open_in_pieces(ByteView sealed) {
  PieceOpener opener(sealing_key(), sealing_context(), sealed.size());
  SecretBytes plain;
  SeededRng rng(sealed.size());
  do {
    const ByteView piece = sealed.first(std::min<std::size_t>(sealed.size(), rng.below(100'000)));
    sealed = sealed.subspan(piece.size());
    TRY_VOID(opener.add(piece, plain));
  } while (!sealed.empty());
  CHECK(opener.finished());
  return plain;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto plain = open_stream(sealing_key(), sealing_context(), input);
  accepted = plain.has_value();
  const auto in_pieces = open_in_pieces(input);
  CHECK(in_pieces.has_value() == accepted);
  if (!accepted) {
    CHECK(in_pieces.error() == plain.error());
    return 0;
  }
  CHECK(std::ranges::equal(in_pieces->expose(), plain->expose()));
  ByteArray<stream_header_size> header;
  std::copy_n(input.begin(), header.size(), header.begin());
  CHECK(std::ranges::equal(seal_stream(sealing_key(), sealing_context(), plain->expose(), header), input));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  if (mutator.one_in(2)) return LLVMFuzzerMutate(data, size, most);
  // Chunks as an honest sealer never makes them: short ones before the last, empty ones, none marked last, two marked last.
  const auto header = mutator.rng().bytes<stream_header_size>();
  Bytes stream(header.begin(), header.end());
  const std::size_t chunks = 1 + mutator.rng().below(3);
  for (std::uint32_t i = 0; i < chunks; ++i) {
    const std::size_t length = mutator.one_in(2) ? mutator.rng().below(40) : stream_chunk_size + mutator.rng().below(3) - 1;
    Bytes nonce(header.begin(), header.end());
    for (const Byte b : big_endian(i)) nonce.push_back(b);
    nonce.push_back((i + 1 == chunks) != mutator.one_in(8) ? 1 : 0);
    FixedRng fixed(nonce);
    const Bytes sealed = seal(sealing_key(), sealing_context(), Bytes(length), fixed);
    stream.insert(stream.end(), sealed.begin() + aead_nonce_size, sealed.end());
  }
  const std::size_t mutant = put(stream, data, most);
  return mutant != 0 ? mutant : LLVMFuzzerMutate(data, size, most);
}

}  // namespace caduceus::fuzz
