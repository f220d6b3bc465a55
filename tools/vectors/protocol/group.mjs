// BLS12-381 as the specification uses it (§1): two groups of prime order r, and a pairing whose value is only hashed.

import { bls12_381 } from '@noble/curves/bls12-381.js';

const { Fp, Fp2, Fp12, Fr } = bls12_381.fields;

export const G1 = bls12_381.G1.Point;
export const G2 = bls12_381.G2.Point;
export const P1 = G1.BASE;
export const P2 = G2.BASE;
export const r = Fr.ORDER;
export const p = Fp.ORDER;

export const isPoint = (value) => value instanceof G1 || value instanceof G2;
export const modR = (scalar) => Fr.create(scalar);
export const inverse = (scalar) => Fr.inv(modR(scalar));
export const mul = (scalar, point) => point.multiplyUnsafe(modR(scalar));
export const sum = (points) => points.reduce((a, b) => a.add(b));

/** e(a, b) · e(c, d) · … = 1, with one final exponentiation. No point may be the identity (R1). */
export const pairingProductIsOne = (pairs) =>
  Fp12.eql(bls12_381.pairingBatch(pairs.map(([g1, g2]) => ({ g1, g2 }))), Fp12.ONE);

/** e(a, b) = e(c, d) */
export const pairingsEqual = ([a, b], [c, d]) => pairingProductIsOne([[a, b], [c.negate(), d]]);

export const pairing = (a, b) => bls12_381.pairing(a, b);
export const gtPower = (element, scalar) => Fp12.pow(element, modR(scalar));
export const gtIsOne = (element) => Fp12.eql(element, Fp12.ONE);
export const gtEqual = (a, b) => Fp12.eql(a, b);

/**
 * The pairing's final exponent. It is three times the (p^12 - 1) / r of textbooks: fast addition chains for its hard
 * part give the cube, which is as good a pairing. Noble and blst both take it, so their values agree as they are.
 */
export const finalExponent = (3n * (p ** 12n - 1n)) / r;

/** The same value by plain exponentiation of Miller's function, to show that the exponent is the stated one. */
export const slowPairing = (a, b) => Fp12.pow(bls12_381.pairing(a, b, false), finalExponent);

/**
 * The 576 bytes that are hashed for an element of GT: the coefficients of w^0 … w^5 over Fp2. Noble holds
 * Fp12 = Fp6 + Fp6·w over Fp6 = Fp2[v] with v = w^2, so even powers of w come from c0 and odd ones from c1.
 */
export function gtBytes({ c0: even, c1: odd }) {
  const coefficients = [even.c0, odd.c0, even.c1, odd.c1, even.c2, odd.c2];
  return Buffer.concat(coefficients.flatMap(({ c0, c1 }) => [fpBytes(c0), fpBytes(c1)]));
}

export const fpBytes = (x) => Buffer.from(x.toString(16).padStart(96, '0'), 'hex');

const isLarger = (y) => (typeof y === 'bigint' ? y : y.c1 || y.c0) > (p - 1n) / 2n;

/** Zcash's form: x (c1 before c0), three flags in its first bits. Noble's own encodes nothing that is to be refused. */
export function compressed(point) {
  const { x, y } = point.toAffine();
  const bytes = point instanceof G1 ? fpBytes(x) : Buffer.concat([fpBytes(x.c1), fpBytes(x.c0)]);
  bytes[0] |= 0x80 | (point.is0() ? 0x40 : isLarger(y) ? 0x20 : 0);
  return bytes;
}

/** The point of the curve at x, with the `larger` y or the other (c1 counts before c0); null if there is none */
export function curvePoint(Point, x, larger) {
  const field = Point === G1 ? Fp : Fp2;
  const b = Point === G1 ? 4n : { c0: 4n, c1: 4n };
  const square = field.add(field.mul(field.sqr(x), x), b);
  let y;
  try {
    y = field.sqrt(square);
  } catch {
    return null;
  }
  if (!field.eql(field.sqr(y), square)) return null;
  if (isLarger(y) !== larger) y = field.neg(y);
  return Point.fromAffine({ x, y });
}

/** By definition, not by the fast endomorphism test that it is to check. */
export const isInSubgroup = (point) => point.multiplyUnsafe(r - 1n).equals(point.negate());
