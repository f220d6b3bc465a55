// Everything of crypto that is encoded: it comes back as it was, and a changed bit is refused or is another value, whose one
// encoding is the changed bytes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/crypto/multi_signature.h"
#include "core/crypto/slot_ledger.h"
#include "test/attacks/consortium.h"

namespace caduceus {
namespace {

// A type's one wire form, and what is near it.
template <class T>
struct WireForm {
  Bytes bytes;

  explicit WireForm(const T& value) {
    const SecretBytes encoded = encode_secret(value);
    bytes.assign(encoded.expose().begin(), encoded.expose().end());
  }
  [[nodiscard]] bool comes_back() const {
    const auto again = decode<T>(bytes);
    return again && WireForm(*again).bytes == bytes;
  }
  [[nodiscard]] bool bit_counts(std::size_t bit) const {
    Bytes changed = bytes;
    changed[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
    const auto other = decode<T>(changed);
    return !other || WireForm(*other).bytes == changed;
  }
  [[nodiscard]] bool cut_is_refused(std::size_t size) const { return !decode<T>(ByteView(bytes).first(size)); }
  [[nodiscard]] bool addition_trails() const {
    Bytes longer = bytes;
    longer.push_back(0);
    return decode<T>(longer).error() == Reject::trailing_bytes;
  }
};

// Of any value, somewhere.
template <class T>
void check_wire_form(const T& value) {
  const WireForm<T> form(value);
  RC_ASSERT(form.comes_back());
  RC_ASSERT(form.addition_trails());
  RC_ASSERT(form.bit_counts(*rc::gen::inRange<std::size_t>(0, 8 * form.bytes.size())));
  RC_ASSERT(form.cut_is_refused(*rc::gen::inRange<std::size_t>(0, form.bytes.size())));
}

// Of one value, everywhere.
template <class T>
void expect_wire_form(const T& value) {
  const WireForm<T> form(value);
  EXPECT_TRUE(form.comes_back());
  EXPECT_TRUE(form.addition_trails());
  for (std::size_t bit = 0; bit < 8 * form.bytes.size(); ++bit) EXPECT_TRUE(form.bit_counts(bit)) << bit;
  for (std::size_t size = 0; size < form.bytes.size(); ++size) EXPECT_TRUE(form.cut_is_refused(size)) << size;
}

Identity any_identity(Role role) {
  const auto letters = *rc::gen::inRange<std::size_t>(1, 12);
  const std::string name = *rc::gen::container<std::string>(letters, rc::gen::elementOf(std::string("abcxyz0189.-")));
  return {role, {name}, *rc::gen::inRange<std::uint32_t>(1, 1'000)};
}

SeededRng any_rng() { return SeededRng(*rc::gen::arbitrary<std::uint64_t>()); }

MultiSignature votes_of(std::uint16_t size, std::size_t place, const G1& part) {
  MultiSignature votes{SignerSet(size), {}};
  add_part(votes, place, part);
  return votes;
}

RC_GTEST_PROP(wire_form, of_group_elements_and_signatures, ()) {
  SeededRng rng = any_rng();
  const G1 p = Scalar::random(rng) * G1::generator();
  const G2 q = Scalar::random(rng) * G2::generator();
  check_wire_form(Scalar::random(rng));
  check_wire_form(p);
  check_wire_form(q);
  check_wire_form(Signature{p, Scalar::random(rng), Scalar::random(rng)});
  check_wire_form(IndividualSignature{p, q});
  check_wire_form(VerificationKey{any_identity(Role::doctor), p});
  const auto size = *rc::gen::inRange<std::uint16_t>(1, SignerSet::most_signers + 1);
  check_wire_form(votes_of(size, *rc::gen::inRange<std::size_t>(0, size), p));
}

RC_GTEST_PROP(wire_form, of_registration_and_licences, ()) {
  Consortium consortium(*rc::gen::arbitrary<std::uint64_t>());
  check_wire_form(consortium.parameters);
  const PendingRegistration pending = begin_registration(consortium.parameters.signing, any_identity(Role::hospital), consortium.rng);
  check_wire_form(pending);
  const auto issued = issue_keys(consortium.secrets, consortium.parameters, pending.request, consortium.rng);
  check_wire_form(*issued);
  const auto keys = accept_keys(consortium.parameters, pending, *issued);
  check_wire_form(*keys);
  const Time from(*rc::gen::inRange<std::uint64_t>(0, 1U << 30));
  const Licence licence{.hospital = keys->signing.identity,
                        .doctor = any_identity(Role::doctor),
                        .device = *rc::gen::inRange<std::uint8_t>(0, devices_per_signer),
                        .issued = from,
                        .expires = from + *rc::gen::inRange<std::uint64_t>(1, 1U << 30)};
  check_wire_form(*issue_licence(consortium.parameters.signing, keys->signing, licence, consortium.rng));
}

RC_GTEST_PROP(wire_form, of_slots, ()) {
  check_wire_form(Slot{Epoch(*rc::gen::arbitrary<std::uint64_t>()), *rc::gen::arbitrary<std::uint16_t>()});
  check_wire_form(SlotMark{Epoch(*rc::gen::arbitrary<std::uint64_t>()), *rc::gen::inRange<std::uint32_t>(0, Slot::per_epoch + 1),
                           Epoch(*rc::gen::arbitrary<std::uint64_t>())});
}

TEST(every_bit, of_group_elements_and_signatures) {
  SeededRng rng(1);
  const G1 p = Scalar::random(rng) * G1::generator();
  const G2 q = Scalar::random(rng) * G2::generator();
  expect_wire_form(Scalar::random(rng));
  expect_wire_form(Signature{p, Scalar::random(rng), Scalar::random(rng)});
  expect_wire_form(IndividualSignature{p, q});
  expect_wire_form(votes_of(13, 5, p));
  expect_wire_form(Slot{Epoch(7), 33});
  expect_wire_form(SlotMark{Epoch(7), 4'095, Epoch(9)});
}

TEST(every_bit, of_registration_and_keys) {
  Consortium consortium;
  expect_wire_form(consortium.parameters);
  expect_wire_form(consortium.secrets);
  const PendingRegistration pending = begin_registration(consortium.parameters.signing, {Role::patient, {"p"}, 1}, consortium.rng);
  expect_wire_form(pending);
  expect_wire_form(*issue_keys(consortium.secrets, consortium.parameters, pending.request, consortium.rng));
  expect_wire_form(consortium.enrol({Role::patient_med, {"p"}, 1}));
  expect_wire_form(BlsKey::random(consortium.rng));
}

}  // namespace
}  // namespace caduceus
