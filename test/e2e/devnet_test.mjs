// ./dev devnet as a user has it: it comes up, goes down without leaving a process, and goes on where it was.
//   node devnet_test.mjs BUILD
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Devnet, hospitals, portsOfMyOwn } from '../../tools/devnet/world.mjs';

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'devnet-')), build: process.argv[2], port: portsOfMyOwn() });
const heights = (rows) => rows.filter((row) => hospitals.includes(row.name)).map((row) => row.sup);
try {
  await net.up();
  const first = await net.status();
  expect(first.every((row) => row.state === 'up'), JSON.stringify(first));
  const pids = first.map((row) => row.pid);
  await net.down();
  for (const pid of pids) {
    // One that has ended is there until its parent, this process, has heard of it.
    const lives = async (patience = Date.now() + 5_000) => {
      for (; Date.now() < patience; await sleep(20)) {
        try { process.kill(pid, 0); } catch { return false; }
      }
      return true;
    };
    expect(!(await lives()), `process ${pid} is left`);
  }
  await net.up();
  const second = await net.status();
  expect(second.every((row) => row.state === 'up'), JSON.stringify(second));
  expect(heights(second).every((height, i) => height >= heights(first)[i]), 'a chain went back');
} catch (error) {
  for (const name of net.servers) console.error(`${name}: ${net.daemon(name).errors.split('\n').at(-1)}`);
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
}
await net.reset();
