#include "core/crypto/group.h"

#include <algorithm>
#include <cstring>

#include "core/base/check.h"
#include "core/crypto/blst_access.h"

namespace caduceus {

// ---- Points

template <class Curve>
Point<Curve>::Point(const Affine& point) {
  Ops<Curve>::from_affine(Blst::of(*this), Blst::of(point));
}

template <class Curve>
const Point<Curve>& Point<Curve>::generator() {
  static const Point point = [] {
    Point p;
    *Blst::of(p) = *Ops<Curve>::generator();
    return p;
  }();
  return point;
}

template <class Curve>
Point<Curve>& Point<Curve>::operator+=(const Point& other) {
  Ops<Curve>::add(Blst::of(*this), Blst::of(*this), Blst::of(other));
  return *this;
}

template <class Curve>
Point<Curve>& Point<Curve>::operator+=(const Affine& other) {
  Ops<Curve>::add_affine(Blst::of(*this), Blst::of(*this), Blst::of(other));
  return *this;
}

template <class Curve>
Point<Curve>& Point<Curve>::operator-=(const Point& other) {
  Point negative = other;
  Ops<Curve>::negate_if(Blst::of(negative), true);
  return *this += negative;
}

template <class Curve>
Point<Curve>& Point<Curve>::operator*=(const Scalar& scalar) {
  blst_scalar number;
  blst_scalar_from_fr(&number, Blst::of(scalar));
  Ops<Curve>::multiply(Blst::of(*this), Blst::of(*this), number.b, 255);
  wipe(&number, sizeof number);
  return *this;
}

template <class Curve>
bool Point<Curve>::is_identity() const {
  return declassify(Ops<Curve>::is_identity(Blst::of(*this)));
}

template <class Curve>
bool Point<Curve>::equals(const Point& other) const {
  return Ops<Curve>::is_equal(Blst::of(*this), Blst::of(other));
}

template <class Curve>
ByteArray<Point<Curve>::encoded_size> Point<Curve>::encode() const {
  ByteArray<encoded_size> bytes;
  Ops<Curve>::compress(bytes.data(), Blst::of(*this));
  return bytes;
}

template <class Curve>
Checked<Point<Curve>> Point<Curve>::decode(ByteView bytes) {
  if (bytes.size() < encoded_size) return reject(Reject::truncated);
  if (bytes.size() > encoded_size) return reject(Reject::trailing_bytes);
  typename Ops<Curve>::Affine affine;
  switch (declassify(Ops<Curve>::uncompress(&affine, bytes.data()))) {
    case BLST_SUCCESS: break;
    case BLST_POINT_NOT_ON_CURVE: return reject(Reject::point_not_on_curve);
    case BLST_POINT_NOT_IN_GROUP: return reject(Reject::point_not_in_group);  // (0, ±2), of order 3
    default: return reject(Reject::point_encoding);
  }
  if (declassify(Ops<Curve>::affine_is_identity(&affine))) return reject(Reject::point_is_identity);
  if (!declassify(Ops<Curve>::affine_in_group(&affine))) return reject(Reject::point_not_in_group);
  Point point;
  Ops<Curve>::from_affine(Blst::of(point), &affine);
  return point;
}

template <class Curve>
AffinePoint<Curve>::AffinePoint(const Point<Curve>& point) {
  CHECK(!point.is_identity());
  Ops<Curve>::to_affine(Blst::of(*this), Blst::of(point));
}

template class Point<CurveG1>;
template class Point<CurveG2>;
template class AffinePoint<CurveG1>;
template class AffinePoint<CurveG2>;

// ---- Many points at once

template <class Curve>
std::vector<AffinePoint<Curve>> to_affine(std::span<const Point<Curve>> points) {
  std::vector<AffinePoint<Curve>> result(points.size());
  if (points.empty()) return result;
  CHECK(std::ranges::none_of(points, &Point<Curve>::is_identity));  // one would make all of them wrong
  // Decoded points are affine as they stand (Z is 1): nothing to invert.
  const auto is_affine = [](const Point<Curve>& point) {
    const auto& z = Blst::of(point)->z;
    return std::memcmp(&z, &Ops<Curve>::generator()->z, sizeof z) == 0;
  };
  if (std::ranges::all_of(points, is_affine)) return {points.begin(), points.end()};
  // blst walks an array when the pointer after the first is null.
  const std::array<const typename Ops<Curve>::Jacobian*, 2> first{Blst::of(points.front()), nullptr};
  Ops<Curve>::all_to_affine(Blst::of(result.front()), first.data(), points.size());
  return result;
}

template <class Curve>
Point<Curve> sum(std::span<const AffinePoint<Curve>* const> points) {
  Point<Curve> result;
  if (points.empty()) return result;
  Ops<Curve>::sum(Blst::of(result), reinterpret_cast<const typename Ops<Curve>::Affine* const*>(points.data()), points.size());
  return result;
}

template <class Curve>
Point<Curve> public_multi_product(std::span<const AffinePoint<Curve>* const> points, std::span<const Scalar> scalars, std::size_t bits) {
  CHECK(points.size() == scalars.size());
  Point<Curve> result;
  if (points.empty()) return result;
  const std::size_t bytes = (bits + 7) / 8;
  // blst reads up to 8 bytes beyond the last scalar.
  std::vector<Byte> numbers(scalars.size() * bytes + 32);
  for (std::size_t i = 0; i < scalars.size(); ++i) {
    blst_scalar number;
    blst_scalar_from_fr(&number, Blst::of(scalars[i]));
    std::memcpy(&numbers[i * bytes], number.b, bytes);
  }
  const std::array<const Byte*, 2> first{numbers.data(), nullptr};
  std::vector<limb_t> scratch(Ops<Curve>::scratch_size(points.size()) / sizeof(limb_t));
  Ops<Curve>::multi_product(Blst::of(result), reinterpret_cast<const typename Ops<Curve>::Affine* const*>(points.data()), points.size(),
                            first.data(), bits, scratch.data());
  return result;
}

template <class Curve>
Point<Curve> public_sum_of_products(std::span<const Term<Curve>> terms, std::size_t bits) {
  std::vector<Point<Curve>> points;
  std::vector<Scalar> scalars;
  for (const auto& term : terms) {
    if (term.point.is_identity()) continue;
    points.push_back(term.point);
    scalars.push_back(term.scalar);
  }
  const auto affine = to_affine(std::span<const Point<Curve>>(points));
  std::vector<const AffinePoint<Curve>*> pointers;
  pointers.reserve(affine.size());
  for (const auto& point : affine) pointers.push_back(&point);
  return public_multi_product(std::span<const AffinePoint<Curve>* const>(pointers), std::span<const Scalar>(scalars), bits);
}

template std::vector<AffineG1> to_affine(std::span<const G1>);
template std::vector<AffineG2> to_affine(std::span<const G2>);
template G1 sum(std::span<const AffineG1* const>);
template G2 sum(std::span<const AffineG2* const>);
template G1 public_multi_product(std::span<const AffineG1* const>, std::span<const Scalar>, std::size_t);
template G2 public_multi_product(std::span<const AffineG2* const>, std::span<const Scalar>, std::size_t);
template G1 public_sum_of_products(std::span<const Term<CurveG1>>, std::size_t);
template G2 public_sum_of_products(std::span<const Term<CurveG2>>, std::size_t);

// ---- GT

Gt::Gt() { *Blst::of(*this) = *blst_fp12_one(); }

Gt& Gt::operator*=(const Gt& other) {
  blst_fp12_mul(Blst::of(*this), Blst::of(*this), Blst::of(other));
  return *this;
}

bool Gt::is_one() const { return blst_fp12_is_one(Blst::of(*this)); }
bool Gt::equals(const Gt& other) const { return blst_fp12_is_equal(Blst::of(*this), Blst::of(other)); }

ByteArray<Gt::hashed_size> Gt::to_bytes() const {
  ByteArray<hashed_size> bytes;
  blst_bendian_from_fp12(bytes.data(), Blst::of(*this));
  return bytes;
}

Gt pairing(const G1& a, const G2& b) {
  const PairingFactor factor{a, b};
  return pairing_product({&factor, 1});
}

Gt pairing_product(std::span<const PairingFactor> factors) {
  std::vector<AffineG1> g1;
  std::vector<AffineG2> g2;
  for (const auto& factor : factors) {
    // e(identity, ·) = 1; blst's Miller loop does not take it.
    if (factor.g1.is_identity() || factor.g2.is_identity()) continue;
    g1.emplace_back(factor.g1);
    g2.emplace_back(factor.g2);
  }
  Gt result;
  if (g1.empty()) return result;
  const std::array<const blst_p1_affine*, 2> first_g1{Blst::of(g1.front()), nullptr};
  const std::array<const blst_p2_affine*, 2> first_g2{Blst::of(g2.front()), nullptr};
  blst_miller_loop_n(Blst::of(result), first_g2.data(), first_g1.data(), g1.size());
  blst_final_exp(Blst::of(result), Blst::of(result));
  // The points may be secret: K = e(Ŝ1_U, …).
  wipe(g1.data(), g1.size() * sizeof(AffineG1));
  wipe(g2.data(), g2.size() * sizeof(AffineG2));
  return result;
}

// ---- Hashing

Scalar rfc9380_scalar(ByteView message, std::string_view tag) {
  ByteArray<48> bytes;
  blst_expand_message_xmd(bytes.data(), bytes.size(), message.data(), message.size(), as_bytes(tag).data(), tag.size());
  const Scalar result = Scalar::reduce(bytes);
  wipe(bytes.data(), bytes.size());
  return result;
}

G1 rfc9380_g1(ByteView message, std::string_view tag) {
  G1 point;
  blst_hash_to_g1(Blst::of(point), message.data(), message.size(), as_bytes(tag).data(), tag.size(), nullptr, 0);
  return point;
}

G2 rfc9380_g2(ByteView message, std::string_view tag) {
  G2 point;
  blst_hash_to_g2(Blst::of(point), message.data(), message.size(), as_bytes(tag).data(), tag.size(), nullptr, 0);
  return point;
}

}  // namespace caduceus
