// PROTOCOL.md §3 (Du): signatures of all purposes, a licence, and signatures that must be refused.

import { byRule, bytesOf, doctor, ensure, hospital, parameters, patient, signer } from '../cast.mjs';
import { licence, sign, signWithNonce, signatureBytes, verify } from '../protocol/certificateless.mjs';
import { concat } from '../protocol/encoding.mjs';
import { P1, modR } from '../protocol/group.mjs';
import { H7 } from '../protocol/hash.mjs';

const { signing } = parameters;

function signature(who, purpose, message, fresh32) {
  const keys = signer(who);
  const made = sign(keys, purpose, message, fresh32, signing);
  ensure(verify(made, keys.identity, purpose, message, signing), `signature for ${purpose}`);
  return {
    signer: keys.identity,
    secret_value: keys.secret_value,
    partial: keys.partial,
    public_point: keys.public_point,
    public_point_hash: H7(keys.identity, signing, keys.public_point),
    purpose,
    message,
    fresh32,
    nonce: made.nonce,
    nonce_point: made.nonce_point,
    h: made.h,
    v: made.v,
    signature: made.bytes,
  };
}

const signatures = () => [
  signature(hospital, 'licence', Buffer.from('a message, not a licence'), bytesOf('fresh32 1')),
  signature(hospital, 'resp', bytesOf('transcript'), bytesOf('fresh32 2')),
  signature(patient, 'init', bytesOf('transcript'), bytesOf('fresh32 3')),
  signature(doctor, 'init', Buffer.alloc(0), bytesOf('fresh32 4')),
  signature(doctor, 'init', byRule(4096), bytesOf('fresh32 5')),
  // With a broken random device two purposes must still not share a nonce.
  signature(doctor, 'init', bytesOf('one message'), Buffer.alloc(32)),
  signature(doctor, 'resp', bytesOf('one message'), Buffer.alloc(32)),
];

function signedLicence() {
  const day = 24 * 60 * 60 * 1000;
  const issued = 1767225600000;
  const granted = licence(hospital.request.identity, doctor.request.identity, 5, issued, issued + 365 * day);
  const { fresh32, nonce, nonce_point, h, v, signature: bytes } =
    signature(hospital, 'licence', granted.bytes, bytesOf('fresh32 of the licence'));
  return { licence: granted, fresh32, nonce, nonce_point, h, v, signature: bytes, bytes: concat(granted.bytes, bytes) };
}

/** Each differs in one thing from a signature that verifies. */
function refused() {
  const keys = signer(doctor);
  const message = bytesOf('a message');
  const good = sign(keys, 'init', message, bytesOf('fresh32 6'), signing);
  const parts = { ...good, identity: keys.identity, purpose: 'init', message };
  return [
    ['another message', { message: bytesOf('another message') }],
    ['another purpose', { purpose: 'resp' }],
    ['another signer', { identity: hospital.request.identity }],
    ['h off by one', { h: modR(good.h + 1n) }],
    ['v off by one', { v: modR(good.v + 1n) }],
    ['L of another entity', { public_point: hospital.issued.public_point }],
    ['L negated', { public_point: good.public_point.negate() }],
    ['L = P1, h = 0, v = 0', { public_point: P1, h: 0n, v: 0n }],
    ['made with the nonce 0: all else holds, T is the identity', signWithNonce(keys, 'init', message, 0n, signing)],
  ].map(([what, changed]) => {
    const { public_point, h, v, identity, ...signed } = { ...parts, ...changed };
    ensure(!verify({ public_point, h, v }, identity, signed.purpose, signed.message, signing), `refusal of: ${what}`);
    return { what, signer: identity, purpose: signed.purpose, message: signed.message,
      signature: signatureBytes(public_point, h, v) };
  });
}

export default function certificateless() {
  return {
    about:
      'Certificateless signatures under system_parameters.signing (ppub_sig) of registration.json, whose entities ' +
      'sign. secret_value is x, partial d, public_point L, public_point_hash f, nonce t, nonce_point T. purpose is ' +
      'ASCII text.',
    ppub_sig: signing,
    signatures: signatures(),
    signed_licence: signedLicence(),
    refused: refused(),
  };
}
