#include "core/chain/certificate.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(QuorumCertificate) {
  const SupChain& chain = sup_chain();
  const bool verifies = verify(chain.net, chain.committee, value).has_value();
  CHECK(!verifies || value == chain.qc || value == genesis_certificate(chain.net, 4));  // else it is a forgery
}

}  // namespace caduceus::fuzz
