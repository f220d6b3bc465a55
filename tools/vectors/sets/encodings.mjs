// What a decoder must take and what it must refuse (docs/PROTOCOL.md, "Encodings"; R1). Our decoder gives the reasons.

import { ensure, ensureEqual, scalarOf } from '../cast.mjs';
import { concat, decodeIdentity, decodePoint, decodeScalar, encode, identity, refusalOf, u32, u8, variable }
  from '../protocol/encoding.mjs';
import { G1, G2, P1, P2, curvePoint, fpBytes, isInSubgroup, mul, p, r } from '../protocol/group.mjs';

const refusedBy = (decode) => ([what, bytes]) => {
  const reason = refusalOf(() => decode(bytes));
  ensure(reason !== null, `refusal of: ${what}`);
  return { what, reason, bytes };
};

function identities() {
  const all = 'abcdefghijklmnopqrstuvwxyz0123456789.-';
  return [
    identity('hospital', 'st-luke.example'),
    identity('doctor', 'dn-4711.st-luke.example', 3),
    identity('patient', '0123456789abcdef0123'),
    identity('pn-med', 'a', 4294967295),
    identity('miner', all),
    identity('miner', all.repeat(2).slice(0, 64), 256),
    identity('doctor', '.-', 1),
  ];
}

function refusedIdentities() {
  const parts = (role, name, version) => concat(u8(role), variable(Buffer.from(name, 'latin1')), u32(version));
  const good = parts(2, 'alice', 1);
  return [
    ['role 0', parts(0, 'alice', 1)],
    ['role 6', parts(6, 'alice', 1)],
    ['role 255', parts(255, 'alice', 1)],
    ['empty name', parts(2, '', 1)],
    ['name of 65 characters', parts(2, 'a'.repeat(65), 1)],
    ['upper case', parts(2, 'Alice', 1)],
    ['space', parts(2, 'al ice', 1)],
    ['underscore', parts(2, 'al_ice', 1)],
    ['slash, the character after the dot', parts(2, 'al/ice', 1)],
    ['byte 0', parts(2, 'alice\0', 1)],
    ['line feed at the end', parts(2, 'alice\n', 1)],
    ['UTF-8', parts(2, 'al\xc3\xaece', 1)],
    ['key version 0', parts(2, 'alice', 0)],
    ['trailing byte', concat(good, u8(0))],
    ['last byte missing', good.subarray(0, -1)],
    ['ends in the name', good.subarray(0, 7)],
    ['ends in the length', good.subarray(0, 3)],
    ['nothing', good.subarray(0, 0)],
    ['name length of 2^32 - 1', concat(u8(2), u32(0xffffffff), good.subarray(5))],
  ].map(refusedBy(decodeIdentity));
}

const withFlags = (bytes, set, clear = 0) => concat(u8((bytes[0] & ~clear) | set), bytes.subarray(1));

/** The point of smallest x (c1 = 0 in G2) that has `property` */
function firstPoint(Point, property) {
  for (let i = 0n; ; i++) {
    const point = curvePoint(Point, Point === G1 ? i : { c0: i, c1: 0n }, false);
    if (point && property(point)) return point;
  }
}

function firstNonPoint(Point) {
  const reason = 'no point of the curve has this x';
  for (let i = 0n; ; i++) {
    const bytes = withFlags(Point === G1 ? fpBytes(i) : concat(fpBytes(0n), fpBytes(i)), 0x80);
    if (refusalOf(() => decodePoint(Point, bytes)) === reason) return bytes;
  }
}

/** k·point for k of any size: noble takes no scalar above r, which kills the part outside the subgroup. */
function multiple(k, point) {
  let result = point.subtract(point);
  for (const bit of k.toString(2)) result = bit === '1' ? result.double().add(point) : result.double();
  return result;
}

/** A point whose order is the small prime `order`, by removing every other factor of the order of the curve */
function pointOfSmallOrder(Point, order) {
  let others = Point.CURVE().h * r;
  while (others % order === 0n) others /= order;
  let point = multiple(others, firstPoint(Point, (candidate) => !multiple(others, candidate).is0()));
  while (!multiple(order, point).is0()) point = multiple(order, point);
  return point;
}

