// The groups of PROTOCOL.md §1: Zr, G1, G2 and GT of BLS12-381, and the pairing e: G1 × G2 → GT.
//
// Only group.cpp and scalar.cpp see blst. What is decoded is checked as R1 says: on the curve, in the group of order r, not the identity.
// Everything is constant time in its scalars and points but what is called public_….
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/codec.h"
#include "core/base/rng.h"
#include "core/base/secret.h"

namespace caduceus {

// An element of Zr, r the order of the groups.
class Scalar {
 public:
  static constexpr std::size_t encoded_size = 32;

  Scalar() = default;  // 0
  explicit Scalar(std::uint64_t value);

  // The big-endian number mod r; at most 64 bytes. From 48 uniform bytes the result is uniform within 2^-128.
  static Scalar reduce(ByteView big_endian);
  // Uniform (within 2^-128): 48 bytes of rng, reduced.
  static Scalar random(Rng& rng);
  // Uniform in [1, 2^128): a weight of batch verification. 16 bytes of rng.
  static Scalar random_weight(Rng& rng);

  Scalar& operator+=(const Scalar& other);
  Scalar& operator-=(const Scalar& other);
  Scalar& operator*=(const Scalar& other);
  friend Scalar operator+(Scalar a, const Scalar& b) { return a += b; }
  friend Scalar operator-(Scalar a, const Scalar& b) { return a -= b; }
  friend Scalar operator*(Scalar a, const Scalar& b) { return a *= b; }

  // 1/a; 0 for 0.
  [[nodiscard]] Scalar inverse() const;
  [[nodiscard]] bool is_zero() const;
  friend bool operator==(const Scalar&, const Scalar&) = default;

  [[nodiscard]] ByteArray<encoded_size> encode() const;  // big-endian
  // Reject::scalar_out_of_range at r and above, Reject::truncated unless 32 bytes.
  [[nodiscard]] static Checked<Scalar> decode(ByteView bytes);

 private:
  friend struct Blst;
  std::array<std::uint64_t, 4> limbs_{};  // Montgomery form
};

struct CurveG1 {
  static constexpr std::size_t encoded_size = 48;
  static constexpr std::size_t field_limbs = 6;
};
struct CurveG2 {
  static constexpr std::size_t encoded_size = 96;
  static constexpr std::size_t field_limbs = 12;
};

template <class Curve>
class AffinePoint;

// A point of G1 or G2, in Jacobian coordinates.
template <class Curve>
class Point {
 public:
  static constexpr std::size_t encoded_size = Curve::encoded_size;
  using Affine = AffinePoint<Curve>;

  Point() = default;  // the identity
  explicit Point(const Affine& point);
  static const Point& generator();  // P1, P2

  Point& operator+=(const Point& other);
  Point& operator+=(const Affine& other);
  Point& operator-=(const Point& other);
  Point& operator*=(const Scalar& scalar);  // constant time in the scalar
  friend Point operator+(Point a, const Point& b) { return a += b; }
  friend Point operator-(Point a, const Point& b) { return a -= b; }
  friend Point operator*(const Scalar& scalar, Point point) { return point *= scalar; }

  [[nodiscard]] bool is_identity() const;
  friend bool operator==(const Point& a, const Point& b) { return a.equals(b); }

  [[nodiscard]] ByteArray<encoded_size> encode() const;  // compressed
  // Reject::truncated, point_encoding, point_not_on_curve, point_not_in_group, point_is_identity (R1).
  [[nodiscard]] static Checked<Point> decode(ByteView bytes);

 private:
  friend struct Blst;
  [[nodiscard]] bool equals(const Point& other) const;

  std::array<std::uint64_t, 3 * Curve::field_limbs> limbs_{};
};

using G1 = Point<CurveG1>;
using G2 = Point<CurveG2>;

// The same point as (x, y): what sums and products of many points are fed with. Never the identity.
template <class Curve>
class AffinePoint {
 public:
  AffinePoint() = default;  // no point yet; to be assigned
  explicit AffinePoint(const Point<Curve>& point);  // CHECK: not the identity

