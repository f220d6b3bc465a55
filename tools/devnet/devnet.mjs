// ./dev devnet up|down|status|reset
import { parseArgs } from 'node:util';
import { Devnet } from './world.mjs';

const progress = {
  authority: 'the enrolment authority starts', enrol: 'hospitals, miners, doctors and patients enrol', hospitals: 'hospitals start',
  miners: 'miners start', accounts: 'accounts are opened on SUP', people: 'doctors are hired, patients get their wallets',
};

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { dir: { type: 'string', default: '.devnet' }, port: { type: 'string', default: '7300' }, build: { type: 'string', default: 'build/release' },
      json: { type: 'boolean', default: false } },
  });
  const [what, ...rest] = positionals;
  const port = Number(values.port);
  if (rest.length || !['up', 'down', 'status', 'reset'].includes(what)) throw new Error('usage: ./dev devnet up|down|status|reset [--dir DIR] [--port PORT] [--json]');
  if (!(port >= 1024 && port <= 65_000)) throw new Error('--port takes a port from 1024 to 65000');
  const devnet = new Devnet({ dir: values.dir, port, build: values.build });
  const say = (text, object) => console.log(values.json ? JSON.stringify(object) : text);

  if (what === 'up') {
    const began = Date.now();
    await devnet.up((step) => { if (!values.json) console.log(`  ${progress[step]} …`); });
    say(`the devnet is up after ${((Date.now() - began) / 1000).toFixed(1)} s: authority on ${devnet.network.pkg}, all else in ${values.dir}/network.json; logs in ${values.dir}/*.err`,
      { up: true, seconds: (Date.now() - began) / 1000, dir: values.dir });
  } else if (what === 'status') {
    const rows = await devnet.status();
    if (values.json) return rows.forEach((row) => console.log(JSON.stringify(row)));
    for (const { name, pid, state, why, ...more } of rows) {
      const heights = Object.entries(more).filter(([, value]) => typeof value === 'number').map(([key, value]) => `${key} ${value}`).join('  ');
      console.log(`${name.padEnd(10)} ${state.padEnd(7)} ${String(pid ?? '').padEnd(8)} ${why ?? heights}`);
    }
    if (rows.some((row) => row.state !== 'up')) process.exitCode = 1;
  } else {
    await devnet[what]();
    say(what === 'down' ? 'the devnet is down; ./dev devnet up goes on with what it has' : `nothing is left of ${values.dir}`, { [what]: true });
  }
}

main().catch((error) => {
  console.error(`devnet: ${error.message}`);
  process.exitCode = 1;
});
