// PROTOCOL.md §7: what a hospital must not answer in an emergency, what nobody must decode, what a doctor cannot open.

import { bytesOf, day, doctor, ensure, ensureRefused, failed, hospital, licensed, newYear, otherDoctor,
  otherHospital, otherPatient, parameters, party, refusedBy, scalarOf } from '../cast.mjs';
import { answerBytes } from '../protocol/answer.mjs';
import { concat, encode, list, u64, u8 } from '../protocol/encoding.mjs';
import { place, placeList } from '../protocol/encryption_factors.mjs';
import * as protocol from '../protocol/emergency.mjs';
import { G1, P1, compressed, modR, r } from '../protocol/group.mjs';
import { requestProof } from '../protocol/request_proof.mjs';
import { C, answerTo, ask, asked, licence, openAnswer, opening, reading, records } from './emergency_scene.mjs';
import { tauOf } from './vault_scene.mjs';

const { signing } = parameters;
const A = reading.at.identity;
const changedScope = (changed) => ({ scope: protocol.scope({ ...reading.scope, ...changed }) });
const more = [records[0], place(1, 5), records[1]];

/** The reading with fields exchanged on the way */
function changedOnTheWay() {
  const { request } = ask(reading);
  const { proof, b_point, macs } = request;
  const inProof = (changed) => ({ proof: requestProof({ ...proof, ...changed }) });
  const stranger = licensed(hospital, doctor, 5);
  return [
    ['T_b plus P1', { b_point: b_point.add(P1) }],
    ['T_b negated', { b_point: b_point.negate() }],
    ['L_B plus P1', inProof({ public_point: proof.public_point.add(P1) })],
    ['h off by one', inProof({ h: modR(proof.h + 1n) })],
    ['v off by one', inProof({ v: modR(proof.v + 1n) })],
    ['v_b off by one', inProof({ v_b: modR(proof.v_b + 1n) })],
    ['v and v_b exchanged', inProof({ v: proof.v_b, v_b: proof.v })],
    ['the time a millisecond later', { time: asked + 1 }],
    ['another htxU', { htxu: opening.transaction.htxu }],
    ['another patient', changedScope({ patient: otherPatient })],
    ['another nonce', changedScope({ nonce32: bytesOf('another nonce') })],
    ['another record', changedScope({ records: [records[0], place(3, 1)] })],
    ['another hospital', changedScope({ hospital: opening.at.identity })],
    ['a record less', { ...changedScope({ records: [records[0]] }), macs: [macs[0]] }],
    ['a bit of a MAC', { macs: [macs[0], concat(macs[1].subarray(0, 31), u8(macs[1][31] ^ 1))] }],
    ['the MACs exchanged', { macs: [macs[1], macs[0]] }],
    ['an opening in place of the reading', { kind: protocol.kinds.open, ...changedScope({ records: [] }), macs: [] }],
    ['the licence of another doctor', { licence: stranger }],
    ['v of the licence off by one', { licence: badLicence() }],
  ].map(([what, changed]) => [what, protocol.emergencyRequest({ ...request, ...changed })]);
}

function badLicence() {
  const { public_point, h, v } = licence.signature;
  const signature = { public_point, h, v: modR(v + 1n) };
  const bytes = concat(licence.licence.bytes, ...Object.values(signature).map(encode));
  return { licence: licence.licence, signature, bytes };
}

/** Requests that are signed well by who makes them, and should not have been made */
const madeWrong = () => [
  ['R15: without the emergency keys', { macOf: () => bytesOf('a guess') }],
  ['R15: marks in place of MACs', { macOf: (tau) => protocol.mark(tau, reading.transaction.doctor, asked) }],
  ['R15: MACs made for another hospital',
    { macOf: (tau) => protocol.tauMac(tau, reading.transaction.htxu, ask(reading).b_point, opening.at.identity) }],
  ['R15: MACs made for another T_b',
    { macOf: (tau) => protocol.tauMac(tau, reading.transaction.htxu, ask(opening).b_point, A) }],
  ['R15: a record more than was committed', changedScope({ records: more })],
  ['a record less than was committed', changedScope({ records: [records[0]] })],
  ['R15: another patient than was committed', changedScope({ patient: otherPatient })],
  ['R15: what was committed for another hospital', changedScope({ hospital: opening.at.identity })],
  ['another nonce than was committed', changedScope({ nonce32: bytesOf('another nonce') })],
  ['R15: with the htxU of the opening', { htxu: opening.transaction.htxu }],
  ['an opening, where a reading was committed', { kind: protocol.kinds.open, ...changedScope({ records: [] }) }],
  ['made 120,001 ms ago', { time: asked - 120_001 }],
  ['made 120,001 ms from now', { time: asked + 120_001 }],
  ['by another doctor', { signer: doctor }],
  ['with the licence of another hospital', { licence: licensed(hospital, otherDoctor, 3) }],
  ['with a licence that has expired', { licence: licensed(otherHospital, otherDoctor, 3, newYear, newYear + day) }],
  ['R1: with the nonce t = 0', { draws: { nonce: 0n } }],
  ['R1: with the nonce t_b = 0', { draws: { b_nonce: 0n } }],
].map(([what, changes]) => [what, ask(reading, changes).request]);

