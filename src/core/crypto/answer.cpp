#include "core/crypto/answer.h"

#include <algorithm>

#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/crypto/record_body.h"

namespace caduceus {
namespace {

ByteArray<stream_header_size> first_bytes(const SecretKey& key) {
  ByteArray<stream_header_size> header;
  std::copy_n(key.expose().begin(), header.size(), header.begin());
  return header;
}

}  // namespace

bool is_strictly_ascending(std::span<const RecordPlace> places) {
  return std::ranges::adjacent_find(places, std::greater_equal<>()) == places.end();
}

Checked<SecretKey> answer_key(const AnswerTerms& terms, const Secret<G1>& shared, const Secret<Gt>& k,
                              const std::optional<RecordPlace>& place) {
  if (shared.expose().is_identity()) return reject(Reject::point_is_identity);
  if (declassify(k.expose().is_one()) != 0) return reject(Reject::gt_is_one);
  const SecretBytes point = encode_secret(shared);
  const Secret<ByteArray<Gt::hashed_size>> value(k.expose().to_bytes());
  Bytes j;
  if (place) j = encode(*place);
  return derive_key(KeyHash::hsk, "answer",
                    {encode(terms.doctor), encode(terms.hospital), point.expose(), value.expose(), terms.t_b.encode(), terms.t_a.encode(),
                     terms.subject, j, terms.request});
}

Bytes32 record_hash(const Bytes32& salt, ByteView emr) { return hash({salt, emr}); }

ByteArray<stream_header_size> body_header(const SecretKey& key, ByteView head, const Bytes32& emr_hash) {
  return first_bytes(derive_key(KeyHash::hsk, "stream", {key.expose(), head, emr_hash}));
}

Bytes seal_body(const SecretKey& key, const RecordBody& body) {
  const Bytes head = encode(body.head);
  SecretBytes plain{ByteView(head)};
  plain.append(body.emr.expose());
  return seal_stream(key, {}, plain.expose(), body_header(key, head, record_hash(body.head.salt, body.emr.expose())));
}

Checked<RecordBody> open_body(const SecretKey& key, ByteView sealed) {
  TRY(const SecretBytes plain, open_stream(key, {}, sealed));
  // How long the proof is: what it proves stands on chain. Salt and EMR stay secret.
  constexpr std::size_t length_at = sizeof(RecordHead::salt) + sizeof(RecordHead::htxm);
  if (plain.size() >= length_at + sizeof(std::uint32_t)) declassify(plain.expose().subspan(length_at, sizeof(std::uint32_t)));
  Reader reader(plain.expose());
  RecordBody body;
  TRY_VOID(read(reader, body.head));
  TRY(const ByteView emr, reader.take(reader.left()));
  body.emr = SecretBytes(emr);
  return body;
}

Bytes seal_once(const SecretKey& key, ByteView message) {
  return seal_stream(key, {}, message, first_bytes(derive_key(KeyHash::hsk, "stream", {key.expose(), hash({message})})));
}

Checked<SecretBytes> open_once(const SecretKey& key, ByteView sealed) { return open_stream(key, {}, sealed); }

}  // namespace caduceus
