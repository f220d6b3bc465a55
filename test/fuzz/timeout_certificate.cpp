#include "core/chain/certificate.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(TimeoutCertificate) {
  const SupChain& chain = sup_chain();
  CHECK(!verify(chain.net, chain.committee, value) || value == chain.tc);  // else it is a forgery
}

}  // namespace caduceus::fuzz
