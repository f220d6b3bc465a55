// A large image goes from a doctor to the hospital, to the patient and to another doctor, and nobody holds it in memory.
//   node large_record_test.mjs BUILD [MIB]
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { share } from '../../tools/demo/consent.mjs';
import { expect } from '../../tools/demo/story.mjs';
import { Devnet, hospitals, portsOfMyOwn } from '../../tools/devnet/world.mjs';

const mebibytes = Number(process.argv[3] ?? 256);
const memoryBound = 160 << 20;  // of a process, whatever the record's length
const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'large-record-')), build: resolve(process.argv[2]), port: portsOfMyOwn() });

const peakOf = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1] ?? 0) << 10;
// The devnet's commands, with the most memory that one of them had: the kernel remembers it, we look now and then.
const peaks = {};
net.attempt = (...args) => new Promise((done) => {
  const child = execFile(net.program, [...args, '--json'], { maxBuffer: 1 << 26 }, (error, out, err) => {
    clearInterval(watch);
    done({ status: error ? 1 : 0, out, err: err.trim(), json: error ? undefined : JSON.parse(out.trim().split('\n').at(-1)) });
  });
  const name = args.slice(0, 2).join(' ');
  const watch = setInterval(() => {
    try { peaks[name] = Math.max(peaks[name] ?? 0, peakOf(child.pid)); } catch { /* it has ended */ }
  }, 20);
});

function digest(file) {
  return new Promise((done, failed) => {
    const hash = createHash('sha256');
    createReadStream(file).on('error', failed).on('data', (data) => hash.update(data)).on('end', () => done(hash.digest('hex')));
  });
}

function makeImage(file) {
  const out = openSync(file, 'w');
  const header = Buffer.alloc(132);
  header.write('DICM', 128);
  writeSync(out, header);
  for (let i = 0; i < mebibytes; ++i) writeSync(out, randomBytes(1 << 20));
  closeSync(out);
}

async function timed(what, work) {
  const began = Date.now();
  const outcome = await work();
  console.log(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return outcome;
}

try {
  await net.up();
  const image = net.path('image.dcm');
  makeImage(image);
  const whole = await digest(image);
  await net.of('pat-a', 'patient', 'visit', '--hospital', 'h2');
  await timed('import', () => net.call('emr', 'import', image, '--out', net.path('emr')));
  await timed('write', () => net.of('dr-chen', 'doctor', 'write', '--patient', net.path('pat-a', 'card'), '--emr', net.path('emr')));
  await timed('anchored', async () => {
    for (const limit = Date.now() + 600_000; ; await sleep(500)) {
      expect(Date.now() < limit, 'the record is not anchored within 600 s');
      await net.of('pat-a', 'patient', 'sync');
      const { records } = await net.of('pat-a', 'patient', 'records', '--verify');
      if (records[0]?.state === 'anchored') return;
    }
  });
  const grant = await share(net, { patient: 'pat-a', hospital: 'h2', records: ['1.1'] });
  const fetched = await timed('fetch', () => net.of('dr-okafor', 'doctor', 'fetch', '--grant', grant, '--out', net.path('fetched')));
  expect(fetched.records[0].verified && fetched.records[0].state === 'anchored', JSON.stringify(fetched));
  expect(await digest(net.path('fetched', fetched.records[0].file.split('/').at(-1))) === whole, 'the doctor has another image');
  await timed('read', () => net.of('pat-a', 'patient', 'read', '--record', 'h2:1.1', '--out', net.path('own')));
  for (const name of hospitals) peaks[name] = peakOf(net.daemon(name).pid);
  for (const [name, peak] of Object.entries(peaks)) console.log(`${name}: at most ${peak >> 20} MiB`);
  const most = Math.max(...Object.values(peaks));
  expect(most < memoryBound, `${most >> 20} MiB of memory for a record of ${mebibytes} MiB`);
  console.log(`a record of ${statSync(image).size} bytes went through, in at most ${most >> 20} MiB`);
} catch (error) {
  for (const name of net.servers) console.error(`${name}: ${net.daemon(name).errors.split('\n').at(-1)}`);
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
}
await net.down();
rmSync(net.dir, { recursive: true, force: true });
