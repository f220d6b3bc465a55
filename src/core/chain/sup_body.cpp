#include "core/chain/sup_body.h"

namespace caduceus {

Bytes encode_body(const SupBody& body) { return body.is_empty() ? Bytes() : encode(body); }

Checked<SupBody> decode_body(ByteView bytes) {
  if (bytes.empty()) return SupBody();
  TRY(SupBody body, decode<SupBody>(bytes));
  if (body.is_empty()) return reject(Reject::not_canonical);
  return body;
}

}  // namespace caduceus
