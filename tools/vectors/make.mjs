#!/usr/bin/env node
// Writes test/vectors/*.json: node tools/vectors/make.mjs [--out DIR]

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encode } from './protocol/encoding.mjs';
import { isPoint } from './protocol/group.mjs';
import aggregate from './sets/aggregate.mjs';
import asert from './sets/asert.mjs';
import bls_qc from './sets/bls_qc.mjs';
import certificateless from './sets/certificateless.mjs';
import emergency from './sets/emergency.mjs';
import encodings from './sets/encodings.mjs';
import first_visit from './sets/first_visit.mjs';
import grant from './sets/grant.mjs';
import hashes from './sets/hashes.mjs';
import index_key from './sets/index_key.mjs';
import registration from './sets/registration.mjs';
import rfc9380 from './sets/rfc9380.mjs';
import sealing from './sets/sealing.mjs';
import tries from './sets/tries.mjs';
import vault from './sets/vault.mjs';

// In this order: what a set relies on has been checked by those before it.
const sets = {
  rfc9380, hashes, encodings, registration, certificateless, aggregate, bls_qc, sealing, first_visit, grant, vault,
  emergency, tries, asert, index_key,
};

/** Bytes, scalars and points become lower-case hex; numbers stay numbers. */
function plain(value) {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
  if (typeof value === 'bigint' || isPoint(value) || value instanceof Uint8Array)
    return Buffer.from(encode(value)).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const directory = values.out ?? fileURLToPath(new URL('../../test/vectors/', import.meta.url));
mkdirSync(directory, { recursive: true });
for (const [name, make] of Object.entries(sets)) {
  const started = performance.now();
  const text = `${JSON.stringify(plain(await make()), null, 2)}\n`;
  writeFileSync(join(directory, `${name}.json`), text);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name}.json: ${Math.ceil(text.length / 1024)} KiB, ${seconds} s`);
}
