#include "core/sup/message.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(sup::Message) {
  for (const sup::Place sender : {sup::Place{0}, sup::Place{3}, sup::Place{4}}) {
    const auto verified = sup_chain().verifier.verify(sender, value);
    CHECK(!verified || (sender < 4 && verified->value() == value));
  }
}

}  // namespace caduceus::fuzz
