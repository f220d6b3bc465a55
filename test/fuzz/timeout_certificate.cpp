#include "core/chain/certificate.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(TimeoutCertificate) {
  const SupChain& chain = sup_chain();
  std::vector<Claim> claims;
  const bool verifies = add_claims(chain.net, chain.committee, value, claims) && chain.committee.verify(claims);
  CHECK(!verifies || value == chain.tc);  // else it is a forgery
}

}  // namespace caduceus::fuzz
