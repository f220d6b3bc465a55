// Who appears in the vectors. Nothing is random: every secret is derived from a label, and stands in the JSON as well.

import { createHash } from 'node:crypto';
import { licence, signLicence } from './protocol/certificateless.mjs';
import { decoded, identity, refusalOf, toInteger } from './protocol/encoding.mjs';
import { factors } from './protocol/encryption_factors.mjs';
import { P1, modR, mul } from './protocol/group.mjs';
import { ack, confirm, confirmChecks, hello, helloIsSound, initiatorChecks, reply }
  from './protocol/key_agreement.mjs';
import { issueKeys, registrationRequest, systemParameters } from './protocol/registration.mjs';

/** 32 bytes of a label, in the place of a random device */
export const bytesOf = (label) => createHash('sha256').update(`Caduceus test vectors: ${label}`).digest();
/** Long contents that need not stand in the JSON: byte i is (7 i + 3) mod 256. */
export const byRule = (length) => Buffer.from(Array.from({ length }, (_, i) => (i * 7 + 3) % 256));
export const scalarOf = (label) => modR(toInteger(bytesOf(label)));

export const masterSecrets = {
  signing: scalarOf('s_sig'),
  agreement: scalarOf('s_ka'),
  aggregate: scalarOf('s_agg'),
};
export const parameters = systemParameters(masterSecrets);

/** An entity with all that registration gives it, and what passed between it and the PKG */
export function enrol(role, name, key_version = 1) {
  const user = identity(role, name, key_version);
  const label = `${role} ${name} ${key_version}`;
  const secret_value = scalarOf(`x of ${label}`);
  const pkg_secret = scalarOf(`y of ${label}`);
  const fresh32 = bytesOf(`fresh32 of ${label}`);
  const request = registrationRequest(user, secret_value, fresh32, parameters.signing);
  const issued = issueKeys(request, pkg_secret, masterSecrets, parameters.signing);
  return { secret_value, pkg_secret, fresh32, request, issued };
}

export const hospital = enrol('hospital', 'st-luke.example');
export const doctor = enrol('doctor', 'dn-4711.st-luke.example', 3);
/** A patient is a random 80-bit handle (§1). */
const handle = (label) => bytesOf(label).subarray(0, 10).toString('hex');
export const patient = enrol('patient', handle('patient handle'));
export const otherPatient = identity('patient', handle('handle of another patient'));

/** What a signer of §3 (Du) holds */
export const signer = ({ secret_value, issued: { identity: user, partial, public_point } }) =>
  ({ identity: user, secret_value, partial, public_point });

/** The same with what the first visit (§4) takes */
export const party = (entity) => {
  const { agreement_g1, agreement_g2 } = entity.issued;
  return { ...signer(entity), agreement_g1, agreement_g2 };
};

/** A hospital that the patient has been to as well, and a doctor of it */
export const otherHospital = enrol('hospital', 'charite.example');
export const otherDoctor = enrol('doctor', 'dn-0815.charite.example');

export const day = 24 * 60 * 60 * 1000;
/** 1 January 2026, when the year's licences begin */
export const newYear = 1767225600000;

export function licensed(issuer, holder, device, issued = newYear, expires = newYear + 365 * day) {
  const granted = licence(issuer.request.identity, holder.request.identity, device, issued, expires);
  const label = `fresh32 of the licence ${granted.bytes.toString('hex')}`;
  return signLicence(signer(issuer), granted, bytesOf(label), parameters.signing);
}

export function ensure(condition, what) {
  if (!condition) throw new Error(`own check failed: ${what}`);
}

export const ensureEqual = (actual, expected, what) =>
  ensure(actual === expected, `${what}: expected ${expected}, got ${actual}`);

export function ensureRefused(decode, what) {
  const reason = refusalOf(decode);
  ensure(reason !== null, `refusal of: ${what}`);
  return reason;
}

export const failed = (checks) => Object.entries(checks).filter(([, holds]) => !holds).map(([name]) => name);

/** A first visit (§4), each message checked by the party that it goes to */
export function firstVisit(what, initiator, responder) {
  const [i, r] = [party(initiator), party(responder)];
  const scalar = (name) => scalarOf(`${name} of the first visit, ${what}`);
  const fresh32s = ['initiator', 'responder'].map((who) => bytesOf(`fresh32 of the ${who}, ${what}`));
  const ephemeral = { c1: scalar('c1'), c2: scalar('c2'), a1: scalar('a1'), a2: scalar('a2') };
  const greeting = hello(i, r.identity, ephemeral);
  ensure(helloIsSound(greeting), `T_1 and T_1', ${what}`);
  const answered = reply(r, greeting, ephemeral, fresh32s[1], parameters.signing);
  const view = initiatorChecks(i, greeting, ephemeral, answered, parameters.signing);
  ensureEqual(failed(view.checks).join(), '', `checks of the initiator, ${what}`);
  for (const name of ['dh_1', 'dh_2', 's_alpha', 's_beta', 'pairing_key'])
    ensure(view.agreed[name].equals(answered.agreed[name]), `${name} of both sides, ${what}`);
  for (const [name, key] of Object.entries(view.keys))
    ensure(key.equals(answered.keys[name]), `${name} of both sides, ${what}`);
  const confirmed = confirm(i, view, fresh32s[0], parameters.signing);
  const checks = confirmChecks(greeting, answered, confirmed, parameters.signing);
  ensureEqual(failed(checks).join(), '', `checks of the responder, ${what}`);
  ensure(ack(answered).equals(ack(view)), `Ack of both sides, ${what}`);
  return { what, initiator: i, responder: r, ephemeral, fresh32s, greeting, answered, view, confirmed };
}

/** What grants and emergencies build on: c1, T_1, T_1' and the initial factors */
export const patientVisit = firstVisit('patient with hospital', patient, hospital);
/** How many records the patient's batches at the hospital have */
export const batchSizes = new Map([[1, 7], [2, 1], [3, 2]]);
export function factorOf({ batch, index }) {
  const { s_alpha, s_beta } = patientVisit.answered.agreed;
  return factors(s_alpha, s_beta, batch, batchSizes.get(batch)).alpha[index];
}

/** ε and E of a hospital */
export function sealingKeyOf(entity) {
  const secret = scalarOf(`sealing key of ${entity.request.identity.name}`);
  return { secret, public_key: mul(secret, P1) };
}

export const refusedBy = (readOne) => ([what, bytes]) =>
  ({ what, reason: ensureRefused(() => decoded(bytes, readOne), what), bytes });
