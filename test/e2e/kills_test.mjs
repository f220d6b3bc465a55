// SIGKILLs at random instants over all roles of a devnet under a load of shares; then a checker: nothing acknowledged is lost, no slot is
// used twice, no use of a grant is counted twice or forgotten.
//   node kills_test.mjs BUILD [KILLS] [SEED]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Devnet, portsOfMyOwn } from '../../tools/devnet/world.mjs';
import { Commands, Dice, Killer } from './kills.mjs';
import { Load } from './load.mjs';

const kills = Number(process.argv[3] ?? 40), seed = Number(process.argv[4] ?? 1);
if (!(kills >= 20) || !Number.isInteger(seed)) throw new Error('node kills_test.mjs BUILD [KILLS, 20 or more, to reach all roles] [SEED]');
const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'kills-')), build: resolve(process.argv[2]), port: portsOfMyOwn() });
const load = new Load(net);
const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1000);
try {
  await load.prepare();
  const killer = new Killer(net, new Commands(net), new Dice(seed), kills);
  const tell = (count) => console.log(`${count} kills, ${load.done}; ${seconds()} s`);
  load.begin();
  await killer.run(tell);
  await load.end();
  if (killer.failure) throw killer.failure;
  for (const [role, count] of Object.entries(killer.kills)) if (!count) load.note(`of role ${role} nobody was killed`);
  await net.up();
  await load.check();
  tell(killer.count);
  console.log(JSON.stringify({ kills: killer.kills, records: load.written.length, grants: load.grants.length, reads: load.reads, emergencies: load.opened.length,
    failed_commands: load.failures, wrong: load.wrong.length, seconds: seconds() }));
} catch (error) {
  for (const name of net.servers) console.error(`${name}: ${net.daemon(name).errors.split('\n').at(-1)}`);
  load.note(error.stack);
}
if (load.wrong.length) console.error(`FAILED: ${load.wrong.length} wrong; what is left is in ${net.dir}`);
process.exitCode = load.wrong.length ? 1 : 0;
await net.down();
if (!load.wrong.length) await net.reset();
process.exit();  // whatever of the load is still under way
