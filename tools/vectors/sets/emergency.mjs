// PROTOCOL.md §7: a doctor opens the keyslot at its own hospital, then reads two records at another.

import { batchSizes, bytesOf, ensure, factorOf, failed, otherDoctor, otherHospital, parameters, party, scalarOf,
  sealingKeyOf } from '../cast.mjs';
import { decoded } from '../protocol/encoding.mjs';
import * as protocol from '../protocol/emergency.mjs';
import { H } from '../protocol/hash.mjs';
import { openSealedTo, sealTo } from '../protocol/sealing_key.mjs';
import { malformedRequests, refusedAnswers, refusedRequests } from './emergency_refused.mjs';
import { C, answerTo, ask, asked, licence, openAnswer, opening, reading } from './emergency_scene.mjs';
import { oneFinger, tauOf } from './vault_scene.mjs';

const { signing } = parameters;

function requestVector(after) {
  const { name, at, entity, scope, transaction } = after;
  const made = ask(after);
  const { b, fresh32, b_nonce, nonce, nonce_point, b_point, b_nonce_point, proof, request } = made;
  const read = decoded(request.bytes, protocol.readEmergencyRequest);
  ensure(read.bytes.equals(request.bytes), `decoding, ${name}`);
  const failures = failed(protocol.hospitalChecks(read, at.identity, transaction, tauOf, asked, signing));
  ensure(failures.length === 0, `${failures} of ${name}`);
  const key = sealingKeyOf(entity);
  const label = `${name} in an emergency`;
  const random = { u: scalarOf(`u, ${label}`), nonce: bytesOf(`sealing nonce, ${label}`).subarray(0, 12) };
  const sealed = sealTo(key.public_key, at.identity, 'emergency', random, request.bytes);
  ensure(openSealedTo(key.secret, at.identity, 'emergency', sealed.bytes).equals(request.bytes), `opening, ${name}`);
  return {
    hospital: at,
    hospital_sealing_key: key,
    scope,
    committed: transaction,
    records: scope.records.map((one, i) => ({
      place: one,
      batch_size: batchSizes.get(one.batch),
      factor: factorOf(one),
      tau: tauOf(one),
      mark: transaction.marks[i],
      mac: request.macs[i],
    })),
    time: asked,
    b, fresh32, b_nonce,
    b_point, nonce, nonce_point, b_nonce_point,
    public_point: proof.public_point, h: proof.h, v: proof.v, v_b: proof.v_b,
    request: request.bytes,
    request_hash: H(request),
    sealing: { u: sealed.u, u_point: sealed.u_point, shared: sealed.shared, key: sealed.key, nonce: sealed.nonce },
    sealed: sealed.bytes,
    answer: answerVector(label, made, at),
  };
}

function answerVector(label, made, at) {
  const { a, t_a, shared, pairing_key, parts, bytes } = answerTo(made.request, at, scalarOf(`a, ${label}`));
  const opened = openAnswer(made, at, bytes);
  const session = { a, t_a, shared, pairing_key };
  if (made.request.kind === protocol.kinds.open) {
    const [{ sk, prefix, sealed }] = parts;
    ensure(opened[0].equals(oneFinger.keyslot.bytes), 'B opens the keyslot');
    return { ...session, keyslot: opened[0], keyslot_hash: H(opened[0]), sk, prefix, sealed, answer: bytes };
  }
  opened.forEach(({ head, emr, hemr }, i) => {
    const same = [[head.bytes, parts[i].head.bytes], [emr, parts[i].emr], [hemr, parts[i].hemr]];
    ensure(same.every(([one, other]) => one.equals(other)), `B opens record ${i}, ${label}`);
  });
  const records = parts.map(({ place: one, sk, head, emr, hemr, prefix, sealed }) => ({ place: one, sk, salt: head.salt,
    htxm: head.htxm, bundle_proof: head.bundle_proof, head: head.bytes, emr, hemr, prefix, sealed }));
  return { ...session, records, answer: bytes };
}

export default function emergency() {
  return {
    about:
      'Emergencies. open: the keyslot of one finger in vault.json, at the hospital of the doctor; read: two ' +
      'records of the patient of first_visit.json, at the hospital of that visit. committed holds what matters ' +
      'of the tx_ur (hospital is that of the doctor, htxu any 32 bytes). In records, factor is s_alpha^j, tau ' +
      "the record's emergency key, mark stands in the tx_ur and mac in the request. Other names are as in " +
      'grant.json; pairing_key is K. checked_at is the clock of the hospital for all requests, ID_B the doctor ' +
      'of the licence; emergency keys are those of the patient, whoever is named. refused_requests are in place ' +
      'of read; failed_checks: proof (h, or a point that it is recomputed from is the identity), scope_hospital ' +
      '(not the one that is asked), htxu, kind, hur, doctor, doctors_hospital (not as committed), marks (not ' +
      'those of these records by this doctor), macs, time, licence_signature, licence_in_force. refused_answers ' +
      'are in place of that of read. malformed ones are refused by their decoder; where several reasons hold, ' +
      'another one is as good.',
    ppub_sig: signing,
    patient: C,
    doctor: party(otherDoctor),
    licence: { issuer: party(otherHospital), ...licence.licence, fresh32: licence.fresh32, signed: licence.bytes },
    checked_at: asked,
    open: requestVector(opening),
    read: requestVector(reading),
    refused_requests: refusedRequests(),
    refused_answers: refusedAnswers(),
    malformed_requests: malformedRequests(),
  };
}
