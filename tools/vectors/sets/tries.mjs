// Merkle Patricia Tries, by Ethereum's own JavaScript implementation: roots through many random operations, and proofs.

import { createHash } from 'node:crypto';
import { Trie } from '@ethereumjs/trie';
import { ensure, ensureEqual } from '../cast.mjs';
import { list, u32, variable } from '../protocol/encoding.mjs';

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const draw = (label, i) => sha256(Buffer.from(`Caduceus trie ${label}`), u32(i));

/** Keys of 32 bytes: half of them hashes, half alike but for their last two bytes */
const fixedKey = (d) =>
  d[0] % 2 === 0 ? sha256(Buffer.from([d[1], d[2] % 4])) : Buffer.concat([Buffer.alloc(30, 0x11), Buffer.from([d[1] % 4, d[2]])]);
/** Keys of 0 to 6 bytes, many of which begin with another one */
const mixedKey = (d) => Buffer.from(d.subarray(2, 2 + d[0] % 7).map((b) => b & (d[1] % 2 === 0 ? 0x10 : 0x01)));

function valueOf(d) {
  const [how, much] = [d[21], d[22]];
  const length = how < 64 ? 1 : how < 160 ? 1 + much % 31 : how < 250 ? 32 + much : 1000 + much;
  return Buffer.from(Array.from({ length }, (_, j) => (d[24 + j % 8] + j) % 256));
}

/** ethereumjs 6.2.1 loses the value of a branch that an entry is taken out below, and more where a branch's own value goes: there, the
 * trie is built anew. */
class Oracle {
  trie = new Trie();
  entries = new Map();

  async put(key, value) {
    this.entries.set(key.toString('hex'), value);
    await this.trie.put(key, value);
  }
  async remove(key) {
    const hex = key.toString('hex');
    if (!this.entries.delete(hex)) return;
    if ([...this.entries.keys()].every((other) => !other.startsWith(hex) && !hex.startsWith(other))) {
      await this.trie.del(key);
    } else {
      this.trie = new Trie();
      for (const [other, value] of this.entries) await this.trie.put(Buffer.from(other, 'hex'), value);
    }
  }
  async prove(key) {
    const nodes = await this.trie.createProof(key);
    const value = this.entries.get(key.toString('hex')) ?? null;
    const proved = nodes.length === 0 ? null : await this.trie.verifyProof(this.trie.root(), key, nodes);
    ensureEqual(String(proved && Buffer.from(proved).toString('hex')), String(value && value.toString('hex')), 'what a proof shows');
    // Without those that are inside the one before, which ethereumjs lists as well: the nodes of eth_getProof.
    return { key, value, nodes: nodes.filter((node, i) => i === 0 || node.length >= 32) };
  }
}

async function history(label, operations, keyOf, provenKeys) {
  const oracle = new Oracle();
  let chained = Buffer.alloc(32);
  const roots = [];
  for (let i = 0; i < operations; ++i) {
    const d = draw(label, i);
    await (d[20] % 8 < 3 ? oracle.remove(keyOf(d)) : oracle.put(keyOf(d), valueOf(d)));
    chained = sha256(chained, oracle.trie.root());
    if ((i + 1) % 100 === 0) roots.push(oracle.trie.root());
  }
  const proofs = [];
  for (const key of provenKeys) proofs.push(await oracle.prove(key));
  ensure(proofs.some(({ value }) => value === null) && proofs.some(({ value }) => value?.length > 1000), 'proofs of all kinds');
  return {
    label,
    operations,
    entries: oracle.entries.size,
    chained,
    roots,
    proofs: proofs.map(({ key, value, nodes }, n) => ({
      key,
      value: value && (value.length > 40 ? { sha256: sha256(value) } : { bytes: value }),
      nodes_sha256: sha256(list(nodes.map(variable))),
      ...(n % 40 === 0 ? { nodes } : {}),
    })),
  };
}

export default async function tries() {
  const keys = (label, count, keyOf) => Array.from({ length: count }, (_, n) => keyOf(draw(label, n)));
  const near = (key, n) => key.map((b, i) => (i === (n * 7) % 32 ? b ^ (1 << n % 8) : b));
  const fixed = keys('fixed', 300, fixedKey);
  return {
    about:
      'Tries through random operations. d = SHA-256("Caduceus trie " label, u32 i) gives operation i: tools/vectors/sets/tries.mjs says ' +
      'which key, and which value or none, which takes the key out. chained = SHA-256(chained, root) after each operation, from 32 zeros; ' +
      'roots are those after every 100th. Proofs are of the last root; a value of null is a proof of absence. nodes_sha256 is that of the ' +
      'list of nodes, encoded; some of the proofs are there in full.',
    empty_root: new Trie().root(),
    histories: [
      await history('fixed', 8000, fixedKey, [...fixed, ...fixed.slice(0, 60).map(near), ...keys('absent', 40, (d) => d)]),
      await history('mixed', 2000, mixedKey, [...keys('mixed', 100, mixedKey), ...keys('absent', 20, (d) => d.subarray(0, d[0] % 9))]),
    ],
  };
}
