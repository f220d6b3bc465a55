// Who appears in the vectors. Nothing is random: every secret is derived from a label, and stands in the JSON as well.

import { createHash } from 'node:crypto';
import { identity, toInteger } from './protocol/encoding.mjs';
import { modR } from './protocol/group.mjs';
import { issueKeys, registrationRequest, systemParameters } from './protocol/registration.mjs';

/** 32 bytes of a label, in the place of a random device */
export const bytesOf = (label) => createHash('sha256').update(`Caduceus test vectors: ${label}`).digest();
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
export const patient = enrol('patient', bytesOf('patient handle').subarray(0, 10).toString('hex'));

/** What a signer of §3 (Du) holds */
export const signer = ({ secret_value, issued: { identity: user, partial, public_point } }) =>
  ({ identity: user, secret_value, partial, public_point });

export function ensure(condition, what) {
  if (!condition) throw new Error(`own check failed: ${what}`);
}

export const ensureEqual = (actual, expected, what) =>
  ensure(actual === expected, `${what}: expected ${expected}, got ${actual}`);
