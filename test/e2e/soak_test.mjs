// People share records on a devnet for so long; the servers' memory and descriptors stay as they were.
//   node soak_test.mjs BUILD [MINUTES]
import { mkdtempSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Devnet, portsOfMyOwn } from '../../tools/devnet/world.mjs';
import { Load } from './load.mjs';

const minutes = Number(process.argv[3] ?? 30);
const samples = 40;
if (!(minutes > 0)) throw new Error('node soak_test.mjs BUILD [MINUTES]');
const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'soak-')), build: resolve(process.argv[2]), port: portsOfMyOwn() });
const load = new Load(net);

// Memory that is no file's, MiB; open descriptors, the stores' tables apart: those come with what is stored, and go when they are merged.
function footprint(pid) {
  const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
  const open = readdirSync(`/proc/${pid}/fd`).map((one) => {
    try { return readlinkSync(`/proc/${pid}/fd/${one}`); } catch { return ''; /* closed meanwhile */ }
  });
  const tables = open.filter((path) => path.includes('.sst')).length;
  return { mib: Number(anonymous) / 1024, descriptors: open.length - tables, tables };
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
// Of the second quarter, when all caches are warm, and of the last one.
function compare(seen, what) {
  const quarter = (n) => median(seen.slice((n * samples) / 4, ((n + 1) * samples) / 4).map((one) => one[what]));
  return { early: Math.round(quarter(1) * 10) / 10, late: Math.round(quarter(3) * 10) / 10 };
}

try {
  await load.prepare();
  load.begin();
  const seen = Object.fromEntries(net.servers.map((name) => [name, []]));
  for (let i = 0; i < samples; ++i) {
    await sleep((minutes * 60_000) / samples);
    for (const name of net.servers) seen[name].push(footprint(net.daemon(name).pid));
    if (i % 4 === 3) console.log(`${Math.round(((i + 1) * minutes * 10) / samples) / 10} min: ${load.done}`);
  }
  await load.end();
  for (const name of net.servers) {
    const memory = compare(seen[name], 'mib'), descriptors = compare(seen[name], 'descriptors');
    console.log(JSON.stringify({ server: name, mib: memory, descriptors, tables: compare(seen[name], 'tables') }));
    if (memory.late > memory.early * 1.1 + 4) load.note(`${name}: ${memory.early} MiB became ${memory.late}`);
    if (descriptors.late > descriptors.early + 8) load.note(`${name}: ${descriptors.early} descriptors became ${descriptors.late}`);
  }
  await load.check();
  console.log(JSON.stringify({ minutes, records: load.written.length, grants: load.grants.length, reads: load.reads, emergencies: load.opened.length, failed_commands: load.failures,
    wrong: load.wrong.length }));
} catch (error) {
  load.note(error.stack);
}
if (load.wrong.length) console.error(`FAILED: ${load.wrong.length} wrong; what is left is in ${net.dir}`);
process.exitCode = load.wrong.length ? 1 : 0;
await net.down();
if (!load.wrong.length) await net.reset();
process.exit();  // whatever of the load is still under way
