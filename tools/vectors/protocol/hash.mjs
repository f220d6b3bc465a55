// docs/PROTOCOL.md, "Hashes". A function is named as its symbol is, so that equations read as in the specification.

import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { seq, toInteger } from './encoding.mjs';
import { modR } from './group.mjs';

export const tag = (name) => `CADUCEUS-V1-${name}`;
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** RFC 9380 §5.2, hash_to_field with m = 1, count = 1, L = ceil((255 + 128) / 8) = 48, modulus r */
const intoScalar = (name) => (...elements) =>
  modR(toInteger(expand_message_xmd(seq(...elements), Buffer.from(tag(name)), 48, nobleSha256)));

const intoG1 = (name) => (...elements) => bls12_381.G1.hashToCurve(seq(...elements), { DST: tag(name) });
const intoG2 = (name) => (...elements) => bls12_381.G2.hashToCurve(seq(...elements), { DST: tag(name) });

const intoKey = (name) => (label, ...elements) =>
  Buffer.from(hkdfSync('sha256', seq(...elements), tag(name), label, 32));

export const H0 = intoScalar('H0');
export const H2 = intoScalar('H2');
export const H4 = intoScalar('H4');
export const H5 = intoScalar('H5');
export const H7 = intoScalar('H7');

export const H1_KA = intoG1('H1-KA');
export const H1_SIG0 = intoG1('H1-SIG0');
export const H1_SIG1 = intoG1('H1-SIG1');
export const H1_W = intoG1('H1-W');
export const H1_KA_G2 = intoG2("H1'-KA");
export const H_BLS_SIG = intoG1('BLS-SIG');
export const H_BLS_POP = intoG1('BLS-POP');

export const H = (...elements) => sha256(seq(tag('H'), ...elements));

export const H6 = intoKey('H6');
export const Hsk = intoKey('Hsk');

/** MAC(k, x1, …) of the key agreement and of emergencies */
export const MAC = (key, ...elements) => createHmac('sha256', key).update(seq(...elements)).digest();
