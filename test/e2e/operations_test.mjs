// What docs/OPERATIONS.md tells to do, done: the blocks in it that say where, in their order, on machines that are namespaces, one address each, with
// the package installed on each.
//   node operations_test.mjs BUILD
import { copyFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Machines, isolate, skip } from './machines/machines.mjs';

const build = resolve(process.argv[2]);
const guide = join(dirname(fileURLToPath(import.meta.url)), '../../docs/OPERATIONS.md');
const names = ['pkg', 'h1', 'h2', 'h3', 'h4', 'm1', 'doctor', 'patient'];
const hospitals = names.slice(1, 5);

// ```sh on=h1,h2 after=lost
function blocksOf(text) {
  return [...text.matchAll(/^```sh ([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, words, script]) => {
    const word = Object.fromEntries(words.split(' ').map((one) => one.split('=')));
    return { on: word.on.split(','), after: word.after ?? '', script };
  });
}

const packages = readdirSync(build).filter((name) => /^caduceus_.*\.deb$/.test(name));
if (packages.length === 0) skip('there is no package yet: ./dev package makes it');
const folder = isolate();

const net = new Machines(folder, names);
copyFileSync(join(build, packages[0]), net.exchange(basename(packages[0])));
const blocks = blocksOf(readFileSync(guide, 'utf8'));

function expect(condition, what) {
  if (!condition) throw new Error(what);
}
async function on(name, script) {
  const known = existsSync(net.root(name, 'root/caduceus.sh')) ? '. /root/caduceus.sh\n' : '';
  const done = await net.on(name, known + script, { NAME: name, DEVNET: '1' });
  if (done.status !== 0) throw new Error(`on ${name}:\n${script}\n→ ${done.out.slice(-1500)}${done.err.slice(-3000)}`);
  return done;
}
async function follow(after) {
  const chosen = blocks.filter((block) => block.after === after);
  expect(chosen.length > 0, `the guide has no block "${after}"`);
  for (const block of chosen) {
    for (const name of block.on) {
      console.log(`${name}: ${block.script.split('\n').find((line) => !line.startsWith('. '))}`);
      await on(name, block.script);
    }
  }
}
const status = async (name) => (await on(name, 'as hospital status --dir $DIR --json')).json;
async function until(what, ask, patience = 180_000) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(500)) {
    if (await ask().catch(() => false)) return;
  }
  throw new Error(`in vain: ${what}`);
}
const readJson = (name, path) => JSON.parse(readFileSync(net.root(name, path), 'utf8'));

async function main() {
  const began = Date.now();
  await follow('');
  const fetched = readJson('doctor', 'root/fetched.json').records;
  expect(fetched.length === 1 && fetched[0].verified && fetched[0].state === 'anchored', JSON.stringify(fetched));
  expect((await on('h1', 'as hospital log --dir $DIR --json')).json.entries.length === 1, 'the log has not the one access');
  const listeners = (await net.on('h1', "ss -Htnl | awk '{print $4}'")).out.trim().split('\n').sort();
  expect(listeners.length === 3 && listeners.every((one) => /^10\.88\.0\.2:700[123]$/.test(one)), `h1 listens on ${listeners}`);

  // The machine of h2 burns; its backup does not.
  const before = await status('h2');
  await net.on('h2', 'kill -9 "$(cat /run/units/caduceus-hospital@h2.service.pid)"; sleep 0.5; rm -r /var/lib/caduceus/h2 /run/units');
  await follow('lost');
  const waiting = await status('h2');
  expect(waiting.votes_again > 0 && waiting.publishes_again > 0 && waiting.patients === before.patients, JSON.stringify(waiting));
  await until('h2 is back', async () => {
    const now = await status('h2');
    return now.votes_again === 0 && now.publishes_again === 0 && now.sup >= before.sup && !now.another_votes;
  });

  await follow('chains');
  await until('the miner has the chain, and h3 votes again', async () => {
    const miner = (await on('m1', 'as miner status --dir $DIR --json')).json;
    const now = await status('h3');
    return miner.height >= now.med_final && now.votes_again === 0;
  });
  await follow('upgrade');
  await until('all hospitals are in step', async () => {
    const all = await Promise.all(hospitals.map(status));
    const heights = all.map((one) => one.sup);
    return Math.max(...heights) - Math.min(...heights) <= 5 && all.every((one) => one.votes_again === 0 && Date.now() - one.sup_time < 30_000);
  });
  console.log(`all of it, on ${names.length} machines, in ${Math.round((Date.now() - began) / 1000)} s`);
}

try {
  await main();
} catch (error) {
  console.error(`FAILED: ${error.stack}`);
  for (const name of names) {
    for (const log of readdirSync(net.root(name, 'var/log')).filter((one) => one.includes('caduceus-'))) {
      console.error(`${name} ${log}: ${readFileSync(net.root(name, 'var/log', log), 'utf8').trim().split('\n').slice(-3).join(' | ')}`);
    }
  }
  process.exitCode = 1;
}
process.exit();
