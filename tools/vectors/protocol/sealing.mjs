// docs/PROTOCOL.md, "Sealing": AES-256-GCM short and in chunks, and the keystore. AES is OpenSSL's, Argon2 is noble's.

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { argon2id } from '@noble/hashes/argon2.js';
import { concat, encode, refuse, u32, u8, variable } from './encoding.mjs';

export const chunkSize = 65536;
const tagSize = 16;

function encrypt(key, nonce, associatedData, plaintext) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagSize });
  cipher.setAAD(associatedData);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

function decrypt(key, nonce, associatedData, ciphertextAndTag) {
  if (ciphertextAndTag.length < tagSize) refuse('no room for the tag');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagSize });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(ciphertextAndTag.subarray(-tagSize));
  const plaintext = decipher.update(ciphertextAndTag.subarray(0, -tagSize));
  try {
    return concat(plaintext, decipher.final());
  } catch {
    return refuse('the tag does not fit');
  }
}

/** Short: nonce, ciphertext, tag */
export const seal = (key, nonce, associatedData, plaintext) =>
  concat(nonce, encrypt(key, nonce, associatedData, plaintext));

export const open = (key, associatedData, sealed) =>
  decrypt(key, sealed.subarray(0, 12), associatedData, sealed.subarray(12));

/** The parts of length `size` that make up `bytes`; one empty part if there are no bytes, and only then. */
function split(bytes, size) {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

const chunkNonce = (prefix, i, count) => concat(prefix, u32(i), u8(i === count - 1 ? 1 : 0));

/** STREAM: place and end of a chunk stand in its nonce, so none can be moved, dropped or cut off. */
export function sealStream(key, prefix, associatedData, plaintext) {
  const chunks = split(plaintext, chunkSize);
  return concat(prefix, ...chunks.map((c, i) => encrypt(key, chunkNonce(prefix, i, chunks.length), associatedData, c)));
}

export function openStream(key, associatedData, sealed) {
  const prefix = sealed.subarray(0, 7);
  const chunks = split(sealed.subarray(7), chunkSize + tagSize);
  return concat(...chunks.map((c, i) => decrypt(key, chunkNonce(prefix, i, chunks.length), associatedData, c)));
}

/** Everything before the nonce is the associated data: parameters cannot be changed unseen. */
export function keystore({ memory_kib, passes, lanes, salt, password, nonce, contents }) {
  const header = concat(encode('CADKEYS1'), u32(memory_kib), u32(passes), u32(lanes), salt);
  const key = Buffer.from(argon2id(password, salt, { m: memory_kib, t: passes, p: lanes, dkLen: 32, version: 0x13 }));
  return { key, bytes: concat(header, nonce, variable(encrypt(key, nonce, header, contents))) };
}

export function openKeystore(bytes, key) {
  const header = bytes.subarray(0, 36);
  return decrypt(key, bytes.subarray(36, 48), header, bytes.subarray(52));
}
