// The published values of RFC 9380. Noble must agree with them before it may speak for anything else.

import { readFileSync } from 'node:fs';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ensureEqual } from '../cast.mjs';
import { fpBytes } from '../protocol/group.mjs';

const official = JSON.parse(readFileSync(new URL('rfc9380-official.json', import.meta.url), 'utf8'));

const spell = (parts) => parts.map((part) => (typeof part === 'string' ? part : part[0].repeat(part[1]))).join('');
const messages = official.messages.map((parts) => Buffer.from(spell(parts)));

function expanded(dst, length) {
  return official.expand_message_xmd[length].map((uniform_bytes, i) => {
    const len_in_bytes = Number(length);
    const ours = Buffer.from(expand_message_xmd(messages[i], Buffer.from(dst), len_in_bytes, sha256));
    ensureEqual(ours.toString('hex'), uniform_bytes, `K.1, ${length}, message ${i}`);
    return { msg: messages[i], len_in_bytes, uniform_bytes };
  });
}

const g1Coordinates = ({ x, y }) => ({ x: fpBytes(x), y: fpBytes(y) });
const g2Coordinates = ({ x, y }) =>
  ({ x_c0: fpBytes(x.c0), x_c1: fpBytes(x.c1), y_c0: fpBytes(y.c0), y_c1: fpBytes(y.c1) });

function hashed(hasher, { suite, dst, points }, coordinates) {
  const vectors = points.map((published, i) => {
    const point = hasher.hashToCurve(messages[i], { DST: dst });
    for (const [name, value] of Object.entries(coordinates(point.toAffine())))
      ensureEqual(value.toString('hex'), published[name], `${suite}, message ${i}, ${name}`);
    return { msg: messages[i], ...published, compressed: point };
  });
  return { suite, dst, vectors };
}

export default function rfc9380() {
  const { dst } = official.expand_message_xmd;
  return {
    about:
      'RFC 9380, published values: expand_message_xmd (K.1), hash_to_curve into G1 (J.9.1) and G2 (J.10.1). dst is ' +
      'ASCII text; msg and values are hex, field elements big-endian; compressed is the same point in Zcash form ' +
      'and is ours.',
    expand_message_xmd: { hash: 'SHA-256', dst, vectors: [...expanded(dst, '0x20'), ...expanded(dst, '0x80')] },
    g1: hashed(bls12_381.G1, official.g1, g1Coordinates),
    g2: hashed(bls12_381.G2, official.g2, g2Coordinates),
  };
}
