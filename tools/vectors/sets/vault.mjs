// PROTOCOL.md §3 and §5: a sealing key, keyslots and index entries, and what nobody must take for one.

import { bytesOf, ensure, ensureEqual, ensureRefused, hospital, otherHospital, parameters, patient, refusedBy,
  scalarOf, signer } from '../cast.mjs';
import { concat, decoded, encode, list, text, u32, u8, variable } from '../protocol/encoding.mjs';
import { place } from '../protocol/encryption_factors.mjs';
import { P1, compressed, modR } from '../protocol/group.mjs';
import { H } from '../protocol/hash.mjs';
import { isPossessed, sealingKey, sealingKeyWithNonce } from '../protocol/sealing_key.mjs';
import { keyslotIsSigned, keyslotOf, openEntry, openKeyslot, pad, readKeyslot, sealEntry, sealVaultKey,
  signKeyslot } from '../protocol/vault.mjs';
import { enrolled, entryOf, helperOf, index_key, oneFinger, vault_key } from './vault_scene.mjs';

const { signing } = parameters;
const [A, C] = [hospital.request.identity, patient.request.identity];

function sealingKeys() {
  const secret = scalarOf(`sealing key of ${A.name}`);
  const made = sealingKey(A, secret, bytesOf('fresh32 of the sealing key'));
  ensure(isPossessed(A, made), 'possession of the sealing key');
  const { fresh32, proof_nonce, proof_nonce_point, public_key, challenge, response } = made;
  const refused = [
    ['E plus P1', { public_key: public_key.add(P1) }],
    ['E negated', { public_key: public_key.negate() }],
    ['c off by one', { challenge: modR(challenge + 1n) }],
    ['z off by one', { response: modR(response + 1n) }],
    ['c and z exchanged', { challenge: response, response: challenge }],
    ['for another identity', { identity: otherHospital.request.identity }],
    ['R1: with the nonce 0, R is the identity', sealingKeyWithNonce(A, secret, 0n)],
  ].map(([what, changed]) => {
    const wrong = { identity: A, public_key, challenge, response, ...changed };
    ensure(!isPossessed(wrong.identity, wrong), `refusal of: ${what}`);
    return { what, identity: wrong.identity, public_key: wrong.public_key, challenge: wrong.challenge,
      response: wrong.response };
  });
  return { identity: A, secret, fresh32, proof_nonce, proof_nonce_point, public_key, challenge, response, refused };
}

function slotVector({ what, recovered, slot, slot_id, key, nonce, fresh32, keyslot }) {
  const read = decoded(keyslot.bytes, readKeyslot);
  ensure(read.bytes.equals(keyslot.bytes), `decoding of ${what}`);
  ensure(keyslotIsSigned(read, C, signing), `signature of ${what}`);
  ensure(openKeyslot(read, recovered).equals(vault_key), `opening of ${what}`);
  const { h, v, nonce: signature_nonce, nonce_point, bytes } = keyslot.signature;
  return {
    what,
    version: slot.version,
    kdf: slot.kdf,
    oprf_key_id: slot.oprf_key_id,
    helper_id: slot.helper_id,
    helpers: slot.helpers,
    recovered,
    slot_id,
    key,
    nonce,
    sealed: keyslot.sealed,
    fresh32,
    signature: { nonce: signature_nonce, nonce_point, h, v, bytes },
    keyslot: keyslot.bytes,
    keyslot_hash: H(keyslot),
  };
}

/** Slots in place of that of one finger, which read well */
function refusedSlots() {
  const { keyslot, slot, recovered, nonce, fresh32 } = oneFinger;
  const { signature, sealed } = keyslot;
  const flip = (bytes, at) => concat(bytes.subarray(0, at), u8(bytes[at] ^ 1), bytes.subarray(at + 1));
  const signed = (changed) => {
    const { public_point, h, v } = { ...signature, ...changed };
    return keyslotOf(keyslot, { public_point, h, v, bytes: concat(...[public_point, h, v].map(encode)) });
  };
  const changedSlot = (changed) => keyslotOf({ ...keyslot, ...changed }, signature);
  const made = sealVaultKey(slot, recovered, nonce, vault_key);
  return [
    ['another helper id', changedSlot({ helper_id: flip(slot.helper_id, 0) })],
    ['a bit of the helper', changedSlot({ helpers: [{ bytes: flip(slot.helpers[0].bytes, 300) }] })],
    ['a helper more', changedSlot({ helpers: [...slot.helpers, helperOf('another')] })],
    ['a bit of the nonce', changedSlot({ sealed: flip(sealed, 0) })],
    ['a bit of the sealed vault key', changedSlot({ sealed: flip(sealed, 12) })],
    ['L plus P1', signed({ public_point: signature.public_point.add(P1) })],
    ['h off by one', signed({ h: modR(signature.h + 1n) })],
    ['v off by one', signed({ v: modR(signature.v + 1n) })],
    ['signed for another purpose', signKeyslot(made, signer(patient), fresh32, signing, 'init')],
    ['signed by another entity', signKeyslot(made, signer(hospital), fresh32, signing)],
  ].map(([what, wrong]) => {
    ensure(!keyslotIsSigned(decoded(wrong.bytes, readKeyslot), C, signing), `refusal of: ${what}`);
    return { what, keyslot: wrong.bytes };
  });
}

