// PROTOCOL.md §9: aserti3-2d, as its specification has it, in whole numbers without a limit. It must give what Bitcoin Cash Node
// published before it may speak for anything else. With us the genesis block is the anchor, and the interval before it passed as planned.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ensure, ensureEqual } from '../cast.mjs';
import { u64 } from '../protocol/encoding.mjs';

const official = JSON.parse(readFileSync(new URL('asert-official.json', import.meta.url), 'utf8'));

/** Times of one unit; those of the anchor's parent and of the block whose successor's target it is differ by timeDelta. */
function asert({ reference, timeDelta, heightDelta, interval, halfLife, easiest }) {
  const exponent = ((timeDelta - interval * (heightDelta + 1n)) * 65536n) / halfLife;  // of BigInt: towards 0
  const shifts = exponent >> 16n;  // of BigInt: downwards
  const fraction = exponent - shifts * 65536n;
  const factor = 65536n + ((195766423245049n * fraction + 971821376n * fraction ** 2n + 5127n * fraction ** 3n + 2n ** 47n) >> 48n);
  // Beyond these, it is one of the limits whatever the rest.
  const bounded = shifts > 300n ? 300n : shifts < -300n ? -300n : shifts;
  const target = bounded < 0n ? (reference * factor) >> -bounded >> 16n : (reference * factor) << bounded >> 16n;
  return target === 0n ? 1n : target > easiest ? easiest : target;
}

const fromBits = (bits) => {
  const [size, word] = [BigInt(bits) >> 24n, BigInt(bits) & 0x7fffffn];
  return size <= 3n ? word >> (8n * (3n - size)) : word << (8n * (size - 3n));
};
function toBits(target) {
  let size = BigInt(Math.ceil(target.toString(16).length / 2));
  let word = size <= 3n ? target << (8n * (3n - size)) : target >> (8n * (size - 3n));
  if (word & 0x800000n) [word, size] = [word >> 8n, size + 1n];
  return `0x${((size << 24n) | word).toString(16).padStart(8, '0')}`;
}
const bytes32 = (number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');

/** As our code takes it: of a genesis block and of a block so many above it */
function vector({ what, reference, easiest, interval, halfLife, genesisTime, time, height, ...rest }) {
  const target = asert({ reference, easiest, interval, halfLife, timeDelta: time - genesisTime + interval, heightDelta: height });
  return { what, interval: u64(interval), half_life: u64(halfLife), easiest_target: bytes32(easiest), genesis_time: u64(genesisTime),
    genesis_target: bytes32(reference), height: u64(height), time: u64(time), ...rest, target: bytes32(target) };
}

const [second, genesisTime] = [1000n, 1_600_000_000_000n];
const powLimit = BigInt(`0x${official.calculate_asert_test.pow_limit}`);

/** Bitcoin Cash's parameters, in milliseconds */
function published(what, reference, heightDelta, seconds, bits) {
  const interval = 600n * second;
  const made = vector({ what, reference, easiest: powLimit, interval, halfLife: 172800n * second, genesisTime,
    time: genesisTime + BigInt(seconds) * second - interval, height: BigInt(heightDelta), bits });
  const inSeconds = asert({ reference, easiest: powLimit, interval: 600n, halfLife: 172800n, timeDelta: BigInt(seconds), heightDelta: BigInt(heightDelta) });
  ensureEqual(toBits(inSeconds), bits, what);
  ensure(made.target.equals(bytes32(inSeconds)), `the same in milliseconds: ${what}`);
  return made;
}

const draw = (label, i) => BigInt(`0x${createHash('sha256').update(`Caduceus asert ${label} ${i}`).digest('hex')}`);

/** Parameters of our own kind; blocks ahead of and behind the schedule, by little and by much */
function drawn(i) {
  const [interval, halfLife] = [[60_000n, 17_280_000n], [1000n, 30_000n], [1n, 1n], [600_000n, 172_800_000n], [7919n, 104_729n]][i % 5];
  const easiest = (draw('easiest', i) >> 1n >> (draw('zeros', i) % 250n)) + 1n;
  const reference = i % 3 === 0 ? draw('reference', i) % easiest + 1n : easiest;
  const height = draw('height', i) % 2n ** (1n + draw('digits', i) % 40n);
  const off = draw('off', i) % (halfLife * [1n, 4n, 40n, 300n][i % 4] + 1n) * (i % 7 < 5 ? -1n : 1n);
  const planned = genesisTime + height * interval;
  return vector({ what: `drawn ${i}`, reference, easiest, interval, halfLife, genesisTime, height,
    time: planned + off < 0n ? 0n : planned + off });
}

const year = 365n * 86_400_000n, last = 2n ** 64n - 1n;
const ends = [0n, genesisTime, last].flatMap((time) => [0n, 1n, last].flatMap((height) => [[1n, 1n], [year, 1n], [1n, year], [60_000n, 17_280_000n]]
  .map(([interval, halfLife]) => vector({ what: 'the ends of what can be', reference: 2n ** 200n, easiest: 2n ** 255n - 1n, interval, halfLife, genesisTime, time, height }))));

export default function asertVectors() {
  const { cases, exact } = official.calculate_asert_test;
  const number = ([value, shift]) => (value === 'pow_limit' ? powLimit : BigInt(`0x${value}`)) >> BigInt(shift);
  const test = cases.map(([target, seconds, heightDelta, bits], i) => published(`calculate_asert_test ${i}`, number(target), heightDelta, seconds, bits));
  ensure(test.some(({ target }) => target.toString('hex') === exact), 'the one target that is published in full');
  return {
    about: 'aserti3-2d (PROTOCOL.md §9). Numbers are big-endian; bits: as Bitcoin Cash Node published them.',
    published: [...official.runs.map(([from, heightDelta, seconds, bits], i) => published(`run row ${i}`, fromBits(from), heightDelta, seconds, bits)), ...test],
    drawn: Array.from({ length: 120 }, (_, i) => drawn(i)),
    ends,
  };
}
