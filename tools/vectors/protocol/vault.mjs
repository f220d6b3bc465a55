// PROTOCOL.md §5: the patient's vault key in a keyslot that her biometrics open, and the entries of her index under it.

import { readSignature, sign, verify } from './certificateless.mjs';
import { concat, decoded, encode, list, refuse, seq, text, u32, u8, variable } from './encoding.mjs';
import { readPlace } from './encryption_factors.mjs';
import { H, H6, Hsk } from './hash.mjs';
import { open, seal } from './sealing.mjs';

/** Helper = seed, offset, mask, check */
export function helper({ seed, offset, mask, check }) {
  return { seed, offset, mask, check, bytes: concat(seed, offset, mask, check) };
}

const readHelper = (reader) =>
  helper({ seed: reader.take(32), offset: reader.take(256), mask: reader.take(256), check: reader.take(32) });

const front = ({ version, kdf, oprf_key_id, helper_id, helpers }) =>
  [u8(version), u8(kdf), u32(oprf_key_id), helper_id, list(helpers.map(encode))];

export const slotId = (slot) => H(...front(slot));

/** One R a helper, in their order; Y is empty in version 1. */
export const slotKey = (slot, recovered) => H6('vault-key', ...recovered, '', slotId(slot));

/** What the patient signs: the slot with VK sealed under its key */
export function sealVaultKey(slot, recovered, nonce, vault_key) {
  const sealed = seal(slotKey(slot, recovered), nonce, slotId(slot), vault_key);
  return { ...slot, sealed, unsigned: concat(...front(slot), sealed) };
}

export function signKeyslot(slot, patient, fresh32, Ppub_sig, purpose = 'keyslot') {
  return keyslotOf(slot, sign(patient, purpose, slot.unsigned, fresh32, Ppub_sig));
}

export function keyslotOf({ sealed, ...slot }, signature) {
  const unsigned = concat(...front(slot), sealed);
  return { ...slot, sealed, unsigned, signature, bytes: concat(unsigned, signature.bytes) };
}

export function readKeyslot(reader) {
  const [version, kdf, oprf_key_id] = [reader.integer(1), reader.integer(1), reader.integer(4)];
  if (version !== 1) refuse('the version is not 1');
  if (kdf !== 1) refuse('the key derivation is not 1');
  const helper_id = reader.take(16);
  const helpers = reader.list(1, 10, 'helpers', readHelper);
  return keyslotOf({ version, kdf, oprf_key_id, helper_id, helpers, sealed: reader.take(60) }, readSignature(reader));
}

export const keyslotIsSigned = ({ unsigned, signature }, patient, Ppub_sig) =>
  verify(signature, patient, 'keyslot', unsigned, Ppub_sig);

export const openKeyslot = (slot, recovered) => open(slotKey(slot, recovered), slotId(slot), slot.sealed);

/** IndexEntry = keywords, htxM, hospital, place, τ_j */
export function indexEntry({ keywords, htxm, hospital, place, tau }) {
  const bytes = concat(list(keywords.map(text)), ...[htxm, hospital, place, tau].map(encode));
  return { keywords, htxm, hospital, place, tau, bytes };
}

export function readIndexEntry(reader) {
  const keywords = reader.list(0, 64, 'keywords', () => reader.variable(1, 64, 'a keyword').toString());
  const [htxm, hospital, place] = [reader.take(32), reader.identity(), readPlace(reader)];
  return indexEntry({ keywords, htxm, hospital, place, tau: reader.take(32) });
}

const block = 512;

/** 0x80 and zeros, at least the 0x80, up to the next multiple of 512 */
export const pad = (bytes) => concat(bytes, u8(0x80), Buffer.alloc(block - 1 - (bytes.length % block)));

export function unpad(padded) {
  if (padded.length === 0 || padded.length % block) refuse(`not a multiple of ${block} bytes`);
  let end = padded.length - 1;
  while (end >= padded.length - block && padded[end] === 0) end--;
  if (end < padded.length - block || padded[end] !== 0x80) refuse('the padding is not 0x80 and zeros, of one block');
  return padded.subarray(0, end);
}

export const entryKey = (vault_key, entry_id) => Hsk('index-entry', vault_key, entry_id);

/** SealedEntry = entry id, version, sealed entry */
export function sealEntry(vault_key, { entry_id, version, index_key, nonce }, padded) {
  const key = entryKey(vault_key, entry_id);
  const associated_data = seq(entry_id, index_key, u32(version));
  const sealed = seal(key, nonce, associated_data, padded);
  return { key, associated_data, sealed, bytes: concat(entry_id, u32(version), variable(sealed)) };
}

export function openEntry(vault_key, index_key, bytes) {
  const { entry_id, version, sealed } = decoded(bytes, (reader) =>
    ({ entry_id: reader.take(16), version: reader.integer(4), sealed: reader.variable(0, 16384, 'an entry') }));
  const padded = open(entryKey(vault_key, entry_id), seq(entry_id, index_key, u32(version)), sealed);
  return decoded(unpad(padded), readIndexEntry);
}
