// PROTOCOL.md §6: what a hospital must not answer, what nobody must decode, and what a doctor must not open.

import { byRule, bytesOf, day, doctor, ensure, ensureRefused, failed, hospital, licensed, newYear, otherDoctor,
  otherHospital, otherPatient, parameters, party, patientVisit, refusedBy, scalarOf, sealingKeyOf } from '../cast.mjs';
import { answerBytes } from '../protocol/answer.mjs';
import { concat, encode, list, u32, u64, u8, variable } from '../protocol/encoding.mjs';
import { place, placeList } from '../protocol/encryption_factors.mjs';
import * as protocol from '../protocol/grant.mjs';
import { G1, G2, P1, P2, compressed, modR, mul, r } from '../protocol/group.mjs';
import { requestProof } from '../protocol/request_proof.mjs';
import { openSealedTo, sealTo } from '../protocol/sealing_key.mjs';
import { A, C, answerTo, ask, asked, given, grantOf, licence, openAnswer, policy, records, two }
  from './grant_scene.mjs';

const { signing } = parameters;
const { t_1 } = patientVisit.greeting;
const sealing = sealingKeyOf(hospital);
const stranger = party(doctor);
const changedPolicy = (changed) => protocol.policy({ ...policy, ...changed });

/** The request for two records with fields exchanged on the way */
function changedOnTheWay({ request }) {
  const { proof, b_point, alpha_cb } = request;
  const inProof = (changed) => ({ proof: requestProof({ ...proof, ...changed }) });
  const { signature, licence: stated } = licence;
  const inLicence = (changed) => {
    const { public_point, h, v } = { ...signature, ...changed };
    const bytes = concat(stated.bytes, ...[public_point, h, v].map(encode));
    return { licence: { licence: stated, signature: { public_point, h, v }, bytes } };
  };
  return [
    ['T_b plus P1', { b_point: b_point.add(P1) }],
    ['T_b negated', { b_point: b_point.negate() }],
    ['T_b and alpha_CB negated: the pairings still agree', { b_point: b_point.negate(), alpha_cb: alpha_cb.negate() }],
    ['T_b and alpha_CB doubled: the pairings still agree', { b_point: b_point.double(), alpha_cb: alpha_cb.double() }],
    ['alpha_CB plus P2', { alpha_cb: alpha_cb.add(P2) }],
    ['alpha_CB negated', { alpha_cb: alpha_cb.negate() }],
    ['alpha_C in place of alpha_CB', { alpha_cb: given.alpha_c }],
    ['L_B plus P1', inProof({ public_point: proof.public_point.add(P1) })],
    ['L_B of another doctor', inProof({ public_point: stranger.public_point })],
    ['h off by one', inProof({ h: modR(proof.h + 1n) })],
    ['h is 0', inProof({ h: 0n })],
    ['v off by one', inProof({ v: modR(proof.v + 1n) })],
    ['v_b off by one', inProof({ v_b: modR(proof.v_b + 1n) })],
    ['v and v_b exchanged', inProof({ v: proof.v_b, v_b: proof.v })],
    ['the time a millisecond later', { time: asked + 1 }],
    ['a record less', { records: [records[0]] }],
    ['a record more', { records }],
    ['another record', { records: [records[0], records[1]] }],
    ['another patient', { patient: otherPatient }],
    ['the policy with one more use', { policy: changedPolicy({ uses: policy.uses + 1 }) }],
    ['the policy for another doctor', { policy: changedPolicy({ doctor: stranger.identity }) }],
    ['L of the licence plus P1', inLicence({ public_point: signature.public_point.add(P1) })],
    ['h of the licence off by one', inLicence({ h: modR(signature.h + 1n) })],
    ['v of the licence off by one', inLicence({ v: modR(signature.v + 1n) })],
  ].map(([what, changed]) => [what, protocol.grantRequest({ ...request, ...changed })]);
}

