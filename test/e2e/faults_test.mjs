// What happens to a hospital in the field: the authority is down, the disk is full, the clock goes back an hour. Between real processes.
//   node faults_test.mjs BUILD
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fetch, share, verified } from '../../tools/demo/consent.mjs';
import { expect } from '../../tools/demo/story.mjs';
import { Devnet, portsOfMyOwn } from '../../tools/devnet/world.mjs';

const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'faults-')), build: resolve(process.argv[2]), port: portsOfMyOwn() });
const bundle = join(dirname(fileURLToPath(import.meta.url)), '../../tools/node_modules/cql-exec-fhir/test/fixtures/r4/Luna60_McCullough561_6662f0ca-b617-4e02-8f55-7275e9f49aa0.json');
const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

async function until(what, work, patience = 90_000) {
  for (const limit = Date.now() + patience; Date.now() < limit; await sleep(300)) if (await work()) return;
  throw new Error(`${what}: not within ${patience / 1000} s`);
}
const write = (number) => net.attemptOf('dr-chen', 'doctor', 'write', '--patient', net.path('pat-a', 'card'), '--emr', net.path('emr'), '--only', String(number));
const wallet = async () => {
  await net.of('pat-a', 'patient', 'sync');
  return (await net.of('pat-a', 'patient', 'records', '--verify')).records;
};
const anchored = (count) => until(`${count} records are anchored`, async () => (await wallet()).filter(({ state }) => state === 'anchored').length >= count);
const shareOne = async () => verified(await fetch(net, await share(net, { patient: 'pat-a', hospital: 'h2', records: ['1.1'] })), 1);

async function step(what, work) {
  const began = Date.now();
  await work();
  console.log(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

// Whoever sees only the exit code is not to believe that all was tried.
function skip(what) {
  console.log(`SKIPPED: ${what}`);
  process.exitCode = 77;
}

// All but enrolment goes on; who would enrol is told.
async function authorityDown() {
  await net.call('pkg', 'token', '--dir', net.path('authority'), '--role', 'miner', '--name', 'late', '--address', net.network.pkg, '--out', net.path('late.token'));
  await net.daemon('authority').stop({ signal: 'SIGKILL' });
  const refused = await net.attemptOf('late', 'enrol', '--token', net.path('late.token'));
  expect(refused.status === 1 && refused.err.includes(net.network.pkg), `enrolment without an authority: ${refused.err}`);
  expect((await write(1)).status === 0, 'no record can be written');
  await anchored(2);
  await shareOne();
  await net.startAuthority();
  await net.of('late', 'enrol', '--token', net.path('late.token'));
}

// h2 on a file system of its own, which something else fills up.
async function diskFull() {
  const small = net.path('small');
  await net.daemon('h2').stop();
  execFileSync('mkdir', [small]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', small]);
  try {
    cpSync(net.path('h2'), join(small, 'h2'), { recursive: true });
    renameSync(net.path('h2'), net.path('h2.before'));
    execFileSync('ln', ['-s', join(small, 'h2'), net.path('h2')]);
    await net.start('h2');
    const { bavail, bsize } = statfsSync(small);
    try { writeFileSync(join(small, 'filler'), Buffer.alloc(bavail * bsize)); } catch { /* all that there was */ }
    // The doctor hears no, or nothing; never a yes that is not kept.
    let said = 1 + 1;
    let status = 0, err = '';
    for (let i = 0; i < 20 && status === 0; ++i) {
      ({ status, err } = await write(2));
      if (status === 0) ++said;
    }
    expect(status !== 0, 'twenty records on a full disk');
    // It says no for as long as its small writes still find room, and halts at the first that does not, saying why.
    await sleep(5000);
    const { pid, errors } = net.daemon('h2');
    if (pid) expect(err.includes('hospital_busy'), `h2 goes on, and the doctor hears of another reason: ${err}`);
    else expect(/HALTED: .*(No space left|full)/.test(errors), `h2 does not say why it ended: ${errors.split('\n').at(-1)}`);
    expect((await net.attemptOf('h1', 'hospital', 'status')).status === 0, 'h1 ended as well');
    rmSync(join(small, 'filler'));
    await net.start('h2');  // if it halted
    expect((await write(3)).status === 0, 'h2 takes no records after its disk has room again');
    await anchored(said + 1);
    expect((await net.of('h2', 'hospital', 'audit')).ok, 'the audit fails');
    await shareOne();
  } finally {
    await net.daemon('h2').stop();
    if (existsSync(join(small, 'h2'))) {
      rmSync(net.path('h2'), { force: true });
      cpSync(join(small, 'h2'), net.path('h2'), { recursive: true });
    }
    execFileSync('umount', [small]);
  }
  await net.start('h2');
}

const clock = (offset) => ({ LD_PRELOAD: faketime, FAKETIME: offset, DONT_FAKE_MONOTONIC: '1' });

// Members have had their certificates for two hours: a clock that goes back an hour is not noticed when they connect.
async function enrolTwoHoursAgo() {
  const before = { ...process.env };
  Object.assign(process.env, clock('-2h'));
  await net.enrolAll();
  await net.daemon('authority').stop();
  for (const name of Object.keys(clock(''))) delete process.env[name];
  Object.assign(process.env, before);
}

// h2's clock goes back an hour: it answers nobody by a wrong time, and when the clock is right, all goes on, no slot used twice.
async function clockBack() {
  await net.daemon('h2').stop();
  await net.start('h2', { env: clock('-1h') });
  const grant = await share(net, { patient: 'pat-a', hospital: 'h2', records: ['1.1'] });
  const outcome = await fetch(net, grant);
  console.log(`h2 says: ${outcome.err}`);
  expect(outcome.status !== 0 && outcome.err.includes('(request_time)'), `with a clock of an hour ago: ${outcome.err || outcome.out}`);
  expect((await net.attemptOf('h1', 'hospital', 'status')).status === 0, 'h1 is troubled by the clock of h2');
  await net.daemon('h2').stop();
  await net.start('h2');
  verified(await fetch(net, grant), 1);
  const before = (await wallet()).length;
  expect((await write(4)).status === 0, 'no record after the clock was put right');
  await anchored(before + 1);
}

try {
  if (existsSync(faketime)) await enrolTwoHoursAgo();
  await net.up();
  await net.call('emr', 'import', bundle, '--out', net.path('emr'));
  await net.of('pat-a', 'patient', 'visit', '--hospital', 'h2');
  expect((await write(0)).status === 0, 'no record');
  await anchored(1);
  await step('the authority is down', authorityDown);
  if (process.getuid() === 0) await step('a disk is full', diskFull);
  else skip('a disk that is full: it takes root to mount a small one');
  if (existsSync(faketime)) await step('a clock goes back an hour', clockBack);
  else skip('a clock that goes back: the package faketime is missing');
  await net.down();
  for (const name of ['h1', 'h2']) await net.of(name, 'chain', 'verify');
} catch (error) {
  for (const name of net.servers) console.error(`${name}: ${net.daemon(name).errors.split('\n').at(-1)}`);
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
}
await net.reset();
