#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {

MedChain::MedChain() {
  headers.push_back(source.mine());
  bundle = people.round(0, source.wall, 0);
  call = people.call(people.patient(0), 0, people.put(1, {1}));
  waiting = people.round(1, source.wall, 0);
  source.submit(bundle);
  source.submit(call);
  headers.push_back(source.mine());
  headers.push_back(source.mine());
}

MedChain& med_chain() {
  static MedChain chain;
  return chain;
}

}  // namespace caduceus::fuzz
