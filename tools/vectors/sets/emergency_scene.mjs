// Who opens and who reads in the vectors of PROTOCOL.md §7. The doctor and its hospital are not those of the records:
// the keyslot lies at the doctor's own hospital, the records at the one of the first visit.

import { bytesOf, day, hospital, licensed, newYear, otherDoctor, otherHospital, parameters, party, patient, scalarOf }
  from '../cast.mjs';
import { answerBytes, answerKey, openBody, openRecord, readAnswer, recordHead, sealBody, sealRecord }
  from '../protocol/answer.mjs';
import { decoded } from '../protocol/encoding.mjs';
import { place, samePlace } from '../protocol/encryption_factors.mjs';
import * as protocol from '../protocol/emergency.mjs';
import { P1, mul } from '../protocol/group.mjs';
import { H } from '../protocol/hash.mjs';
import { prove } from '../protocol/request_proof.mjs';
import { htxmOf, oneFinger, tauOf } from './vault_scene.mjs';

const { signing } = parameters;
export const [B, C] = [otherDoctor, patient].map((one) => one.request.identity);
export const licence = licensed(otherHospital, otherDoctor, 3);
export const asked = newYear + 75 * day + 80_000_123;
export const records = [place(1, 4), place(2, 1)];

/** The tx_ur as SUP has it, as far as it matters here; htxU is the hash of a transaction that is not made here. */
function committed(name, at, places, seconds) {
  const kind = protocol.kinds[name];
  const identities = { patient: C, hospital: at.request.identity };
  const scope = protocol.scope({ ...identities, records: places, nonce32: bytesOf(`nonce of the ${name}`) });
  const ts3 = asked - 1000 * seconds;
  const transaction = {
    kind,
    doctor: B,
    hospital: otherHospital.request.identity,
    hur: protocol.requestedHash(kind, scope),
    marks: places.map((one) => protocol.mark(tauOf(one), B, ts3)),
    ts3,
    htxu: bytesOf(`htxU of the ${name}`),
  };
  return { name, entity: at, at: party(at), scope, transaction };
}

export const opening = committed('open', otherHospital, [], 240);
export const reading = committed('read', hospital, records, 15);

/** A request after `what` was committed; `changes` are as in grant_scene.mjs. */
export function ask({ name, at, scope, transaction }, changes = {}) {
  const label = `${name} in an emergency`;
  const draws = { b: scalarOf(`b, ${label}`), fresh32: bytesOf(`fresh32, ${label}`), ...changes.draws };
  const front = { kind: changes.kind ?? transaction.kind, scope: changes.scope ?? scope,
    htxu: changes.htxu ?? transaction.htxu, time: changes.time ?? asked };
  const b_point = mul(draws.b, P1);
  const macOf = changes.macOf ?? ((tau) => protocol.tauMac(tau, front.htxu, b_point, at.identity));
  const macs = front.scope.records.map((one) => macOf(tauOf(one)));
  const stated = protocol.statedInEmergency({ ...front, macs }, B);
  const signer = party(changes.signer ?? otherDoctor);
  const made = prove(signer, 'emergency', stated, draws, signing);
  const { proof } = made;
  const request = protocol.emergencyRequest({ ...front, b_point, macs, proof, licence: changes.licence ?? licence });
  return { ...draws, ...made, request };
}

const stored = records.map((one, i) => ({
  place: one,
  emr: Buffer.from(['Penicillin: anaphylaxis in 2019.', 'Warfarin 5 mg daily, INR 2.4.'][i]),
  head: recordHead({
    salt: bytesOf(`salt of record ${i}, emergency`),
    htxm: htxmOf(one),
    bundle_proof: bytesOf(`bundle proof of record ${i}, emergency`),
  }),
}));

const keyOf = (request, hospitalIdentity, { shared, pairing_key, t_a }, one) =>
  answerKey({ doctor: B, hospital: hospitalIdentity, shared, pairing_key, b_point: request.b_point, t_a,
    context: request.htxu, place: one, request_hash: H(request) });

/** A answers with a fresh a: the records of a reading, the keyslot of an opening. */
export function answerTo(request, at, a) {
  const session = { t_a: mul(a, P1), shared: mul(a, request.b_point),
    pairing_key: protocol.hospitalKey(B, at.agreement_g2) };
  const parts = request.scope.records.map((one) => {
    const { head, emr } = stored.find((other) => samePlace(other.place, one));
    const sk = keyOf(request, at.identity, session, one);
    return { place: one, sk, head, emr, ...sealRecord(sk, head, emr) };
  });
  if (request.kind === protocol.kinds.open) {
    const sk = keyOf(request, at.identity, session, '');
    parts.push({ sk, ...sealBody(sk, oneFinger.keyslot.bytes) });
  }
  return { a, ...session, parts, bytes: answerBytes(session.t_a, parts.map(({ sealed }) => sealed)) };
}

/** B opens it with b and its own agreement key. */
export function openAnswer({ b, request }, at, bytes) {
  const isOpening = request.kind === protocol.kinds.open;
  const places = isOpening ? [''] : request.scope.records;
  const { t_a, sealed } = decoded(bytes, (reader) => readAnswer(reader, places.length));
  const pairing_key = protocol.doctorKey(party(otherDoctor).agreement_g1, at.identity);
  const session = { t_a, shared: mul(b, t_a), pairing_key };
  return places.map((one, i) => {
    const sk = keyOf(request, at.identity, session, one);
    return isOpening ? openBody(sk, sealed[i]) : openRecord(sk, sealed[i]);
  });
}