/** Requests that are signed well by who makes them, and should not have been made */
function madeWrong() {
  const b = scalarOf('b, made wrong');
  /** A policy that the patient did grant, with an alpha_C of its own */
  const granted = (changed) => {
    const other = changedPolicy(changed);
    return { policy: other, alpha_c: grantOf(other).alpha_c };
  };
  const outside = place(1, 4);
  return [
    ['R11: alpha_CB of another b', { draws: { b }, alpha_cb: mul(b + 1n, given.alpha_c) }],
    ['R11: alpha_CB without alpha_C', { alpha_cb: mul(scalarOf('any'), P2) }],
    ['R13: alpha_C of another policy', { alpha_c: granted({ id: byRule(16) }).alpha_c }],
    ['the policy with one more use', { policy: changedPolicy({ uses: policy.uses + 1 }) }],
    ['the policy with a later expiry', { policy: changedPolicy({ expires: policy.expires + day }) }],
    ['the policy with a record more', { policy: changedPolicy({ records: [records[0], outside, ...records.slice(1)] }),
      records: [records[0], outside] }],
    ['R13: a record that is not in the policy', { records: [records[0], outside] }],
    ['a policy for another hospital', granted({ hospital: otherHospital.request.identity })],
    ['a policy of another patient', granted({ patient: otherPatient })],
    ['a policy that has expired', granted({ expires: asked - 1000 })],
    ['a policy that has not begun', granted({ not_before: asked + 1000 })],
    ['made 120,001 ms ago', { time: asked - 120_001 }],
    ['made 120,001 ms from now', { time: asked + 120_001 }],
    ['made for another hospital', { hospital: otherHospital.request.identity }],
    ['by another doctor', { signer: doctor }],
    ['by another doctor with its own licence', { signer: doctor, licence: licensed(hospital, doctor, 5) }],
    ['with the licence of another doctor', { licence: licensed(hospital, doctor, 5) }],
    ['with a licence that has expired', { licence: licensed(otherHospital, otherDoctor, 3, newYear, newYear + day) }],
    ['with a licence that has not begun',
      { licence: licensed(otherHospital, otherDoctor, 3, asked + day, asked + 2 * day) }],
    ['R1: with the nonce t = 0', { draws: { nonce: 0n } }],
    ['R1: with the nonce t_b = 0', { draws: { b_nonce: 0n } }],
  ].map(([what, { records: some = two, ...changes }]) => [what, ask(what, some, changes).request]);
}

export const refusedRequests = (good) =>
  [...changedOnTheWay(good), ...madeWrong()].map(([what, request]) => {
    const failed_checks = failed(protocol.hospitalChecks(request, A, t_1, asked, signing));
    ensure(failed_checks.length > 0, `refusal of: ${what}`);
    return { what, failed_checks, request: request.bytes };
  });

const infinity = (Point) => compressed(Point.ZERO);
const tooLarge = Buffer.from(r.toString(16), 'hex');
const manyPlaces = (count) => Array.from({ length: count }, (_, i) => place(9, i + 1));

function policyBytes(changed) {
  const { id, patient: of, doctor: to, hospital: at, places, not_before, expires, purpose, uses } =
    { ...policy, places: placeList(policy.records), ...changed };
  const who = concat(...[id, of, to, at].map(encode));
  return concat(who, places, u64(not_before), u64(expires), variable(Buffer.from(purpose)), u32(uses));
}

const wrongPlaces = [
  ['no record', placeList([])],
  ['records descend', placeList([...records].reverse())],
  ['a record twice', placeList([records[0], records[0]])],
  ['257 records', placeList(manyPlaces(257))],
  ['the index 0', placeList([place(1, 0)])],
  ['the index 65,537', placeList([place(1, 65537)])],
];

export const malformedPolicies = () => [
  ...wrongPlaces.map(([what, places]) => [what, policyBytes({ places })]),
  ['begins when it expires', policyBytes({ not_before: policy.expires })],
  ['begins after it expires', policyBytes({ not_before: policy.expires + 1 })],
  ['no purpose', policyBytes({ purpose: '' })],
  ['a purpose of 65 characters', policyBytes({ purpose: 'x'.repeat(65) })],
  ['no use', policyBytes({ uses: 0 })],
  ['1,001 uses', policyBytes({ uses: 1001 })],
  ['a byte too many', concat(policy.bytes, u8(0))],
  ['the last byte missing', policy.bytes.subarray(0, -1)],
].map(refusedBy(protocol.readPolicy));

export const malformedGrants = () => [
  ['a factor less than records', concat(policy.bytes, encode(given.alpha_c), list(given.f_j.slice(1).map(encode)))],
  ['a factor more than records',
    concat(policy.bytes, encode(given.alpha_c), list([...given.f_j, given.f_j[0]].map(encode)))],
  ['R1: alpha_C is the identity', concat(policy.bytes, infinity(G2), list(given.f_j.map(encode)))],
  ['R1: a factor is the identity',
    concat(policy.bytes, encode(given.alpha_c), list([infinity(G2), ...given.f_j.slice(1).map(encode)]))],
  ['a byte too many', concat(given.bytes, u8(0))],
].map(refusedBy(protocol.readGrant));

