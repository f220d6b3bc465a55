#include "core/sup/message.h"

namespace caduceus {
namespace {

template <std::size_t I = 0>
Checked<void> read_alternative(Reader& reader, std::size_t tag, sup::Message& message) {
  if constexpr (I == std::variant_size_v<sup::Message>) {
    return reject(Reject::unknown_value);
  } else {
    if (tag == I) return caduceus::read(reader, message.emplace<I>());
    return read_alternative<I + 1>(reader, tag, message);
  }
}

}  // namespace

Checked<void> Codec<sup::Message>::read(Reader& reader, sup::Message& message) {
  Byte tag = 0;
  TRY_VOID(caduceus::read(reader, tag));
  return read_alternative(reader, tag, message);
}

}  // namespace caduceus
