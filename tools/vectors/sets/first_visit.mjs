// PROTOCOL.md §4: a patient comes to a hospital, a doctor to a patient; the factors; and what either side must refuse.

import { bytesOf, doctor, ensure, ensureRefused, failed, firstVisit, masterSecrets, otherDoctor, parameters, party,
  patient, patientVisit, scalarOf } from '../cast.mjs';
import { sign } from '../protocol/certificateless.mjs';
import { concat, decoded, encode, u8 } from '../protocol/encoding.mjs';
import { emergencyKey, factors, place } from '../protocol/encryption_factors.mjs';
import { P1, P2, gtBytes, gtPower, modR, mul, pairing } from '../protocol/group.mjs';
import { H1_KA, H1_KA_G2, MAC } from '../protocol/hash.mjs';
import { ack, confirm, confirmChecks, confirmOf, helloIsSound, helloOf, initiatorChecks, readConfirm, readHello,
  readReply, reply, replyOf } from '../protocol/key_agreement.mjs';

const { signing } = parameters;
const shownSignature = ({ nonce, nonce_point, h, v, bytes }) => ({ nonce, nonce_point, h, v, bytes });

function visitVector(visit) {
  const { what, initiator, responder, ephemeral, fresh32s, greeting, answered, confirmed } = visit;
  const { tr, agreed, keys } = answered;
  for (const [read, made] of [[readHello, greeting], [readReply, answered], [readConfirm, confirmed]])
    ensure(decoded(made.bytes, read).bytes.equals(made.bytes), `decoding of a message, ${what}`);
  const identities = pairing(H1_KA(initiator.identity), H1_KA_G2(responder.identity));
  const known = gtBytes(gtPower(identities, masterSecrets.agreement));
  ensure(known.equals(agreed.pairing_key), `K from the master secret, ${what}`);
  return {
    what,
    initiator,
    responder,
    ...ephemeral,
    t_1: greeting.t_1,
    t_1_prime: greeting.t_1_prime,
    t_2: greeting.t_2,
    t_a1: answered.t_a1,
    t_a2: answered.t_a2,
    hello: greeting.bytes,
    transcript: tr,
    dh_1: agreed.dh_1,
    dh_2: agreed.dh_2,
    pairing_key: agreed.pairing_key,
    ...keys,
    responder_fresh32: fresh32s[1],
    responder_mac: answered.mac,
    responder_signature: shownSignature(answered.signature),
    reply: answered.bytes,
    initiator_fresh32: fresh32s[0],
    initiator_mac: confirmed.mac,
    initiator_signature: shownSignature(confirmed.signature),
    confirm: confirmed.bytes,
    ack: ack(answered),
    s_alpha: agreed.s_alpha,
    s_beta: agreed.s_beta,
  };
}

function batch({ agreed: { s_alpha, s_beta } }, number, n) {
  const { alpha, beta } = factors(s_alpha, s_beta, number, n);
  const tau = alpha.slice(1).map(emergencyKey);
  const shown = n > 10 ? { alpha_last: alpha[n], beta_last: beta[n], tau_last: tau[n - 1] } : { alpha, beta, tau };
  return { batch: number, n, ...shown, last_place: place(number, n).bytes };
}

