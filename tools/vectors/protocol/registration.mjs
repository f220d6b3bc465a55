// PROTOCOL.md §2: what user and PKG say to each other, and what each checks before it goes on.

import { concat, encode } from './encoding.mjs';
import { P1, P2, modR, mul, pairingsEqual } from './group.mjs';
import { H0, H1_KA, H1_KA_G2, H1_SIG0, H1_SIG1, H2, H7 } from './hash.mjs';

export function systemParameters({ signing, agreement, aggregate }) {
  const parameters = {
    signing: mul(signing, P1),
    agreement_g1: mul(agreement, P1),
    agreement_g2: mul(agreement, P2),
    aggregate_g1: mul(aggregate, P1),
    aggregate_g2: mul(aggregate, P2),
  };
  return { ...parameters, bytes: concat(...Object.values(parameters).map(encode)) };
}

/** §1: the two halves of a pair hide the same secret. */
export const pairsMatch = ({ agreement_g1, agreement_g2, aggregate_g1, aggregate_g2 }) => ({
  agreement: pairingsEqual([agreement_g1, P2], [P1, agreement_g2]),
  aggregate: pairingsEqual([aggregate_g1, P2], [P1, aggregate_g2]),
});

/** U: L_U1 = x_U·P1 and a proof of knowledge of x_U, tied to the identity and the PKG that it is sent to */
export function registrationRequest(identity, x, fresh32, Ppub_sig) {
  const commitment = mul(x, P1);
  const proof_nonce = H0('nonce', x, 'register', identity, fresh32);
  const proof_nonce_point = mul(proof_nonce, P1);
  const challenge = H2('register', identity, Ppub_sig, commitment, proof_nonce_point);
  const response = modR(proof_nonce + challenge * x);
  const bytes = concat(...[identity, commitment, challenge, response].map(encode));
  return { identity, commitment, proof_nonce, proof_nonce_point, challenge, response, bytes };
}

export function requestIsProven({ identity, commitment, challenge, response }, Ppub_sig) {
  const R = mul(response, P1).subtract(mul(challenge, commitment));
  return !R.is0() && challenge === H2('register', identity, Ppub_sig, commitment, R);
}

/** PKG: L_U, d_U and the identity keys; y_U is the PKG's share of the secret and is not sent */
export function issueKeys({ identity, commitment }, y, secrets, Ppub_sig) {
  const public_point = commitment.add(mul(y, P1));
  const f = H7(identity, Ppub_sig, public_point);
  return issuedKeys({
    identity,
    public_point,
    partial: modR(y + secrets.signing * f),
    agreement_g1: mul(secrets.agreement, H1_KA(identity)),
    agreement_g2: mul(secrets.agreement, H1_KA_G2(identity)),
    aggregate_k0: mul(secrets.aggregate, H1_SIG0(identity)),
    aggregate_k1: mul(secrets.aggregate, H1_SIG1(identity)),
  });
}

/** IssuedKeys = ID_U, L_U, d_U, Ŝ1_U, Ŝ2_U, K0_U, K1_U */
export function issuedKeys(keys) {
  const { identity, public_point, partial, agreement_g1, agreement_g2, aggregate_k0, aggregate_k1 } = keys;
  const fields = { identity, public_point, partial, agreement_g1, agreement_g2, aggregate_k0, aggregate_k1 };
  return { ...fields, bytes: concat(...Object.values(fields).map(encode)) };
}

/** U, before it stores anything; `identity` and `commitment` are those of its own request. */
export function userChecks(issued, { identity, commitment }, parameters) {
  const f = H7(identity, parameters.signing, issued.public_point);
  const partialPoint = issued.public_point.subtract(commitment).add(mul(f, parameters.signing));
  const hidesAggregateSecret = (key, hashed) => pairingsEqual([key, P2], [hashed, parameters.aggregate_g2]);
  return {
    identity: issued.identity.bytes.equals(identity.bytes),
    partial: mul(issued.partial, P1).equals(partialPoint),
    agreement_g1: pairingsEqual([issued.agreement_g1, P2], [H1_KA(identity), parameters.agreement_g2]),
    agreement_g2: pairingsEqual([P1, issued.agreement_g2], [parameters.agreement_g1, H1_KA_G2(identity)]),
    aggregate_k0: hidesAggregateSecret(issued.aggregate_k0, H1_SIG0(identity)),
    aggregate_k1: hidesAggregateSecret(issued.aggregate_k1, H1_SIG1(identity)),
  };
}
