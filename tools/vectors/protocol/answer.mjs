// PROTOCOL.md §6 and §7: what a hospital answers with, a key for each record and the record under it.

import { concat, decoded, encode, list, refuse, variable } from './encoding.mjs';
import { H, Hsk } from './hash.mjs';
import { openStream, sealStream } from './sealing.mjs';

/** sk_j; `context` is H(policy) or htxU, `place` is empty for a keyslot. */
export const answerKey = ({ doctor, hospital, shared, pairing_key, b_point, t_a, context, place, request_hash }) =>
  Hsk('answer', doctor, hospital, shared, pairing_key, b_point, t_a, context, place, request_hash);

export const emrHash = (salt, emr) => H(salt, emr);

/** RecordHead = salt, htxM, bundle proof */
export function recordHead({ salt, htxm, bundle_proof }) {
  return { salt, htxm, bundle_proof, bytes: concat(salt, htxm, variable(bundle_proof)) };
}

const readHead = (reader) =>
  recordHead({ salt: reader.take(32), htxm: reader.take(32), bundle_proof: reader.variable(0, 65536, 'the proof') });

/** ε_j: its first 7 bytes follow from what is sealed, so the same answer has the same bytes. */
export function sealRecord(sk, head, emr) {
  const hemr = emrHash(head.salt, emr);
  const prefix = Hsk('stream', sk, head, hemr).subarray(0, 7);
  return { hemr, prefix, sealed: sealStream(sk, prefix, Buffer.alloc(0), concat(head.bytes, emr)) };
}

export function openRecord(sk, sealed) {
  const opened = openStream(sk, Buffer.alloc(0), sealed);
  let head;
  // What is left after the head is the EMR, whatever its length.
  const emr = decoded(opened, (reader) => {
    head = readHead(reader);
    return reader.take(opened.length - head.bytes.length);
  });
  return { head, emr, hemr: emrHash(head.salt, emr) };
}

/** A body without a head: the keyslot */
export function sealBody(sk, body) {
  const prefix = Hsk('stream', sk, H(body)).subarray(0, 7);
  return { prefix, sealed: sealStream(sk, prefix, Buffer.alloc(0), body) };
}

export const openBody = (sk, sealed) => openStream(sk, Buffer.alloc(0), sealed);

/** Answer = T_a, list of ε_j */
export const answerBytes = (t_a, sealed) => concat(encode(t_a), list(sealed.map(variable)));

/** `count` is how many were asked for. */
export function readAnswer(reader, count) {
  const t_a = reader.g1();
  const sealed = reader.list(0, 256, 'records', () => reader.variable(0, 2 ** 32 - 1, 'a record'));
  return sealed.length === count ? { t_a, sealed } : refuse('not as many records as asked for');
}
