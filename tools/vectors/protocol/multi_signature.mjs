// PROTOCOL.md §3, BLS multi-signatures with proof of possession: signatures in G1, public keys in G2.

import { concat, encode, refuse, Reader, u16 } from './encoding.mjs';
import { P2, mul, pairingsEqual, sum } from './group.mjs';
import { H_BLS_POP, H_BLS_SIG } from './hash.mjs';

export const publicKey = (secret) => mul(secret, P2);
export const prove = (secret) => mul(secret, H_BLS_POP(publicKey(secret)));
export const sign = (secret, message) => mul(secret, H_BLS_SIG(message));

export const isPossessed = (key, proof) => pairingsEqual([proof, P2], [H_BLS_POP(key), key]);
export const verify = (keys, message, signature) => pairingsEqual([signature, P2], [H_BLS_SIG(message), sum(keys)]);

/** SignerSet: u16 n, then signer i at bit i mod 8, least significant first, of byte ⌊i/8⌋ */
export function signerSet(n, signers) {
  const bits = Buffer.alloc(Math.ceil(n / 8));
  for (const signer of signers) bits[signer >> 3] |= 1 << (signer & 7);
  return concat(u16(n), bits);
}

export function decodeSignerSet(bytes) {
  const reader = new Reader(bytes);
  const n = reader.integer(2);
  if (n < 1 || n > 1024) refuse('n is not 1 to 1024');
  const bits = reader.take(Math.ceil(n / 8));
  reader.end();
  const signers = [...Array(8 * bits.length).keys()].filter((i) => (bits[i >> 3] >> (i & 7)) & 1);
  return signers.every((signer) => signer < n) ? { n, signers } : refuse('a padding bit is set');
}

export const multiSignature = (n, signers, signature) => concat(signerSet(n, signers), encode(signature));