export const refusedRequests = () =>
  [...changedOnTheWay(), ...madeWrong()].map(([what, request]) => {
    const checks = protocol.hospitalChecks(request, A, reading.transaction, tauOf, asked, signing);
    const failed_checks = failed(checks);
    ensure(failed_checks.length > 0, `refusal of: ${what}`);
    return { what, failed_checks, request: request.bytes };
  });

export function malformedRequests() {
  const { request } = ask(reading);
  const { kind, scope, htxu, time, b_point, macs, proof } = request;
  const infinity = compressed(G1.ZERO);
  const tooLarge = Buffer.from(r.toString(16), 'hex');
  const parts = { kind: u8(kind), patient: C, at: A, places: placeList(scope.records), nonce32: scope.nonce32, htxu,
    time: u64(time), b_point, macs: list(macs), public_point: proof.public_point, h: proof.h, v: proof.v,
    v_b: proof.v_b, licence };
  const requestWith = (changed) => concat(...Object.values({ ...parts, ...changed }).map(encode));
  ensure(requestWith({}).equals(request.bytes), 'the parts make the request');
  const many = Array.from({ length: 257 }, (_, i) => place(9, i + 1));
  const none = { places: placeList([]), macs: list([]) };
  return [
    ['kind 0', requestWith({ kind: u8(0) })],
    ['kind 3', requestWith({ kind: u8(3) })],
    ['a reading of no record', requestWith(none)],
    ['an opening with records', requestWith({ kind: u8(1) })],
    ['records descend', requestWith({ places: placeList([...records].reverse()) })],
    ['a record twice', requestWith({ places: placeList([records[0], records[0]]) })],
    ['257 records', requestWith({ places: placeList(many), macs: list(many.map(() => macs[0])) })],
    ['a MAC less than records', requestWith({ macs: list([macs[0]]) })],
    ['a MAC more than records', requestWith({ macs: list([...macs, macs[0]]) })],
    ['R1: T_b is the identity', requestWith({ b_point: infinity })],
    ['R1: L_B is the identity', requestWith({ public_point: infinity })],
    ['h is r', requestWith({ h: tooLarge })],
    ['v is r', requestWith({ v: tooLarge })],
    ['v_b is r', requestWith({ v_b: tooLarge })],
    ['a byte too many', concat(request.bytes, u8(0))],
    ['the last byte missing', request.bytes.subarray(0, -1)],
  ].map(refusedBy(protocol.readEmergencyRequest));
}

/** Answers in place of that to the reading */
export function refusedAnswers() {
  const made = ask(reading);
  const { t_a, a, parts } = answerTo(made.request, reading.at, scalarOf('a, read in an emergency'));
  const [first, second] = parts.map(({ sealed }) => sealed);
  const later = ask(reading, { time: asked + 1 });
  return [
    ['T_a plus P1', answerBytes(t_a.add(P1), [first, second])],
    ['the records exchanged', answerBytes(t_a, [second, first])],
    ['a record less', answerBytes(t_a, [first])],
    ['a bit of the ciphertext',
      answerBytes(t_a, [first, concat(second.subarray(0, 7), u8(second[7] ^ 1), second.subarray(8))])],
    ['the answer to a request a millisecond later', answerTo(later.request, reading.at, a).bytes],
    ['by another hospital', answerTo(made.request, party(otherHospital), a).bytes],
  ].map(([what, bytes]) => ({ what, reason: ensureRefused(() => openAnswer(made, reading.at, bytes), what), bytes }));
}