export function malformedRequests({ request }) {
  const { records: some, time, b_point, alpha_cb, proof, licence: granted } = request;
  const parts = { policy: policy.bytes, places: placeList(some), time: u64(time), patient: C, b_point, alpha_cb,
    public_point: proof.public_point, h: proof.h, v: proof.v, v_b: proof.v_b, licence: granted };
  const requestWith = (changed) => concat(...Object.values({ ...parts, ...changed }).map(encode));
  ensure(requestWith({}).equals(request.bytes), 'the parts make the request');
  const { hospital: issuer, doctor: holder, device } = granted.licence;
  const licenceBegin = concat(issuer.bytes, holder.bytes);
  const wrongDevice = concat(licenceBegin, u8(16), granted.bytes.subarray(licenceBegin.length + 1));
  ensure(granted.bytes[licenceBegin.length] === device, 'the device stands after the identities');
  return [
    ...wrongPlaces.map(([what, places]) => [what, requestWith({ places })]),
    ['a policy without use', requestWith({ policy: policyBytes({ uses: 0 }) })],
    ['R1: T_b is the identity', requestWith({ b_point: infinity(G1) })],
    ['R1: alpha_CB is the identity', requestWith({ alpha_cb: infinity(G2) })],
    ['R1: L_B is the identity', requestWith({ public_point: infinity(G1) })],
    ['h is r', requestWith({ h: tooLarge })],
    ['v is r', requestWith({ v: tooLarge })],
    ['v_b is r', requestWith({ v_b: tooLarge })],
    ['a licence for device 16', requestWith({ licence: wrongDevice })],
    ['a byte too many', concat(request.bytes, u8(0))],
    ['the last byte missing', request.bytes.subarray(0, -1)],
  ].map(refusedBy(protocol.readGrantRequest));
}

export function refusedSealed({ request }) {
  const draws = { u: scalarOf('u, refused'), nonce: bytesOf('sealing nonce, refused').subarray(0, 12) };
  const good = sealTo(sealing.public_key, A, 'req', draws, request.bytes).bytes;
  const inside = good.subarray(52);
  const flipped = concat(inside.subarray(0, 12), u8(inside[12] ^ 1), inside.subarray(13));
  const other = otherHospital.request.identity;
  return [
    ['u·P1 plus P1', concat(encode(mul(draws.u + 1n, P1)), good.subarray(48))],
    ['R1: u·P1 is the identity', concat(infinity(G1), good.subarray(48))],
    ['a bit of the ciphertext', concat(good.subarray(0, 52), flipped)],
    ['the last byte cut off', concat(good.subarray(0, 48), variable(inside.subarray(0, -1)))],
    ['sealed for another use', sealTo(sealing.public_key, A, 'emergency', draws, request.bytes).bytes],
    ['sealed to another identity', sealTo(sealing.public_key, other, 'req', draws, request.bytes).bytes],
    ['sealed to another key', sealTo(mul(2n, sealing.public_key), A, 'req', draws, request.bytes).bytes],
    ['a byte too many', concat(good, u8(0))],
  ].map(([what, bytes]) =>
    ({ what, reason: ensureRefused(() => openSealedTo(sealing.secret, A, 'req', bytes), what), bytes }));
}

/** Answers in place of that to the first request */
export function refusedAnswers(made) {
  const { t_a, a, parts, bytes } = answerTo(made.request, scalarOf('a, two records'));
  const [first, second] = parts.map(({ sealed }) => sealed);
  const flip = (at) => concat(first.subarray(0, at), u8(first[at] ^ 1), first.subarray(at + 1));
  const again = ask('two records, asked again', two);
  return [
    ['T_a plus P1', answerBytes(t_a.add(P1), [first, second])],
    ['T_a negated', answerBytes(t_a.negate(), [first, second])],
    ['R1: T_a is the identity', concat(infinity(G1), bytes.subarray(48))],
    ['the records exchanged', answerBytes(t_a, [second, first])],
    ['a record twice', answerBytes(t_a, [first, first])],
    ['a record less', answerBytes(t_a, [first])],
    ['a record more', answerBytes(t_a, [first, second, second])],
    ['a bit of the 7 bytes', answerBytes(t_a, [flip(0), second])],
    ['a bit of the ciphertext', answerBytes(t_a, [flip(7), second])],
    ['a bit of the tag', answerBytes(t_a, [flip(first.length - 1), second])],
    ['a record cut off', answerBytes(t_a, [first.subarray(0, -1), second])],
    ['R14: the answer to another request, with the same a', answerTo(again.request, a).bytes],
    ['a byte too many', concat(bytes, u8(0))],
  ].map(([what, wrong]) => ({ what, reason: ensureRefused(() => openAnswer(made, wrong), what), bytes: wrong }));
}
