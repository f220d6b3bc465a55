// docs/PROTOCOL.md, "Sealing": short, in chunks, and keystores.

import { argon2id } from '@noble/hashes/argon2.js';
import { byRule, bytesOf, ensure, ensureEqual } from '../cast.mjs';
import { sha256 } from '../protocol/hash.mjs';
import { keystore, open, openKeystore, openStream, seal, sealStream } from '../protocol/sealing.mjs';

function short(what, associated_data, plaintext) {
  const key = bytesOf(`key, ${what}`);
  const nonce = bytesOf(`nonce, ${what}`).subarray(0, 12);
  const sealed = seal(key, nonce, associated_data, plaintext);
  ensure(open(key, associated_data, sealed).equals(plaintext), `opening of ${what}`);
  return { what, key, nonce, associated_data, plaintext, sealed };
}

function stream(plaintext_length) {
  const key = bytesOf('key of streams');
  const prefix = bytesOf(`prefix, ${plaintext_length}`).subarray(0, 7);
  const associated_data = Buffer.from('record 42');
  const plaintext = byRule(plaintext_length);
  const sealed = sealStream(key, prefix, associated_data, plaintext);
  ensure(openStream(key, associated_data, sealed).equals(plaintext), `opening of a stream of ${plaintext_length}`);
  return {
    plaintext_length,
    plaintext_sha256: sha256(plaintext),
    key,
    prefix,
    associated_data,
    ...(sealed.length < 1024 && { sealed }),
    sealed_length: sealed.length,
    sealed_sha256: sha256(sealed),
    last_tag: sealed.subarray(-16),
  };
}

/** The example of RFC 9106 §5.3 */
function checkArgon2() {
  const fill = (length, byte) => Buffer.alloc(length, byte);
  const options = { m: 32, t: 3, p: 4, dkLen: 32, key: fill(8, 3), personalization: fill(12, 4) };
  const tag = Buffer.from(argon2id(fill(32, 1), fill(16, 2), options)).toString('hex');
  ensureEqual(tag, '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659', 'Argon2id, RFC 9106');
}

function store(what, password, cost, contents) {
  const salt = bytesOf(`salt, ${what}`).subarray(0, 16);
  const nonce = bytesOf(`keystore nonce, ${what}`).subarray(0, 12);
  const { key, bytes } = keystore({ ...cost, salt, password: Buffer.from(password), nonce, contents });
  ensure(openKeystore(bytes, key).equals(contents), `opening of ${what}`);
  return { what, password: Buffer.from(password), ...cost, salt, derived_key: key, nonce, contents, keystore: bytes };
}

export default function sealing() {
  checkArgon2();
  const smallest = { memory_kib: 64, passes: 1, lanes: 1 };
  const small = { memory_kib: 128, passes: 2, lanes: 2 };
  const production = { memory_kib: 65536, passes: 3, lanes: 1 };
  return {
    about:
      'AES-256-GCM: short (nonce, ciphertext, tag), STREAM (prefix, then each chunk and its tag), keystores. Byte i ' +
      'of the plaintext of a stream is (7 i + 3) mod 256; where sealed is not given, its SHA-256 is. The password ' +
      'is the UTF-8 of a text, in hex.',
    short: [
      short('empty plaintext, no associated data', Buffer.alloc(0), Buffer.alloc(0)),
      short('empty plaintext', Buffer.from('associated'), Buffer.alloc(0)),
      short('one block', Buffer.from('associated'), byRule(16)),
      short('some text', bytesOf('associated data'), Buffer.from('Blood pressure 128/79, sinus rhythm.')),
      short('1000 bytes', byRule(300), byRule(1000)),
    ],
    streams: [0, 1, 65535, 65536, 65537, 131072].map(stream),
    keystores: [
      store('smallest', 'correct horse battery staple', smallest, byRule(100)),
      store('two passes, two lanes, password not ASCII', 'Glück auf', small, byRule(32)),
      store('empty contents', 'x', smallest, Buffer.alloc(0)),
      store('parameters of production', 'correct horse battery staple', production, byRule(200)),
    ],
  };
}
