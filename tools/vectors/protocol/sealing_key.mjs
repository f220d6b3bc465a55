// docs/PROTOCOL.md, "Sealing to a key": E = ε·P1 with proof of possession, and messages that only its holder opens.

import { concat, decoded, encode, variable } from './encoding.mjs';
import { P1, compressed, modR, mul } from './group.mjs';
import { H0, H2, Hsk } from './hash.mjs';
import { open, seal } from './sealing.mjs';

export function sealingKey(identity, secret, fresh32) {
  const proof_nonce = H0('nonce', secret, 'sealing-key', identity, fresh32);
  return { fresh32, proof_nonce, ...sealingKeyWithNonce(identity, secret, proof_nonce) };
}

export function sealingKeyWithNonce(identity, secret, nonce) {
  const public_key = mul(secret, P1);
  const proof_nonce_point = mul(nonce, P1);
  // compressed() takes the identity too: the vectors hold a proof with the nonce 0, to be refused.
  const challenge = H2('sealing-key', identity, public_key, compressed(proof_nonce_point));
  return { public_key, proof_nonce_point, challenge, response: modR(nonce + challenge * secret) };
}

export function isPossessed(identity, { public_key, challenge, response }) {
  const R = mul(response, P1).subtract(mul(challenge, public_key));
  return !R.is0() && challenge === H2('sealing-key', identity, public_key, R);
}

/** SealedTo = u·P1, variable bytes */
export function sealTo(public_key, recipient, use, { u, nonce }, message) {
  const [shared, u_point] = [mul(u, public_key), mul(u, P1)];
  const key = Hsk(use, shared, u_point, recipient);
  const bytes = concat(encode(u_point), variable(seal(key, nonce, recipient.bytes, message)));
  return { u, u_point, shared, key, nonce, bytes };
}

export function openSealedTo(secret, recipient, use, bytes) {
  return decoded(bytes, (reader) => {
    const u_point = reader.g1();
    const key = Hsk(use, mul(secret, u_point), u_point, recipient);
    return open(key, recipient.bytes, reader.variable(28, 2 ** 32 - 1, 'the sealed message'));
  });
}