/** What does not open a slot of two fingers */
function refusedOpenings({ keyslot, recovered: [first, second], slot }) {
  const turned = keyslotOf({ ...keyslot, helpers: [...slot.helpers].reverse() }, keyslot.signature);
  return [
    ['the second R of another template', keyslot, [first, bytesOf('another R')]],
    ['the Rs exchanged', keyslot, [second, first]],
    ['the first R alone', keyslot, [first]],
    ['the helpers exchanged, and the Rs with them', turned, [second, first]],
    ['the helpers exchanged, the Rs not', turned, [first, second]],
  ].map(([what, wrong, recovered]) =>
    ({ what, reason: ensureRefused(() => openKeyslot(wrong, recovered), what), recovered, keyslot: wrong.bytes }));
}

/** Signed by the patient as they stand, so that nothing but the form is wrong */
function malformedSlots() {
  const { slot, recovered, nonce, fresh32, keyslot } = oneFinger;
  const signedAs = (changed) =>
    signKeyslot(sealVaultKey({ ...slot, ...changed }, recovered, nonce, vault_key), signer(patient), fresh32, signing);
  const infinity = compressed(P1.subtract(P1));
  return [
    ['version 0', signedAs({ version: 0 }).bytes],
    ['version 2', signedAs({ version: 2 }).bytes],
    ['key derivation 0', signedAs({ kdf: 0 }).bytes],
    ['key derivation 2', signedAs({ kdf: 2 }).bytes],
    ['no helper', signedAs({ helpers: [] }).bytes],
    ['eleven helpers', signedAs({ helpers: Array(11).fill(slot.helpers[0]) }).bytes],
    ['R1: L is the identity', concat(keyslot.unsigned, infinity, keyslot.signature.bytes.subarray(48))],
    ['a byte too many', concat(keyslot.bytes, u8(0))],
    ['the last byte missing', keyslot.bytes.subarray(0, -1)],
  ].map(refusedBy(readKeyslot));
}

const entryDraws = (what, version = 1) => ({
  entry_id: bytesOf(`entry id, ${what}`).subarray(0, 16),
  version,
  index_key,
  nonce: bytesOf(`nonce of the entry, ${what}`).subarray(0, 12),
});

function entryVector(what, entry, version, paddedLength) {
  const draws = entryDraws(what, version);
  const padded = pad(entry.bytes);
  ensureEqual(padded.length, paddedLength, `padding of ${what}`);
  const { key, associated_data, sealed, bytes } = sealEntry(vault_key, draws, padded);
  const opened = openEntry(vault_key, index_key, bytes);
  ensure(opened.bytes.equals(entry.bytes), `opening of ${what}`);
  ensureEqual(opened.keywords.join(), entry.keywords.join(), `keywords of ${what}`);
  const { entry_id, nonce } = draws;
  const { keywords, htxm, hospital: at, place: where, tau, bytes: plain } = entry;
  return { what, entry_id, version, keywords, htxm, hospital: at, place: where, tau, entry: plain,
    padded_length: padded.length, key, associated_data, nonce, sealed, sealed_entry: bytes };
}

/** As many keywords as give an entry of `length` bytes; the last one takes what is left. */
function entryOfLength(length, where) {
  const empty = entryOf([], where).bytes.length;
  const keywords = ['long keyword 1', 'long keyword 2', 'long keyword 3', 'long keyword 4', 'long keyword 5']
    .map((word) => word.padEnd(64, '.'));
  const left = length - empty - keywords.length * 68;
  const entry = entryOf([...keywords, 'x'.repeat(32), 'y'.repeat(left - 36 - 4)], where);
  ensureEqual(entry.bytes.length, length, 'length of an entry');
  return entry;
}

function entries() {
  const words = ['echocardiogram', 'ejection fraction', 'cardiology'];
  return [
    entryVector('one block', entryOf(words, place(1, 4)), 1, 512),
    entryVector('512 bytes, the padding takes a block of its own', entryOfLength(512, place(2, 1)), 1, 1024),
    entryVector('511 bytes, the padding is one byte', entryOfLength(511, place(3, 2)), 7, 512),
    entryVector('no keyword', entryOf([], place(1, 1)), 4294967295, 512),
    entryVector('64 keywords of 64 bytes', entryOf(Array.from({ length: 64 }, (_, i) => `${i}`.padEnd(64, '-')),
      place(1, 2)), 2, 4608),
    entryVector('keywords in UTF-8', entryOf(['Röntgen', '心电图'], place(1, 3)), 1, 512),
  ];
}

