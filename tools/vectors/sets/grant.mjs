// PROTOCOL.md §6: the patient of the first visit grants three records to a doctor of another hospital, who asks twice.

import { batchSizes, bytesOf, ensure, ensureEqual, factorOf, failed, hospital, otherDoctor, otherHospital, parameters,
  party, patientVisit, scalarOf, sealingKeyOf } from '../cast.mjs';
import { decoded } from '../protocol/encoding.mjs';
import { place } from '../protocol/encryption_factors.mjs';
import * as protocol from '../protocol/grant.mjs';
import { H, sha256 } from '../protocol/hash.mjs';
import { openSealedTo, sealTo } from '../protocol/sealing_key.mjs';
import { malformedGrants, malformedPolicies, malformedRequests, refusedAnswers, refusedRequests, refusedSealed }
  from './grant_refused.mjs';
import { A, C, answerTo, ask, asked, given, licence, openAnswer, policy, records, two } from './grant_scene.mjs';

const { signing } = parameters;
const sealing = sealingKeyOf(hospital);
const { ephemeral: { c1 }, greeting: { t_1, t_1_prime }, answered: { agreed } } = patientVisit;

function askVector(what, label, places) {
  const made = ask(label, places);
  const { b, fresh32, b_nonce, nonce, nonce_point, b_point, b_nonce_point, alpha_cb, proof, request } = made;
  const read = decoded(request.bytes, protocol.readGrantRequest);
  ensure(read.bytes.equals(request.bytes), `decoding, ${what}`);
  const failures = failed(protocol.hospitalChecks(read, A, t_1, asked, signing));
  ensure(failures.length === 0, `${failures} of ${what}`);
  const random = { u: scalarOf(`u, ${label}`), nonce: bytesOf(`sealing nonce, ${label}`).subarray(0, 12) };
  const sealed = sealTo(sealing.public_key, A, 'req', random, request.bytes);
  ensure(openSealedTo(sealing.secret, A, 'req', sealed.bytes).equals(request.bytes), `opening, ${what}`);
  return {
    what,
    records: places,
    time: asked,
    b, fresh32, b_nonce,
    b_point, alpha_cb, nonce, nonce_point, b_nonce_point,
    public_point: proof.public_point, h: proof.h, v: proof.v, v_b: proof.v_b,
    request: request.bytes,
    request_hash: H(request),
    sealing: { u: sealed.u, u_point: sealed.u_point, shared: sealed.shared, key: sealed.key, nonce: sealed.nonce },
    sealed: sealed.bytes,
    answer: answerVector(label, made),
  };
}

function answerVector(label, made) {
  const { a, t_a, shared, parts, bytes } = answerTo(made.request, scalarOf(`a, ${label}`));
  openAnswer(made, bytes).forEach(({ head, emr, hemr }, i) => {
    const same = [[head.bytes, parts[i].head.bytes], [emr, parts[i].emr], [hemr, parts[i].hemr]];
    ensure(same.every(([one, other]) => one.equals(other)), `B opens record ${i}, ${label}`);
  });
  return {
    a, t_a, shared,
    records: parts.map(({ place: one, pairing_key, sk, head, emr, emr_length, hemr, prefix, sealed }) => ({
      place: one,
      pairing_key, sk,
      salt: head.salt, htxm: head.htxm, bundle_proof: head.bundle_proof, head: head.bytes,
      ...(emr_length ? { emr_length, emr_sha256: sha256(emr) } : { emr }),
      hemr, prefix,
      ...(emr_length
        ? { sealed_length: sealed.length, sealed_sha256: sha256(sealed), last_tag: sealed.subarray(-16) }
        : { sealed }),
    })),
    ...(bytes.length < 4096 ? { answer: bytes } : { answer_length: bytes.length, answer_sha256: sha256(bytes) }),
  };
}

const manyPlaces = Array.from({ length: 256 }, (_, i) => place(9, i + 1));
const policies = () => [
  ['the largest', { records: manyPlaces, purpose: 'x'.repeat(64), uses: 1000 }],
  ['the smallest', { records: [place(0, 65536)], not_before: 0, expires: 1, purpose: 'x', uses: 1 }],
].map(([what, changed]) => {
  const { bytes } = protocol.policy({ ...policy, ...changed });
  ensure(decoded(bytes, protocol.readPolicy).bytes.equals(bytes), `decoding of ${what}`);
  return { what, policy: bytes, policy_hash: H(bytes) };
});

export default function grant() {
  ensureEqual(decoded(given.bytes, protocol.readGrant).f_j.length, records.length, 'decoding of the grant');
  const good = ask('two records', two);
  return {
    about:
      'Sharing with consent, after the first visit of first_visit.json, whose hospital is asked. ' +
      'hospital_sealing_key holds epsilon and E. In grant, q is Q, alpha_prime T_1 + Q·P1, and each record has its ' +
      'factor s_alpha^j, kappa and f_j. In a request, b_nonce is t_b, b_point T_b, nonce t, nonce_point t·P1, ' +
      'b_nonce_point t_b·P1; shared is u·E in sealing and a·T_b in answer; pairing_key is K_j, 576 bytes. Byte i of ' +
      'the EMR of which only emr_length is given is (7 i + 3) mod 256. checked_at is the clock of the hospital for ' +
      'all requests; h is computed for the doctor that the policy names. failed_checks: proof (h, or a point that it ' +
      'is recomputed from is the identity), binding (the pairings), policy_patient, policy_hospital, policy_records ' +
      '(one that is not in it), policy_in_force, time, licence_doctor (not that of the policy), licence_signature, ' +
      'licence_in_force. malformed ones are refused by their decoder, refused_sealed and refused_answers (to the ' +
      'first request) by who opens them; where several reasons hold, another one is as good.',
    ppub_sig: signing,
    hospital: A,
    hospital_sealing_key: sealing,
    patient: { identity: C, c1, t_1, t_1_prime, s_alpha: agreed.s_alpha, s_beta: agreed.s_beta },
    doctor: party(otherDoctor),
    licence: { issuer: party(otherHospital), ...licence.licence, fresh32: licence.fresh32, signed: licence.bytes },
    grant: {
      policy,
      policy_hash: protocol.policyHash(policy),
      q: protocol.policyScalar(policy),
      alpha_prime: protocol.bindingPoint(t_1, policy),
      alpha_c: given.alpha_c,
      records: records.map((one, i) => ({
        place: one,
        batch_size: batchSizes.get(one.batch),
        factor: factorOf(one),
        kappa: given.kappa[i],
        f_j: given.f_j[i],
      })),
      grant: given.bytes,
    },
    checked_at: asked,
    requests: [
      askVector('two of the three records', 'two records', two),
      askVector('all records, one of them long', 'all records', records),
    ],
    policies: policies(),
    refused_requests: refusedRequests(good),
    refused_sealed: refusedSealed(good),
    refused_answers: refusedAnswers(good),
    malformed_policies: malformedPolicies(),
    malformed_grants: malformedGrants(),
    malformed_requests: malformedRequests(good),
  };
}
