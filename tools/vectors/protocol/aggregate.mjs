// PROTOCOL.md §3, Gentry and Ramzan: signatures under one string w add up; different w's stand side by side (R4).

import { concat, encode, list, refuse, seq, u16, u64 } from './encoding.mjs';
import { P2, mul, pairingProductIsOne, sum } from './group.mjs';
import { H0, H1_SIG0, H1_SIG1, H1_W } from './hash.mjs';

export const slot = (k, device) => 16 * k + device;

/** w of tx_mr and TX_mr: all doctors' n-th signatures of an epoch share one (R5) */
export const slotString = (net, epoch, slotNumber) => seq(net, 'MED', 'mr', u64(epoch), u16(slotNumber));

/** w of all else: made of one fresh nonce of every signer, so nobody keeps a counter (R5) */
export const nonceString = (net, chain, purpose, identities, nonces) =>
  seq(net, chain, purpose, ...identities, ...nonces);

/** S = ρ·P_w + K0 + c·K1, T = ρ·P2, with c = H0(m, ID, w) */
export function sign({ identity, aggregate_k0, aggregate_k1 }, message, w, randomizer) {
  const challenge = H0(message, identity, w);
  const s = mul(randomizer, H1_W(w)).add(aggregate_k0).add(mul(challenge, aggregate_k1));
  const t = mul(randomizer, P2);
  return { signer: identity, message, w, randomizer, challenge, s, t, bytes: concat(encode(s), encode(t)) };
}

const inOrder = (a, b) => Buffer.compare(a.w, b.w);

/** Σ over those who share a w, in ascending order of w. Takes signatures, or aggregates of a layer below. */
export function add(signatures) {
  const byString = new Map();
  for (const { w, s, t } of signatures) {
    const key = w.toString('hex');
    const { s: s0, t: t0 } = byString.get(key) ?? {};
    byString.set(key, { w, s: s0 ? s0.add(s) : s, t: t0 ? t0.add(t) : t });
  }
  return [...byString.values()].sort(inOrder);
}

/** AggregateSignature: the w's are those of the messages and are not sent */
export const aggregateBytes = (sums) => list(sums.map(({ s, t }) => concat(encode(s), encode(t))));

/** Σ (H1-SIG0(ID) + c·H1-SIG1(ID)) over the signers, the part of the equation that is theirs */
const signersPoint = (signed) =>
  sum(signed.map(({ signer, message, w }) => H1_SIG0(signer).add(mul(H0(message, signer, w), H1_SIG1(signer)))));

/** The distinct w's of the messages, ascending: the i-th is that of the i-th pair */
const stringsOf = (signed) => [...new Map(signed.map(({ w }) => [w.toString('hex'), w])).values()].sort(Buffer.compare);

/**
 * e(Σ z_w·S_w, P2) = Π e(z_w·P_w, T_w) · e(Σ z_w·signers_w, Ppub), for as many pairs as there are w's.
 * With all weights 1 it is the check that R6 warns of.
 */
export function equationHolds(pairs, signed, Ppub_agg, weights) {
  const terms = stringsOf(signed).map((w, i) => {
    const { s, t } = pairs[i];
    const signers = signersPoint(signed.filter((one) => one.w.equals(w)));
    return { left: mul(weights[i], s), hashed: [mul(weights[i], H1_W(w)), t], right: mul(weights[i], signers) };
  });
  const left = [sum(terms.map((term) => term.left)).negate(), P2];
  const right = [sum(terms.map((term) => term.right)), Ppub_agg];
  return pairingProductIsOne([left, ...terms.map((term) => term.hashed), right]);
}

/** Verifies w by w, the plainest reading, to which the equation over all at once must agree. Refuses by reason. */
export function verify(pairs, signed, Ppub_agg) {
  const signerAndString = ({ signer, w }) => `${signer.bytes.toString('hex')} ${w.toString('hex')}`;
  if (new Set(signed.map(signerAndString)).size < signed.length) refuse('a signer stands twice under one w');
  const strings = stringsOf(signed);
  if (strings.length !== pairs.length) refuse('the pairs are not as many as the distinct w');
  strings.forEach((w, i) => {
    const under = signed.filter((one) => one.w.equals(w));
    if (!equationHolds([pairs[i]], under, Ppub_agg, [1n])) refuse('the equation does not hold');
  });
}
