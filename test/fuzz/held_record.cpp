#include "core/roles/hospital_records.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(roles::HeldRecord) {
  if (const auto proof = decode<roles::InBundle>(value.proof.value))
    static_cast<void>(verify(proof->bundle.records, hash_of(value.terms), proof->path));
}

}  // namespace caduceus::fuzz
