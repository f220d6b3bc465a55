// PROTOCOL.md §7: a doctor B opens the keyslot of an unconscious patient C, then reads records at a hospital A.

import { concat, encode, list, refuse, u64, u8 } from './encoding.mjs';
import { gtBytes, pairing } from './group.mjs';
import { H, H1_KA, H1_KA_G2, MAC } from './hash.mjs';
import { licenceIsSigned, readSignedLicence } from './certificateless.mjs';
import { placeList, readPlaces } from './encryption_factors.mjs';
import { isProven, readRequestProof } from './request_proof.mjs';

export const kinds = { open: 1, read: 2 };

/** EmergencyScope η = ID_C, ID_A, records, nonce */
export function scope({ patient, hospital, records, nonce32 }) {
  const bytes = concat(patient.bytes, hospital.bytes, placeList(records), nonce32);
  return { patient, hospital, records, nonce32, bytes };
}

function readScope(reader) {
  const [patient, hospital] = [reader.identity(), reader.identity()];
  return scope({ patient, hospital, records: readPlaces(reader, 0), nonce32: reader.take(32) });
}

/** hUR: an opening does not say where. */
export const requestedHash = (kind, asked) => (kind === kinds.open ? H(asked.patient, asked.nonce32) : H(asked));

/** What C finds in SUP */
export const mark = (tau, doctor, ts3) => MAC(tau, doctor, u64(ts3));
/** What shows A that B has τ_j, for this request only */
export const tauMac = (tau, htxu, b_point, hospital) => MAC(tau, htxu, b_point, hospital);

/** What h is taken over, up to the MACs */
export const statedInEmergency = ({ kind, scope: asked, htxu, time, macs }, doctor) =>
  [u8(kind), asked, doctor, htxu, u64(time), list(macs)];

export function emergencyRequest({ kind, scope: asked, htxu, time, b_point, macs, proof, licence }) {
  const bytes = concat(u8(kind), asked.bytes, htxu, u64(time), encode(b_point), list(macs), proof.bytes, licence.bytes);
  return { kind, scope: asked, htxu, time, b_point, macs, proof, licence, bytes };
}

export function readEmergencyRequest(reader) {
  const kind = reader.integer(1);
  if (!Object.values(kinds).includes(kind)) refuse('the kind is not 1 or 2');
  const asked = readScope(reader);
  const { length } = asked.records;
  if ((kind === kinds.open) !== (length === 0)) refuse('an opening names no record, a reading at least one');
  const [htxu, time, b_point] = [reader.take(32), reader.integer(8), reader.g1()];
  const macs = reader.list(0, 256, 'MACs', () => reader.take(32));
  if (macs.length !== length) refuse('not a MAC a record');
  const [proof, licence] = [readRequestProof(reader), readSignedLicence(reader)];
  return emergencyRequest({ kind, scope: asked, htxu, time, b_point, macs, proof, licence });
}

/**
 * What A can check with the request, the tx_ur that is committed under htxU, the emergency keys of C's records, a clock
 * and the parameters. B is whom the licence names.
 */
export function hospitalChecks(request, hospital, committed, tauOf, now, Ppub_sig) {
  const { kind, scope: asked, htxu, time, b_point, macs, proof, licence } = request;
  const { doctor, hospital: issuer, issued, expires } = licence.licence;
  const taus = asked.records.map(tauOf);
  const areAll = (given, expected) =>
    given.length === expected.length && given.every((one, i) => one.equals(expected[i]));
  return {
    proof: isProven(proof, doctor, 'emergency', statedInEmergency(request, doctor), b_point, Ppub_sig),
    scope_hospital: asked.hospital.bytes.equals(hospital.bytes),
    htxu: htxu.equals(committed.htxu),
    kind: kind === committed.kind,
    hur: requestedHash(kind, asked).equals(committed.hur),
    doctor: doctor.bytes.equals(committed.doctor.bytes),
    doctors_hospital: issuer.bytes.equals(committed.hospital.bytes),
    marks: areAll(committed.marks, taus.map((tau) => mark(tau, doctor, committed.ts3))),
    macs: areAll(macs, taus.map((tau) => tauMac(tau, htxu, b_point, hospital))),
    time: Math.abs(now - time) <= 120_000,
    licence_signature: licenceIsSigned(licence, Ppub_sig),
    licence_in_force: issued <= now && now < expires,
  };
}

/** K as A computes it, and as B does */
export const hospitalKey = (doctor, agreement_g2) => gtBytes(pairing(H1_KA(doctor), agreement_g2));
export const doctorKey = (agreement_g1, hospital) => gtBytes(pairing(agreement_g1, H1_KA_G2(hospital)));
