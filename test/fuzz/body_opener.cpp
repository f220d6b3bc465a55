// BodyOpener: a record from a hospital that also says how long it is. What it opens is what open_body() opens of the whole, and only when the
// hospital said the truth.
#include "core/crypto/record_body.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {
namespace {

struct Sent {
  std::uint64_t off = 0;  // the said size is the true one and this
  std::uint32_t piece = 1;  // bytes that come at once
  std::uint32_t proof = 0;  // zeros behind the head's proof
  std::uint32_t emr = 0;  // zeros behind the rest
  std::variant<RecordHead, Blob<0, 4096>> begin;  // or no head

  static auto fields(auto& self) { return std::tie(self.off, self.piece, self.proof, self.emr, self.begin); }
};

Bytes plain_of(const Sent& sent) {
  Bytes plain;
  if (const auto* const head = std::get_if<RecordHead>(&sent.begin)) {
    constexpr std::size_t most_proof = 65'536;
    RecordHead longer = *head;
    longer.proof.value.resize(std::min(most_proof, longer.proof.value.size() + sent.proof % (most_proof + 1)));
    plain = encode(longer);
  } else {
    plain = std::get<Blob<0, 4096>>(sent.begin).value;
  }
  plain.resize(plain.size() + sent.emr % (2 * stream_chunk_size));
  return plain;
}

}  // namespace

FUZZ_DECODER(Sent) {
  const ByteArray<stream_header_size> header{};
  const Bytes sealed = seal_stream(sealing_key(), {}, plain_of(value), header);
  const std::uint64_t said = sealed.size() + value.off;
  BodyOpener opener(sealing_key(), said);
  SecretBytes emr;
  Checked<void> good;
  for (ByteView left = sealed; good && !left.empty();) {
    const ByteView piece = left.first(std::min<std::size_t>(left.size(), 1 + value.piece % 200'000));
    left = left.subspan(piece.size());
    good = opener.add(piece, emr);
  }
  accepted = good.has_value() && opener.finished();
  const auto whole = open_body(sealing_key(), sealed);
  CHECK(accepted == (whole.has_value() && said == sealed.size()));
  if (!accepted) return;
  CHECK(opener.head() && encode(*opener.head()) == encode(whole->head));
  CHECK(std::ranges::equal(std::as_const(emr).expose(), whole->emr.expose()));
  CHECK(opener.emr_hash() == record_hash(whole->head.salt, whole->emr.expose()));
}

}  // namespace caduceus::fuzz