/** Each message reads well; who gets it refuses it by the named checks. */
function refused(visit) {
  const { initiator, responder, ephemeral, fresh32s, greeting, answered, view, confirmed } = visit;
  const { c1, c2 } = ephemeral;
  const [tr, mac, signature] = [answered.tr, answered.mac, answered.signature];
  const swapped = helloOf({ ...greeting, t_2: greeting.t_1, t_1: greeting.t_2, t_1_prime: mul(c2, P2) });
  const toSwapped = reply(responder, swapped, ephemeral, fresh32s[1], signing);
  const hellos = [
    ["T_1' of another scalar", { t_1_prime: mul(c1 + 1n, P2) }],
    ['T_1 of another scalar', { t_1: mul(c1 + 1n, P1) }],
    ['T_1 negated', { t_1: greeting.t_1.negate() }],
    ["T_1 and T_2 exchanged, T_1' as it was", { t_1: greeting.t_2, t_2: greeting.t_1 }],
  ].map(([what, changed]) => {
    const wrong = helloOf({ ...greeting, ...changed });
    return { message: 'hello', what, failed_checks: failed({ t_1_prime: helloIsSound(wrong) }), bytes: wrong.bytes };
  });
  const replies = [
    ['T_a1 of another scalar', { t_a1: answered.t_a1.add(P1) }],
    ['T_a2 of another scalar', { t_a2: answered.t_a2.add(P1) }],
    ['T_a1 and T_a2 exchanged', { t_a1: answered.t_a2, t_a2: answered.t_a1 }],
    ['T_a1 negated', { t_a1: answered.t_a1.negate() }],
    ['the last bit of the MAC', { mac: concat(mac.subarray(0, 31), u8(mac[31] ^ 1)) }],
    ['the MAC of Confirm', { mac: confirmed.mac }],
    ['L of another entity', { signature: { ...signature, public_point: party(otherDoctor).public_point } }],
    ['h off by one', { signature: { ...signature, h: modR(signature.h + 1n) } }],
    ['v off by one', { signature: { ...signature, v: modR(signature.v + 1n) } }],
    ['signed for another purpose', { signature: sign(responder, 'init', tr, fresh32s[1], signing) }],
    ['signed by another entity', { signature: sign(party(otherDoctor), 'resp', tr, fresh32s[1], signing) }],
    ["made to a Hello with T_1 and T_2 exchanged, T_1' to match", toSwapped],
    ["R7: made by one who holds the initiator's agreement key and no key of the responder", impostor(visit)],
  ].map(([what, changed]) => {
    const wrong = replyOf(rebuilt({ ...answered, ...changed }));
    const { checks } = initiatorChecks(initiator, greeting, ephemeral, wrong, signing);
    return { message: 'reply', what, failed_checks: failed(checks), bytes: wrong.bytes };
  });
  const resigned = confirmed.signature;
  const confirms = [
    ['the last bit of the MAC', { mac: concat(confirmed.mac.subarray(0, 31), u8(confirmed.mac[31] ^ 1)) }],
    ['R7: the MAC of Reply, reflected', { mac }],
    ['the MAC of Ack', { mac: ack(answered) }],
    ['h off by one', { signature: { ...resigned, h: modR(resigned.h + 1n) } }],
    ['v off by one', { signature: { ...resigned, v: modR(resigned.v + 1n) } }],
    ['L of another entity', { signature: { ...resigned, public_point: party(otherDoctor).public_point } }],
    ['signed for another purpose', { signature: sign(initiator, 'resp', tr, fresh32s[0], signing) }],
    ['the signature of Reply', { signature }],
    ['of another session', confirm(initiator, { ...view, tr: bytesOf('another transcript') }, fresh32s[0], signing)],
  ].map(([what, changed]) => {
    const wrong = confirmOf(rebuilt({ ...confirmed, ...changed }));
    const checks = confirmChecks(greeting, answered, wrong, signing);
    return { message: 'confirm', what, failed_checks: failed(checks), bytes: wrong.bytes };
  });
  const acks = [
    ['the MAC of Reply', mac],
    ['the MAC of Confirm', confirmed.mac],
    ['made with k_init', ack({ tr, keys: { k_resp: answered.keys.k_init } })],
  ].map(([what, bytes]) =>
    ({ message: 'ack', what, failed_checks: failed({ mac: bytes.equals(ack(view)) }), bytes }));
  const all = [...hellos, ...replies, ...confirms, ...acks];
  for (const one of all) ensure(one.failed_checks.length > 0, `refusal of: ${one.message}, ${one.what}`);
  return all;
}

/** One who can compute K and all keys of the session, and cannot sign */
function impostor({ initiator, ephemeral, greeting, answered: { signature } }) {
  const points = { t_a1: mul(scalarOf('a1 of an impostor'), P1), t_a2: mul(scalarOf('a2 of an impostor'), P1) };
  const unsigned = { ...points, mac: Buffer.alloc(32), signature };
  const { tr, keys } = initiatorChecks(initiator, greeting, ephemeral, unsigned, signing);
  return { ...points, mac: MAC(keys.k_resp, tr) };
}

