// PROTOCOL.md §6: sharing with consent. A patient C grants, a doctor B asks, a hospital A checks.

import { concat, encode, list, refuse, text, u32, u64 } from './encoding.mjs';
import { P1, P2, gtBytes, inverse, mul, pairing, pairingsEqual } from './group.mjs';
import { H, H0, H5 } from './hash.mjs';
import { licenceIsSigned, readSignedLicence } from './certificateless.mjs';
import { placeList, readPlaces, samePlace } from './encryption_factors.mjs';
import { isProven, readRequestProof } from './request_proof.mjs';

export function policy({ id, patient, doctor, hospital, records, not_before, expires, purpose, uses }) {
  const who = concat(...[id, patient, doctor, hospital].map(encode));
  const bytes = concat(who, placeList(records), u64(not_before), u64(expires), text(purpose), u32(uses));
  return { id, patient, doctor, hospital, records, not_before, expires, purpose, uses, bytes };
}

export function readPolicy(reader) {
  const id = reader.take(16);
  const [patient, doctor, hospital] = [reader.identity(), reader.identity(), reader.identity()];
  const records = readPlaces(reader, 1);
  const [not_before, expires] = [reader.integer(8), reader.integer(8)];
  if (not_before >= expires) refuse('the policy expires no later than it begins');
  const purpose = reader.variable(1, 64, 'the purpose').toString();
  const uses = reader.integer(4);
  if (uses < 1 || uses > 1000) refuse('the uses are not 1 to 1000');
  return policy({ id, patient, doctor, hospital, records, not_before, expires, purpose, uses });
}

export const policyHash = (granted) => H(granted);
/** Q */
export const policyScalar = (granted) => H0('grant', granted);
/** κ_j (R13: a factor is of use under this policy only) */
export const boundFactor = (factor, granted) => H5(factor, policyHash(granted));

/** Grant = Policy, α_C, list of F_j; `alphas` are the s_α^j of the records, in their order. */
export function grant(granted, c1, alphas) {
  const alpha_c = mul(inverse(c1 + policyScalar(granted)), P2);
  const kappa = alphas.map((factor) => boundFactor(factor, granted));
  const f_j = kappa.map((bound) => mul(c1 * bound, P2));
  return { policy: granted, alpha_c, kappa, f_j, bytes: concat(granted.bytes, encode(alpha_c), list(f_j.map(encode))) };
}

export function readGrant(reader) {
  const granted = readPolicy(reader);
  const alpha_c = reader.g2();
  const f_j = reader.list(1, 256, 'factors', () => reader.g2());
  return f_j.length === granted.records.length ? { policy: granted, alpha_c, f_j } : refuse('not a factor a record');
}

/** What h is taken over, up to α_CB */
export const statedInRequest = ({ policy: granted, records, time, patient, alpha_cb }, hospital) =>
  [hospital, granted.doctor, patient, policyHash(granted), placeList(records), u64(time), alpha_cb];

export function grantRequest({ policy: granted, records, time, patient, b_point, alpha_cb, proof, licence }) {
  const front = concat(granted.bytes, placeList(records), u64(time));
  const bytes = concat(front, ...[patient, b_point, alpha_cb, proof, licence].map(encode));
  return { policy: granted, records, time, patient, b_point, alpha_cb, proof, licence, bytes };
}

export function readGrantRequest(reader) {
  const granted = readPolicy(reader);
  const records = readPlaces(reader, 1);
  const time = reader.integer(8);
  const [patient, b_point, alpha_cb] = [reader.identity(), reader.g1(), reader.g2()];
  const [proof, licence] = [readRequestProof(reader), readSignedLicence(reader)];
  return grantRequest({ policy: granted, records, time, patient, b_point, alpha_cb, proof, licence });
}

/** A: α' = T_1 + Q·P1 */
export const bindingPoint = (t_1, granted) => t_1.add(mul(policyScalar(granted), P1));

/** What A can check with the request, its own identity, C's T_1, a clock and the parameters */
export function hospitalChecks(request, hospital, t_1, now, Ppub_sig) {
  const { policy: granted, records, time, patient, b_point, alpha_cb, proof, licence } = request;
  const { doctor, issued, expires } = licence.licence;
  const stated = statedInRequest(request, hospital);
  return {
    proof: isProven(proof, granted.doctor, 'req', stated, b_point, Ppub_sig),
    binding: pairingsEqual([bindingPoint(t_1, granted), alpha_cb], [b_point, P2]),
    policy_patient: granted.patient.bytes.equals(patient.bytes),
    policy_hospital: granted.hospital.bytes.equals(hospital.bytes),
    policy_records: records.every((one) => granted.records.some((other) => samePlace(one, other))),
    policy_in_force: granted.not_before <= now && now < granted.expires,
    time: Math.abs(now - time) <= 120_000,
    licence_doctor: doctor.bytes.equals(granted.doctor.bytes),
    licence_signature: licenceIsSigned(licence, Ppub_sig),
    licence_in_force: issued <= now && now < expires,
  };
}

/** K_j as A computes it, and as B does */
export const hospitalKey = (a, kappa, b_point, t_1_prime) => gtBytes(pairing(mul(a * kappa, b_point), t_1_prime));
export const doctorKey = (b, t_a, f_j) => gtBytes(pairing(mul(b, t_a), f_j));
