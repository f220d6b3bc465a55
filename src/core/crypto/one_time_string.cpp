#include "core/crypto/one_time_string.h"

#include <algorithm>

#include "core/base/check.h"

namespace caduceus {
namespace {

// seq(…), built part by part.
void append_part(Bytes& out, ByteView part) {
  const auto length = big_endian(static_cast<std::uint32_t>(part.size()));
  out.insert(out.end(), length.begin(), length.end());
  out.insert(out.end(), part.begin(), part.end());
}

}  // namespace

OneTimeString slot_string(const NetworkId& net, const Slot& slot) {
  Bytes w;
  append_part(w, net);
  append_part(w, as_bytes("MED"));
  append_part(w, as_bytes("mr"));
  append_part(w, encode(slot.epoch));
  append_part(w, encode(slot.number));
  return {std::move(w)};
}

OneTimeString nonce_string(const NonceTerms& terms) {
  CHECK(terms.signers.size() == terms.nonces.size());
  Bytes w;
  append_part(w, terms.net);
  append_part(w, as_bytes(terms.chain));
  append_part(w, as_bytes(terms.purpose));
  for (const Identity& signer : terms.signers) append_part(w, encode(signer));
  for (const SignatureNonce& nonce : terms.nonces) append_part(w, nonce);
  return {std::move(w)};
}

Checked<UnusedString> OwnNonce::claim(const NonceTerms& terms, const Identity& self) && {
  const SignatureNonce own = std::exchange(nonce_, SignatureNonce{});
  const bool listed_once = std::ranges::count(terms.signers, self) == 1 && std::ranges::count(terms.nonces, own) == 1;
  if (own == SignatureNonce{} || !listed_once || terms.signers.size() != terms.nonces.size()) return reject(Reject::aggregate_w_not_own);
  const auto place = std::ranges::find(terms.signers, self) - terms.signers.begin();
  if (terms.nonces[static_cast<std::size_t>(place)] != own) return reject(Reject::aggregate_w_not_own);
  return UnusedString::assume_unused(nonce_string(terms));
}

}  // namespace caduceus
