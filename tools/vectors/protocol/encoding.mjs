// docs/PROTOCOL.md, "Encodings". Every value has one encoding; decoders refuse every other, with a reason in words.

import { G1, G2, compressed, curvePoint, isInSubgroup, isPoint, p, r } from './group.mjs';

export class Refused extends Error {}

export function refuse(reason) {
  throw new Refused(reason);
}

/** The reason why `decode` refuses, or null if it does not. */
export function refusalOf(decode) {
  try {
    decode();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function bigEndian(value, size) {
  const hex = BigInt(value).toString(16).padStart(2 * size, '0');
  if (BigInt(value) < 0n || hex.length > 2 * size) throw new RangeError(`${value} is not a number of ${size} bytes`);
  return Buffer.from(hex, 'hex');
}

export const u8 = (value) => bigEndian(value, 1);
export const u16 = (value) => bigEndian(value, 2);
export const u32 = (value) => bigEndian(value, 4);
export const u64 = (value) => bigEndian(value, 8);
export const concat = (...parts) => Buffer.concat(parts);
export const variable = (bytes) => concat(u32(bytes.length), bytes);
export const text = (characters) => variable(Buffer.from(characters));
export const list = (elements) => concat(u32(elements.length), ...elements);
export const optional = (value) => (value === null ? u8(0) : concat(u8(1), encode(value)));
export const toInteger = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

/** What stands for a value where it is hashed or sent: text, bytes, a scalar, a point, or what carries its bytes */
export function encode(value) {
  if (typeof value === 'string') return Buffer.from(value, 'ascii');
  if (typeof value === 'bigint') return value < r ? bigEndian(value, 32) : refuse('the scalar is not below r');
  if (isPoint(value)) return value.is0() ? refuse('the identity') : compressed(value);
  return value.bytes ?? value;
}

/** seq(x1, …, xn), the input of every hash */
export const seq = (...elements) => concat(...elements.map((element) => variable(encode(element))));

/** Reads a structure from the front; `end` refuses bytes left over. Names are what reasons call the thing read. */
export class Reader {
  #bytes;
  constructor(bytes) {
    this.#bytes = bytes;
  }
  take(size) {
    if (size > this.#bytes.length) refuse('the bytes end too early');
    const taken = this.#bytes.subarray(0, size);
    this.#bytes = this.#bytes.subarray(size);
    return taken;
  }
  integer(size) {
    return Number(toInteger(this.take(size)));
  }
  variable(least, most, name) {
    const length = this.integer(4);
    if (length < least || length > most) refuse(`the length of ${name} is not ${least} to ${most}`);
    return this.take(length);
  }
  list(least, most, name, readOne) {
    const count = this.integer(4);
    if (count < least || count > most) refuse(`the number of ${name} is not ${least} to ${most}`);
    return Array.from({ length: count }, () => readOne(this));
  }
  optional(readOne) {
    const present = this.integer(1);
    if (present > 1) refuse('an optional value is not marked 0 or 1');
    return present ? readOne(this) : null;
  }
  identity() {
    return readIdentity(this);
  }
  scalar() {
    return decodeScalar(this.take(32));
  }
  g1() {
    return decodePoint(G1, this.take(48));
  }
  g2() {
    return decodePoint(G2, this.take(96));
  }
  end() {
    if (this.#bytes.length > 0) refuse('bytes are left over');
  }
}

/** What `readOne` reads from the front of the bytes, of which it must leave none */
export function decoded(bytes, readOne) {
  const reader = new Reader(bytes);
  const value = readOne(reader);
  reader.end();
  return value;
}

export const roles = { hospital: 1, doctor: 2, patient: 3, 'pn-med': 4, miner: 5 };
const isName = (name) => /^[a-z0-9.-]*$/.test(name);

export const identity = (role, name, key_version = 1) => {
  const bytes = concat(u8(roles[role]), variable(encode(name)), u32(key_version));
  decodeIdentity(bytes);
  return { role, name, key_version, bytes };
};

function readIdentity(reader) {
  const number = reader.integer(1);
  const role = Object.keys(roles).find((name) => roles[name] === number) ?? refuse('the role is not 1 to 5');
  const length = reader.integer(4);
  if (length < 1) refuse('the name is empty');
  if (length > 64) refuse('the name is longer than 64 characters');
  const name = reader.take(length).toString('latin1');
  if (!isName(name)) refuse('the name has a character outside a-z 0-9 . -');
  const key_version = reader.integer(4);
  if (key_version < 1) refuse('the key version is 0');
  return { role, name, key_version, bytes: concat(u8(number), variable(encode(name)), u32(key_version)) };
}

export const decodeIdentity = (bytes) => decoded(bytes, readIdentity);

export function decodeScalar(bytes) {
  if (bytes.length !== 32) refuse('not 32 bytes');
  const scalar = toInteger(bytes);
  return scalar < r ? scalar : refuse('the scalar is not below r');
}

/** A point in Zcash's form, checked as R1 asks: canonical, on the curve, in the subgroup, not the identity */
export function decodePoint(Point, bytes) {
  const size = Point === G1 ? 48 : 96;
  if (bytes.length !== size) refuse(`not ${size} bytes`);
  const [compressed, infinity, larger] = [0x80, 0x40, 0x20].map((flag) => (bytes[0] & flag) !== 0);
  if (!compressed) refuse('the compression flag is not set');
  const rest = concat(u8(bytes[0] & 0x1f), bytes.subarray(1));
  if (infinity && (larger || rest.some((byte) => byte))) refuse('the infinity flag with something else set');
  if (infinity) refuse('the identity');
  const halves = Point === G1 ? [toInteger(rest)] : [toInteger(rest.subarray(0, 48)), toInteger(rest.subarray(48))];
  if (halves.some((half) => half >= p)) refuse('a coordinate is not below p');
  const x = Point === G1 ? halves[0] : { c0: halves[1], c1: halves[0] };
  const point = curvePoint(Point, x, larger) ?? refuse('no point of the curve has this x');
  return isInSubgroup(point) ? point : refuse('on the curve, outside the subgroup');
}
