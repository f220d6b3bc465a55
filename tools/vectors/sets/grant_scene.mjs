// Who grants what to whom in the vectors of PROTOCOL.md §6, and how B asks and A answers.

import { byRule, bytesOf, day, factorOf, hospital, licensed, newYear, otherDoctor, otherHospital, parameters, party,
  patient, patientVisit, scalarOf } from '../cast.mjs';
import { answerBytes, answerKey, openRecord, readAnswer, recordHead, sealRecord } from '../protocol/answer.mjs';
import { decoded } from '../protocol/encoding.mjs';
import { place, samePlace } from '../protocol/encryption_factors.mjs';
import * as protocol from '../protocol/grant.mjs';
import { P1, mul } from '../protocol/group.mjs';
import { H } from '../protocol/hash.mjs';
import { prove } from '../protocol/request_proof.mjs';

const { signing } = parameters;
export const [A, B, C] = [hospital, otherDoctor, patient].map((one) => one.request.identity);
const { ephemeral: { c1 }, greeting: { t_1_prime } } = patientVisit;
export const licence = licensed(otherHospital, otherDoctor, 3);
const hour = 60 * 60 * 1000;
export const asked = newYear + 60 * day + 9 * hour + 1801234;

export const records = [place(1, 3), place(1, 7), place(3, 2)];
/** What the first request asks for */
export const two = [records[0], records[2]];

export const policy = protocol.policy({
  id: bytesOf('id of the policy').subarray(0, 16),
  patient: C,
  doctor: B,
  hospital: A,
  records,
  not_before: asked - 2 * hour,
  expires: asked + 30 * day,
  purpose: 'second opinion before surgery',
  uses: 5,
});
export const grantOf = (granted) => protocol.grant(granted, c1, granted.records.map(factorOf));
export const given = grantOf(policy);

const long = { emr_length: 70_000, emr: byRule(70_000) };
const stored = [
  { place: records[0], emr: Buffer.from('Echocardiogram: ejection fraction 55 %, no effusion.') },
  { place: records[1], ...long },
  { place: records[2], emr: Buffer.from('Tetanus booster given.') },
].map((one, i) => ({
  ...one,
  head: recordHead({
    salt: bytesOf(`salt of record ${i}`),
    htxm: bytesOf(`htxM of record ${i}`),
    bundle_proof: byRule([200, 0, 33][i]),
  }),
}));

/** What B draws */
const drawn = (label) => ({
  b: scalarOf(`b, ${label}`),
  fresh32: bytesOf(`fresh32, ${label}`),
});

/** A request by B, of which `changes` may make a wrong one: fields of the request, or with what it is made */
export function ask(label, places, changes = {}) {
  const draws = { ...drawn(label), ...changes.draws };
  const granted = changes.policy ?? policy;
  const alpha_c = changes.alpha_c ?? given.alpha_c;
  const front = { policy: granted, records: places, time: changes.time ?? asked, patient: changes.patient ?? C };
  const alpha_cb = changes.alpha_cb ?? mul(draws.b, alpha_c);
  const stated = protocol.statedInRequest({ ...front, alpha_cb }, changes.hospital ?? A);
  const signer = party(changes.signer ?? otherDoctor);
  const made = prove(signer, 'req', stated, draws, signing);
  const { b_point, proof } = made;
  const request = protocol.grantRequest({ ...front, b_point, alpha_cb, proof, licence: changes.licence ?? licence });
  return { ...draws, ...made, alpha_cb, request };
}

const keyOf = ({ request, shared, t_a, pairing_key, place: one }) =>
  answerKey({ doctor: B, hospital: A, shared, pairing_key, b_point: request.b_point, t_a,
    context: protocol.policyHash(policy), place: one, request_hash: H(request) });

/** A answers with a fresh a. */
export function answerTo(request, a) {
  const [t_a, shared] = [mul(a, P1), mul(a, request.b_point)];
  const parts = request.records.map((one) => {
    const { head, emr, emr_length } = stored.find((other) => samePlace(other.place, one));
    const kappa = protocol.boundFactor(factorOf(one), policy);
    const pairing_key = protocol.hospitalKey(a, kappa, request.b_point, t_1_prime);
    const sk = keyOf({ request, shared, t_a, pairing_key, place: one });
    return { place: one, pairing_key, sk, head, emr, emr_length, ...sealRecord(sk, head, emr) };
  });
  return { a, t_a, shared, parts, bytes: answerBytes(t_a, parts.map(({ sealed }) => sealed)) };
}

/** B opens it with b and the factors of the grant. */
export function openAnswer({ b, request }, bytes) {
  const { t_a, sealed } = decoded(bytes, (reader) => readAnswer(reader, request.records.length));
  return request.records.map((one, i) => {
    const factor = given.f_j[records.findIndex((other) => samePlace(other, one))];
    const pairing_key = protocol.doctorKey(b, t_a, factor);
    return openRecord(keyOf({ request, shared: mul(b, t_a), t_a, pairing_key, place: one }), sealed[i]);
  });
}
