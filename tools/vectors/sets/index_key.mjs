// PROTOCOL.md §2 R3: a patient's index key, Argon2id of her identity under the network.

import { argon2id } from '@noble/hashes/argon2.js';
import { bytesOf, enrol } from '../cast.mjs';

const cost = { t: 3, m: 65536, p: 1, dkLen: 32, version: 0x13 };

export default function index_key() {
  const first = enrol('patient', bytesOf('handle of the index key').subarray(0, 10).toString('hex'));
  const next = enrol('patient', first.request.identity.name, 2);
  const [net, other] = ['network', 'another network'].map((label) => bytesOf(`${label} of the index key`));
  const keyed = (what, { request: { identity } }, salt) =>
    ({ what, identity, net: salt, index_key: Buffer.from(argon2id(identity.bytes, salt, cost)) });
  return {
    about: 'index_key = Argon2id(the encoded identity, the salt is net), 64 MiB, 3 passes, 1 lane.',
    keys: [
      keyed('a patient', first, net),
      keyed('with the next version of her keys, on another network', next, other),
    ],
  };
}
