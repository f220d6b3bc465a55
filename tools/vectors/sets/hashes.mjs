// Every hash of docs/PROTOCOL.md over the same sequences, and the bytes of the pairing (R1).

import { hash_to_field } from '@noble/curves/abstract/hash-to-curve.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesOf, ensure, ensureEqual, scalarOf } from '../cast.mjs';
import { seq } from '../protocol/encoding.mjs';
import * as group from '../protocol/group.mjs';
import * as hash from '../protocol/hash.mjs';

const binary = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const sequences = [
  { what: 'no element', elements: [] },
  { what: 'one empty element', elements: [''] },
  { what: 'text and bytes, one element empty', elements: ['text', '', binary, bytesOf('an element')] },
  { what: 'ab, c', elements: ['ab', 'c'] },
  { what: 'a, bc: the same letters, another sequence', elements: ['a', 'bc'] },
  { what: 'a scalar, a point of G1, a point of G2', elements: [group.r - 1n, group.P1, group.P2] },
].map(({ what, elements }) => ({
  what,
  elements: elements.map((element) => (typeof element === 'string' ? Buffer.from(element) : element)),
  seq: seq(...elements),
}));

const labels = ['k_init', 'k_resp', 'enc-i2r', 'enc-r2i', ''];

function scalarsUnder(name) {
  const dst = hash.tag(name);
  return { hash: name, dst, results: sequences.map(({ elements, seq: bytes }) => {
    const scalar = hash[name](...elements);
    // Noble's own hash_to_field, given r for a modulus, is a second way to the same scalar.
    const options = { DST: dst, p: group.r, m: 1, k: 128, expand: 'xmd', hash: nobleSha256 };
    ensureEqual(hash_to_field(bytes, 1, options)[0][0], scalar, `${name} over ${bytes.toString('hex')}`);
    return scalar;
  }) };
}

const pointsUnder = (functions) =>
  Object.entries(functions).map(([name, intoPoint]) => ({
    hash: name,
    dst: hash.tag(name),
    results: sequences.map(({ elements }) => intoPoint(...elements)),
  }));

const keysUnder = (name) =>
  labels.map((label) => ({
    hash: name,
    salt: hash.tag(name),
    label,
    results: sequences.map(({ elements }) => hash[name](label, ...elements)),
  }));

function pairing() {
  const published = '4bb3f049849e856bd6879346f3978c28b031a407701c01ebb19d74a35c645520';
  const g = group.pairing(group.P1, group.P2);
  const generator_sha256 = hash.sha256(group.gtBytes(g));
  ensureEqual(generator_sha256.toString('hex'), published, 'SHA-256 of e(P1, P2)');
  ensure(group.gtEqual(g, group.slowPairing(group.P1, group.P2)), 'the final exponent is 3 (p^12 - 1) / r');

  const [a, b] = [scalarOf('pairing a'), scalarOf('pairing b')];
  const [a_p1, b_p2] = [group.mul(a, group.P1), group.mul(b, group.P2)];
  const value = group.pairing(a_p1, b_p2);
  ensure(group.gtEqual(value, group.gtPower(g, a * b)), 'e(a·P1, b·P2) = g^(ab)');
  return {
    about: 'GT bytes: w^0 … w^5, each c0, c1, each 48 bytes. e is the pairing with final exponent 3 (p^12 - 1) / r.',
    generator_g1: group.P1,
    generator_g2: group.P2,
    generators_paired: group.gtBytes(g),
    generators_paired_sha256: generator_sha256,
    a, b, a_p1, b_p2,
    paired: group.gtBytes(value),
    paired_sha256: hash.sha256(group.gtBytes(value)),
  };
}

export default function hashes() {
  return {
    about:
      'Hashes of docs/PROTOCOL.md. results[i] is the hash over sequences[i].elements; seq is what is hashed, before ' +
      'any tag. dst, salt and label are ASCII text. H hashes seq with the element CADUCEUS-V1-H before the others.',
    sequences,
    into_scalars: ['H0', 'H2', 'H4', 'H5', 'H7'].map(scalarsUnder),
    into_g1: pointsUnder({
      'H1-KA': hash.H1_KA,
      'H1-SIG0': hash.H1_SIG0,
      'H1-SIG1': hash.H1_SIG1,
      'H1-W': hash.H1_W,
      'BLS-SIG': hash.H_BLS_SIG,
      'BLS-POP': hash.H_BLS_POP,
    }),
    into_g2: pointsUnder({ "H1'-KA": hash.H1_KA_G2 }),
    into_bytes: [{ hash: 'H', tag: hash.tag('H'), results: sequences.map(({ elements }) => hash.H(...elements)) }],
    into_keys: [...keysUnder('H6'), ...keysUnder('Hsk')],
    pairing: pairing(),
  };
}