function points(Point, generator, smallOrder) {
  const valid = [
    ['generator', 1n],
    ['minus the generator', r - 1n],
    ['twice the generator', 2n],
    ['a multiple', scalarOf('a valid point')],
  ].map(([what, scalar]) => ({ what, scalar, bytes: mul(scalar, generator) }));
  for (const { what, bytes } of valid)
    ensure(encode(bytes).equals(bytes.toBytes(true)) && decodePoint(Point, encode(bytes)).equals(bytes), what);
  const refused = [
    ...refusedForms(Point, generator),
    ...refusedCoordinates(Point, generator),
    ...refusedCurvePoints(Point, generator, smallOrder),
  ];
  return { valid, refused: refused.map(refusedBy((bytes) => decodePoint(Point, bytes))) };
}

/** Wrong flags and lengths */
function refusedForms(Point, generator) {
  const one = encode(generator);
  const infinity = withFlags(Buffer.alloc(one.length), 0xc0);
  return [
    ['the identity', infinity],
    ['the infinity flag, the last bit set', concat(infinity.subarray(0, -1), u8(1))],
    ['the infinity flag over the x of the generator', withFlags(one, 0x40)],
    ['the infinity flag and the sign flag', withFlags(infinity, 0x20)],
    ['the infinity flag without the compression flag', withFlags(infinity, 0, 0x80)],
    ['the generator without the compression flag', withFlags(one, 0, 0x80)],
    ['the generator uncompressed', Buffer.from(generator.toBytes(false))],
    ['all bytes zero', Buffer.alloc(one.length)],
    ['last byte missing', one.subarray(0, -1)],
    ['trailing byte', concat(one, u8(0))],
    ['nothing', one.subarray(0, 0)],
  ];
}

/** Coordinates that a decoder must not reduce modulo p: points would have two encodings. */
function refusedCoordinates(Point, generator) {
  const spare = (1n << 381n) - p;
  const firstHalf = ({ x }) => (Point === G1 ? x : x.c1);
  let small = generator;
  while (firstHalf(small.toAffine()) >= spare) small = small.add(generator);
  const bytes = encode(small);
  const flags = bytes[0] & 0xe0;
  const exceeding = (first) => concat(withFlags(fpBytes(first), flags), bytes.subarray(48));
  const inFirstHalf = [
    ['p added to a small x, of which the flags leave room', exceeding(firstHalf(small.toAffine()) + p)],
    ['p in place of x', exceeding(p)],
    ['all bits of x set', concat(u8(0x9f), Buffer.alloc(bytes.length - 1, 0xff))],
  ];
  if (Point === G1) return inFirstHalf;
  const c0 = fpBytes(small.toAffine().x.c0);
  return [
    ...inFirstHalf,
    ['p added to c0', concat(bytes.subarray(0, 48), fpBytes(small.toAffine().x.c0 + p))],
    ['a flag set in c0', concat(bytes.subarray(0, 48), withFlags(c0, 0x80))],
  ];
}

function refusedCurvePoints(Point, generator, smallOrder) {
  const outside = firstPoint(Point, (point) => !isInSubgroup(point) && !multiple(smallOrder, point).is0());
  const small = pointOfSmallOrder(Point, smallOrder);
  return [
    ['an x that is not on the curve', firstNonPoint(Point)],
    ['on the curve, of large order, outside the subgroup', encode(outside)],
    ['its negative', encode(outside.negate())],
    [`of order ${smallOrder}`, encode(small)],
    [`the generator plus a point of order ${smallOrder}`, encode(generator.add(small))],
  ];
}

function scalars() {
  const bytesOf = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
  const valid = [['0', 0n], ['1', 1n], ['r - 1', r - 1n]].map(([what, value]) => ({ what, bytes: bytesOf(value) }));
  for (const { what, bytes } of valid) ensureEqual(refusalOf(() => decodeScalar(bytes)), null, `scalar ${what}`);
  const refused = [
    ['r', bytesOf(r)],
    ['r + 1', bytesOf(r + 1n)],
    ['2^255', bytesOf(1n << 255n)],
    ['2^256 - 1', Buffer.alloc(32, 0xff)],
    ['31 bytes', bytesOf(1n).subarray(1)],
    ['33 bytes', concat(u8(0), bytesOf(1n))],
  ].map(refusedBy(decodeScalar));
  return { valid, refused };
}

export default function encodings() {
  return {
    about:
      'Encodings that are the only one of their value, and encodings to refuse. what says how the bytes were made, ' +
      'reason why they are refused; where several reasons hold, another one is as good. The bytes of a valid point ' +
      'are scalar times the generator.',
    identities: { valid: identities(), refused: refusedIdentities() },
    g1: points(G1, P1, 3n),
    g2: points(G2, P2, 13n),
    scalars: scalars(),
  };
}
