#include "core/sup/genesis.h"

#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

using sup::Genesis;

// Whatever passes check() makes a committee, and a hospital has the place it stands at.
FUZZ_DECODER(Genesis) {
  CHECK(value.committee().size() == value.hospitals.items.size());
  CHECK(value.place_of(value.hospitals.items.back().identity) == value.hospitals.items.size() - 1);
  CHECK(value.rules().commit_depth == value.commit_depth);
  CHECK(value.first_mblock().previous == value.network());
}

}  // namespace caduceus::fuzz
