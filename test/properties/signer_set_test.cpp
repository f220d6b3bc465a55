// A SignerSet is the set of places that were put into it, and has one form on the wire.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "core/crypto/multi_signature.h"

namespace caduceus {
namespace {

RC_GTEST_PROP(signer_set, is_the_set_of_what_was_inserted, ()) {
  const auto size = *rc::gen::inRange<std::uint16_t>(1, SignerSet::most_signers + 1);
  SignerSet signers(size);
  std::set<std::size_t> model;
  for (auto n = *rc::gen::inRange(0, 2 * size); n > 0; --n) {
    const auto place = *rc::gen::inRange<std::size_t>(0, size);
    signers.insert(place);
    model.insert(place);
  }
  RC_ASSERT(signers.size() == size);
  RC_ASSERT(signers.count() == model.size());
  for (std::size_t place = 0; place < size + 70U; ++place) RC_ASSERT(signers.contains(place) == model.contains(place));

  const Bytes bytes = encode(signers);
  RC_ASSERT(bytes.size() == 2U + (size + 7U) / 8);
  RC_ASSERT(decode<SignerSet>(bytes) == signers);
}

// A changed bit is one signer more or fewer, another size, or refused.
RC_GTEST_PROP(signer_set, every_bit_counts, ()) {
  const auto size = *rc::gen::inRange<std::uint16_t>(1, 40);
  SignerSet signers(size);
  for (std::size_t place = 0; place < size; ++place) {
    if (*rc::gen::arbitrary<bool>()) signers.insert(place);
  }
  Bytes bytes = encode(signers);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
    const auto other = decode<SignerSet>(bytes);
    if (bit >= 16) {
      const std::size_t place = bit - 16;
      RC_ASSERT(other.has_value() == (place < size));
      if (place >= size) RC_ASSERT(other.error() == Reject::signer_set_padding);
      if (place < size) RC_ASSERT(other->contains(place) != signers.contains(place));
    }
    if (other) RC_ASSERT(encode(*other) == bytes);
    bytes[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
  }
}

}  // namespace
}  // namespace caduceus