 private:
  friend struct Blst;
  std::array<std::uint64_t, 2 * Curve::field_limbs> limbs_{};
};

using AffineG1 = AffinePoint<CurveG1>;
using AffineG2 = AffinePoint<CurveG2>;

// The same point with Z = 1, as decoded ones are: encoding it again, and pairing it, inverts nothing. The identity stays as it is.
template <class Curve>
Point<Curve> normalised(const Point<Curve>& point) {
  return point.is_identity() ? point : Point<Curve>(AffinePoint<Curve>(point));
}

// The affine forms, with one inversion for all, and none where all were decoded; none of them the identity (CHECK). Public points.
template <class Curve>
std::vector<AffinePoint<Curve>> to_affine(std::span<const Point<Curve>> points);

// Σ points.
template <class Curve>
Point<Curve> sum(std::span<const AffinePoint<Curve>* const> points);

// Σ scalars[i]·points[i]; as many of each. Not constant time: public scalars and points only. `bits` bounds every scalar.
template <class Curve>
Point<Curve> public_multi_product(std::span<const AffinePoint<Curve>* const> points, std::span<const Scalar> scalars,
                                  std::size_t bits = 255);

// The same for a few points as they are: the equations of a signature's check. Identities add nothing.
template <class Curve>
struct Term {
  Scalar scalar;
  Point<Curve> point;
};
template <class Curve>
Point<Curve> public_sum_of_products(std::span<const Term<Curve>> terms, std::size_t bits = 255);

// R1: what is recovered or agreed on must not be the identity. Reject::point_is_identity.
template <class Curve>
[[nodiscard]] Checked<Point<Curve>> not_identity(const Point<Curve>& point) {
  if (point.is_identity()) return reject(Reject::point_is_identity);
  return point;
}

// An element of GT; never decoded from the wire.
class Gt {
 public:
  static constexpr std::size_t hashed_size = 576;

  Gt();  // 1
  Gt& operator*=(const Gt& other);
  friend Gt operator*(Gt a, const Gt& b) { return a *= b; }
  [[nodiscard]] bool is_one() const;
  friend bool operator==(const Gt& a, const Gt& b) { return a.equals(b); }

  // w⁰…w⁵, each c0, c1, big-endian: what hashes take (§1).
  [[nodiscard]] ByteArray<hashed_size> to_bytes() const;

 private:
  friend struct Blst;
  [[nodiscard]] bool equals(const Gt& other) const;

  std::array<std::uint64_t, 72> limbs_{};
};

// One factor e(g1, g2) of a product of pairings.
struct PairingFactor {
  G1 g1;
  G2 g2;
};

// e(a, b); 1 when either is the identity.
Gt pairing(const G1& a, const G2& b);

// Π e(g1, g2): one Miller loop each, one final exponentiation in all.
Gt pairing_product(std::span<const PairingFactor> factors);

// RFC 9380: hash_to_field into Zr (count 1, L = 48) and the random-oracle suites, over SHA-256. The tag is at most 255 bytes.
Scalar rfc9380_scalar(ByteView message, std::string_view tag);
G1 rfc9380_g1(ByteView message, std::string_view tag);
G2 rfc9380_g2(ByteView message, std::string_view tag);

extern template class Point<CurveG1>;
extern template class Point<CurveG2>;
extern template class AffinePoint<CurveG1>;
extern template class AffinePoint<CurveG2>;

// Their codec is their encode() and decode().
template <class T>
concept GroupElement = std::same_as<T, Scalar> || std::same_as<T, G1> || std::same_as<T, G2>;

template <GroupElement T>
struct Codec<T> {
  static void write(auto& writer, const T& value) {
    auto bytes = value.encode();
    writer.append(bytes);
    wipe(bytes.data(), bytes.size());  // it may be a Secret's
  }
  static Checked<void> read(Reader& reader, T& value) {
    TRY(const ByteView bytes, reader.take(T::encoded_size));
    TRY(value, T::decode(bytes));
    return {};
  }
};

}  // namespace caduceus
