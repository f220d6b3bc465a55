#include "host/node/sup_service.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// Of anybody who is connected. What is submitted has a hash.
FUZZ_DECODER(ClientRequest) {
  if (const auto* const submit = std::get_if<sup::Submit>(&value.question)) static_cast<void>(hash_of(submit->transaction));
}

}  // namespace caduceus::fuzz