function refusedEntries() {
  const entry = entryOf(['allergy', 'penicillin'], place(1, 5));
  const draws = entryDraws('to be refused', 3);
  const { sealed, bytes } = sealEntry(vault_key, draws, pad(entry.bytes));
  const [id, rest] = [draws.entry_id, variable(sealed)];
  const sealedAs = (padded) => sealEntry(vault_key, draws, padded).bytes;
  const padTo = (plain, length) => concat(plain, Buffer.alloc(length - plain.length));
  const asEntry = (changed) => {
    const fields = { keywords: list(entry.keywords.map(text)), htxm: entry.htxm, at: A, where: entry.place,
      tau: entry.tau, ...changed };
    return sealedAs(pad(concat(...Object.values(fields).map(encode))));
  };
  const under = (vaultKey, changed) => sealEntry(vaultKey, { ...draws, ...changed }, pad(entry.bytes)).bytes;
  ensure(openEntry(vault_key, index_key, bytes).bytes.equals(entry.bytes), 'the entry itself');
  return [
    ['another entry id', concat(bytesOf('another entry id').subarray(0, 16), u32(3), rest)],
    ['an older version', concat(id, u32(2), rest)],
    ['of another patient', under(vault_key, { index_key: bytesOf('another index key') })],
    ['under another vault key', under(bytesOf('another vault key'), {})],
    ['a bit of the ciphertext', concat(bytes.subarray(0, -20), u8(bytes.at(-20) ^ 1), bytes.subarray(-19))],
    ['not padded', sealedAs(entry.bytes)],
    ['512 bytes, without the block of padding', sealedAs(entryOfLength(512, place(2, 1)).bytes)],
    ['padded with zeros alone', sealedAs(padTo(entry.bytes, 512))],
    ['a block of padding too many', sealedAs(padTo(pad(entry.bytes), 1024))],
    ['padded twice', sealedAs(padTo(concat(entry.bytes, u8(0x80), u8(0x80)), 512))],
    ['the last byte of the padding is 1', sealedAs(concat(pad(entry.bytes).subarray(0, -1), u8(1)))],
    ['nothing but padding', sealedAs(pad(Buffer.alloc(0)))],
    ['an empty plaintext', sealedAs(Buffer.alloc(0))],
    ['65 keywords', asEntry({ keywords: list(Array(65).fill(text('word'))) })],
    ['an empty keyword', asEntry({ keywords: list([text('')]) })],
    ['a keyword of 65 bytes', asEntry({ keywords: list([text('x'.repeat(65))]) })],
    ['the index 0', asEntry({ where: place(1, 0) })],
    ['16,385 bytes', concat(id, u32(3), variable(concat(sealed, Buffer.alloc(16385 - sealed.length))))],
    ['a byte too many', concat(bytes, u8(0))],
    ['the last byte missing', bytes.subarray(0, -1)],
  ].map(([what, wrong]) =>
    ({ what, reason: ensureRefused(() => openEntry(vault_key, index_key, wrong), what), sealed_entry: wrong }));
}

export default function vault() {
  const twoFingers = enrolled('two fingers', 2);
  return {
    about:
      'Sealing key, keyslots and index entries. sealing_key: secret is epsilon, public_key E, challenge c, ' +
      'response z, proof_nonce k and proof_nonce_point R. A keyslot seals vault_key under key; recovered are ' +
      'R_1 … R_m, the contents of helpers are any bytes; sealed is nonce, ciphertext and tag; fresh32 and ' +
      'signature are those of the patient (nonce t, nonce_point T). refused_keyslots, in place of that of one ' +
      'finger, fail at the signature; refused_openings do not give a vault key with the R that stand there; ' +
      'malformed ones are refused by their decoder. An entry is padded to padded_length bytes and sealed. ' +
      'refused_entries do not open under vault_key and index_key, or what they hold is no entry; where several ' +
      'reasons hold, another one is as good.',
    ppub_sig: signing,
    sealing_key: sealingKeys(),
    patient: signer(patient),
    vault_key,
    index_key,
    keyslots: [oneFinger, twoFingers].map(slotVector),
    refused_keyslots: refusedSlots(),
    refused_openings: refusedOpenings(twoFingers),
    malformed_keyslots: malformedSlots(),
    entries: entries(),
    refused_entries: refusedEntries(),
  };
}
