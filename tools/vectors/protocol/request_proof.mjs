// PROTOCOL.md §6: a doctor signs a request and proves that it knows b, with nonces of their own (R12). §7 does as §6.

import { concat, encode } from './encoding.mjs';
import { P1, compressed, modR, mul } from './group.mjs';
import { H0, H2, H7 } from './hash.mjs';

/** `stated` is what the request says, in the order in which it is hashed. The nonces are drawn for all of it, unless they are given. */
export function prove(signer, purpose, stated, { b, fresh32, ...given }, Ppub_sig) {
  const { secret_value: x, partial: d, public_point } = signer;
  const b_point = mul(b, P1);
  const nonce = given.nonce ?? H0('nonce', d, x, purpose, ...stated, b_point, fresh32);
  const b_nonce = given.b_nonce ?? H0('nonce-b', b, purpose, ...stated, b_point, fresh32);
  const [nonce_point, b_nonce_point] = [nonce, b_nonce].map((secret) => mul(secret, P1));
  // compressed() takes the identity too: the vectors hold requests with a nonce of 0, to be refused.
  const points = [b_point, nonce_point, b_nonce_point].map(compressed);
  const h = H2(purpose, ...stated, Ppub_sig, public_point, ...points);
  const proof = requestProof({ public_point, h, v: modR(nonce + h * (d + x)), v_b: modR(b_nonce + h * b) });
  return { nonce, b_nonce, nonce_point, b_point, b_nonce_point, proof };
}

/** RequestProof = L_B, h, v, v_b */
export function requestProof({ public_point, h, v, v_b }) {
  return { public_point, h, v, v_b, bytes: concat(...[public_point, h, v, v_b].map(encode)) };
}

export const readRequestProof = (reader) =>
  requestProof({ public_point: reader.g1(), h: reader.scalar(), v: reader.scalar(), v_b: reader.scalar() });

export function isProven({ public_point, h, v, v_b }, identity, purpose, stated, b_point, Ppub_sig) {
  const f = H7(identity, Ppub_sig, public_point);
  const T = mul(v, P1).subtract(mul(h, public_point)).subtract(mul(h * f, Ppub_sig));
  const T_of_b = mul(v_b, P1).subtract(mul(h, b_point));
  if (T.is0() || T_of_b.is0()) return false;
  return h === H2(purpose, ...stated, Ppub_sig, public_point, b_point, T, T_of_b);
}
