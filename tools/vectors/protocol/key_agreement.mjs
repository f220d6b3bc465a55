// PROTOCOL.md §4: the first visit. The initiator is the patient with a hospital, or the doctor with a patient.

import { concat, encode, optional, refuse } from './encoding.mjs';
import { P1, P2, gtBytes, gtIsOne, mul, pairing, pairingsEqual } from './group.mjs';
import { H, H1_KA, H1_KA_G2, Hsk, MAC } from './hash.mjs';
import { readSignature, sign, verify } from './certificateless.mjs';

const isWithHospital = (responder) => responder.role === 'hospital';
const pairsOfRoles = ['patient hospital', 'doctor patient'];

/** Hello: what the initiator says first. T_1' goes to hospitals only: it lets them answer requests (§6). */
export function hello(initiator, responder, { c1, c2 }) {
  return helloOf({
    initiator: initiator.identity,
    responder,
    t_1: mul(c1, P1),
    t_1_prime: isWithHospital(responder) ? mul(c1, P2) : null,
    t_2: mul(c2, P1),
    public_point: initiator.public_point,
  });
}

export function helloOf({ initiator, responder, t_1, t_1_prime, t_2, public_point }) {
  const bytes = concat(...[initiator, responder, t_1, optional(t_1_prime), t_2, public_point].map(encode));
  return { initiator, responder, t_1, t_1_prime, t_2, public_point, bytes };
}

export function readHello(reader) {
  const [initiator, responder, t_1] = [reader.identity(), reader.identity(), reader.g1()];
  const t_1_prime = reader.optional(() => reader.g2());
  if (!pairsOfRoles.includes(`${initiator.role} ${responder.role}`)) refuse('no first visit of these roles');
  if ((t_1_prime !== null) !== isWithHospital(responder)) refuse("T_1' goes to hospitals, and to no one else");
  return helloOf({ initiator, responder, t_1, t_1_prime, t_2: reader.g1(), public_point: reader.g1() });
}

export const helloIsSound = ({ t_1, t_1_prime }) => t_1_prime === null || pairingsEqual([t_1, P2], [P1, t_1_prime]);

export function transcript(greeting, { t_a1, t_a2 }, responder_public_point) {
  const { initiator, responder, public_point, t_1, t_1_prime, t_2 } = greeting;
  return H(initiator, responder, public_point, responder_public_point, t_1, t_1_prime ?? '', t_2, t_a1, t_a2);
}

/** a1·T_1, a2·T_2, K and the initial factors, as the responder computes them */
export function responderSecrets(responder, { initiator, t_1, t_2 }, { a1, a2 }) {
  const paired = pairing(H1_KA(initiator), responder.agreement_g2);
  return secrets({ dh_1: mul(a1, t_1), dh_2: mul(a2, t_2), s_alpha: mul(a2, t_1), s_beta: mul(a1, t_2) }, paired);
}

/** The same for the initiator */
export function initiatorSecrets(initiator, responder, { t_a1, t_a2 }, { c1, c2 }) {
  const paired = pairing(initiator.agreement_g1, H1_KA_G2(responder));
  return secrets({ dh_1: mul(c1, t_a1), dh_2: mul(c2, t_a2), s_alpha: mul(c1, t_a2), s_beta: mul(c2, t_a1) }, paired);
}

function secrets(points, paired) {
  if (gtIsOne(paired) || Object.values(points).some((point) => point.is0())) refuse('a recovered element is 1');
  return { ...points, pairing_key: gtBytes(paired) };
}

export function sessionKeys(tr, { dh_1, dh_2, pairing_key }) {
  const key = (label) => Hsk(label, tr, dh_1, dh_2, pairing_key);
  return { k_init: key('k_init'), k_resp: key('k_resp'), enc_i2r: key('enc-i2r'), enc_r2i: key('enc-r2i') };
}

/** Reply: T_a1, T_a2, MAC(k_resp, tr), Du("resp", tr) */
export function reply(responder, greeting, { a1, a2 }, fresh32, Ppub_sig) {
  const points = { t_a1: mul(a1, P1), t_a2: mul(a2, P1) };
  const tr = transcript(greeting, points, responder.public_point);
  const agreed = responderSecrets(responder, greeting, { a1, a2 });
  const keys = sessionKeys(tr, agreed);
  const signature = sign(responder, 'resp', tr, fresh32, Ppub_sig);
  return { tr, agreed, keys, ...replyOf({ ...points, mac: MAC(keys.k_resp, tr), signature }) };
}

export function replyOf({ t_a1, t_a2, mac, signature }) {
  return { t_a1, t_a2, mac, signature, bytes: concat(...[t_a1, t_a2, mac, signature].map(encode)) };
}

export const readReply = (reader) =>
  replyOf({ t_a1: reader.g1(), t_a2: reader.g1(), mac: reader.take(32), signature: readSignature(reader) });

/** What the initiator checks, with nothing of the responder's but the message; gives back its own view */
export function initiatorChecks(initiator, greeting, ephemeral, answered, Ppub_sig) {
  const { responder } = greeting;
  const { public_point } = answered.signature;
  const tr = transcript(greeting, answered, public_point);
  const agreed = initiatorSecrets(initiator, responder, answered, ephemeral);
  const keys = sessionKeys(tr, agreed);
  const checks = {
    mac: answered.mac.equals(MAC(keys.k_resp, tr)),
    signature: verify(answered.signature, responder, 'resp', tr, Ppub_sig),
  };
  return { tr, agreed, keys, checks };
}

/** Confirm: MAC(k_init, tr), Du("init", tr) */
export function confirm(initiator, { tr, keys }, fresh32, Ppub_sig) {
  return confirmOf({ mac: MAC(keys.k_init, tr), signature: sign(initiator, 'init', tr, fresh32, Ppub_sig) });
}

export const confirmOf = ({ mac, signature }) => ({ mac, signature, bytes: concat(mac, signature.bytes) });

export const readConfirm = (reader) => confirmOf({ mac: reader.take(32), signature: readSignature(reader) });

/** `public_point` must also be the L of Hello, which stands in tr. */
export const confirmChecks = ({ initiator, public_point }, { tr, keys }, { mac, signature }, Ppub_sig) => ({
  mac: mac.equals(MAC(keys.k_init, tr)),
  public_point: signature.public_point.equals(public_point),
  signature: verify(signature, initiator, 'init', tr, Ppub_sig),
});

/** Ack: a MAC of its own, lest that of Reply do again */
export const ack = ({ tr, keys }) => MAC(keys.k_resp, 'ack', tr);