/** With the bytes of a changed signature */
function rebuilt({ signature, ...others }) {
  const { public_point, h, v } = signature;
  return { ...others, signature: { ...signature, bytes: concat(...[public_point, h, v].map(encode)) } };
}

function malformed({ greeting, answered, confirmed }, doctorGreeting) {
  const { t_1, t_2, t_1_prime, public_point, initiator, responder } = greeting;
  const hello = (...fields) => concat(...fields.map(encode));
  const none = u8(0);
  const some = concat(u8(1), encode(t_1_prime));
  const infinity = concat(u8(0xc0), Buffer.alloc(47));
  const doctorTo = doctorGreeting.responder;
  return [
    ['hello', "T_1' missing, to a hospital", hello(initiator, responder, t_1, none, t_2, public_point)],
    ['hello', "T_1' to a patient",
      hello(doctorGreeting.initiator, doctorTo, t_1, some, t_2, doctorGreeting.public_point)],
    ['hello', 'the optional value marked 2',
      hello(initiator, responder, t_1, concat(u8(2), encode(t_1_prime)), t_2, public_point)],
    ['hello', 'a patient to a patient', hello(initiator, initiator, t_1, none, t_2, public_point)],
    ['hello', 'a hospital to a patient', hello(responder, initiator, t_1, none, t_2, public_point)],
    ['hello', 'a doctor to a hospital', hello(doctorGreeting.initiator, responder, t_1, some, t_2, public_point)],
    ['hello', 'R1: T_1 is the identity', hello(initiator, responder, infinity, some, t_2, public_point)],
    ['hello', 'R1: T_2 is the identity', hello(initiator, responder, t_1, some, infinity, public_point)],
    ['hello', 'a byte too many', concat(greeting.bytes, none)],
    ['hello', 'the last byte missing', greeting.bytes.subarray(0, -1)],
    ['reply', 'R1: T_a1 is the identity', concat(infinity, answered.bytes.subarray(48))],
    ['reply', 'a byte too many', concat(answered.bytes, none)],
    ['reply', 'the last byte missing', answered.bytes.subarray(0, -1)],
    ['confirm', 'a byte too many', concat(confirmed.bytes, none)],
    ['confirm', 'the last byte missing', confirmed.bytes.subarray(0, -1)],
  ].map(([message, what, bytes]) => {
    const read = { hello: readHello, reply: readReply, confirm: readConfirm }[message];
    return { message, what, reason: ensureRefused(() => decoded(bytes, read), what), bytes };
  });
}

export default function first_visit() {
  const doctorVisit = firstVisit('doctor with patient', doctor, patient);
  return {
    about:
      'First visits. initiator and responder are entities of registration.json. c1, c2 are secrets of the initiator, ' +
      'a1, a2 of the responder; dh_1 is a1·T_1, dh_2 a2·T_2, pairing_key the 576 bytes of K; hello, reply, confirm, ' +
      'ack are the messages; signatures hold nonce t and nonce_point T. factors are of the first visit: alpha[i] is ' +
      's_alpha^i, beta[i] s_beta^i (from 0), tau[i - 1] the emergency key of record i. refused are messages in place ' +
      'of those of the first visit, to whom the other one goes: failed_checks are mac, signature, public_point (not ' +
      "that of Hello) and t_1_prime (the pairing of T_1 and T_1'). malformed are refused by their decoder; where " +
      'several reasons hold, another one is as good.',
    ppub_sig: signing,
    agreement_g1: parameters.agreement_g1,
    agreement_g2: parameters.agreement_g2,
    visits: [patientVisit, doctorVisit].map(visitVector),
    factors: [[1, 7], [2, 1], [3, 2], [4294967295, 300]].map(([b, n]) => batch(patientVisit.answered, b, n)),
    refused: refused(patientVisit),
    malformed: malformed(patientVisit, doctorVisit.greeting),
  };
}
