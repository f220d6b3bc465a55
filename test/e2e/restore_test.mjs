// A hospital is backed up while it runs, lost, and put back on another machine: what was in the backup is there; it waits as R5 and SUP's safety
// ask; then it is like the others. A doctor's folder that was put back from an old copy waits, too. Both chains go from hospital to hospital in a file.
//   node restore_test.mjs BUILD
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { share, fetch, verified } from '../../tools/demo/consent.mjs';
import { run } from '../../tools/devnet/process.mjs';
import { Devnet, portsOfMyOwn } from '../../tools/devnet/world.mjs';

const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'restore-')), build: process.argv[2], port: portsOfMyOwn() });
const backup = net.path('backup');

function expect(condition, what) {
  if (!condition) throw new Error(what);
}
async function until(what, ask, patience = 120_000) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(300)) {
    const found = await ask();
    if (found) return found;
  }
  throw new Error(`in vain: ${what}`);
}
const status = () => net.of('h2', 'hospital', 'status');
const back_up = () => net.of('h2', 'hospital', 'backup', '--out', backup);
const restore = (from, to, ...more) => net.attempt('hospital', 'restore', '--from', from, '--dir', to, ...more, ...net.words);

let written = 0;
async function write(patient) {
  mkdirSync(net.path('source'), { recursive: true });
  writeFileSync(net.path('source', 'note.txt'), `note ${++written}`);
  const emr = net.path(`emr-${written}`);
  await net.call('emr', 'import', net.path('source', 'note.txt'), '--out', emr);
  const { records } = await net.of('dr-chen', 'doctor', 'write', '--patient', net.path(patient, 'card'), '--emr', emr);
  return records[0];
}
const anchored = (hospital) => until(`${hospital} has published`, async () => (await net.of(hospital, 'hospital', 'status')).unpublished === 0);

// A file that the backup names, other than before.
function spoil(from) {
  const copy = net.path(`spoilt-${readdirSync(net.dir).length}`);
  cpSync(backup, copy, { recursive: true });
  const path = join(copy, from);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
  return copy;
}

// R5: his old mark knows nothing of the slots that stand on MED.
async function oldCopyOfADoctor() {
  const now = net.path('dr-chen'), old = net.path('dr-chen-old');
  cpSync(now, old, { recursive: true });
  await write('pat-a');
  await anchored('h2');
  rmSync(now, { recursive: true });
  renameSync(old, now);
  const refused = await write('pat-a').then(() => undefined, (error) => error);
  expect(refused?.message.includes('slot_waiting'), `an old copy signs at once: ${refused}`);
  await until('the doctor may sign again', () => write('pat-a').then(() => true, () => false), 60_000);
  await anchored('h2');
}

// With no node running.
async function chains(least) {
  const file = net.path('chains'), dir = net.path('h4');
  const written = await net.call('chain', 'export', '--dir', net.path('h1'), '--out', file);
  const verify = (path) => net.attempt('chain', 'verify', '--dir', net.path('h3'), '--genesis', net.path('genesis'), '--snapshot', path);
  const verified = await verify(file);
  expect(verified.status === 0, verified.err);
  expect(written.sup_height >= least && JSON.stringify(verified.json) === JSON.stringify(written), JSON.stringify([written, verified.json]));
  const bytes = readFileSync(file);
  const changed = net.path('chains-changed');
  for (let i = 0; i < 16; ++i) {
    const spoilt = Buffer.from(bytes);
    spoilt[Math.floor((bytes.length * (i + 0.5)) / 16)] ^= 1 << (i % 8);
    writeFileSync(changed, i % 4 === 3 ? bytes.subarray(0, Math.floor((bytes.length * i) / 16)) : spoilt);
    expect((await verify(changed)).status === 1, `part ${i} of 16 of a snapshot may be another`);
  }
  const bring = (path) => net.attempt('chain', 'import', '--from', path, '--dir', dir);
  expect((await bring(file)).err.includes('is there already'), 'a chain was replaced');
  rmSync(join(dir, 'sup'), { recursive: true });
  rmSync(join(dir, 'med'), { recursive: true });
  const bad = await bring(changed);
  expect(bad.status === 1 && !existsSync(join(dir, 'med')), 'a changed snapshot was taken');
  const taken = await bring(file);
  expect(taken.status === 0 && taken.json.votes_again > Date.now(), taken.err);
  // As a SIGKILL just before the end leaves it: again, and it is whole.
  renameSync(join(dir, 'med'), join(dir, 'med.importing'));
  const again = await bring(file);
  expect(again.status === 0 && again.json.sup_height === taken.json.sup_height && again.json.final === taken.json.final, again.err);
  const checked = await net.call('chain', 'verify', '--dir', dir);
  expect(checked.sup_height === written.sup_height && checked.final === written.final, JSON.stringify([checked, written]));
  await net.up();
  await until('h4 goes on where the snapshot ends', async () => {
    const now = await net.of('h4', 'hospital', 'status');
    return now.votes_again === 0 && now.sup > written.sup_height && now.med_final > written.final;
  });
  return written;
}

// What may lie in a hospital's folder beside its own files, and a licence of a doctor whose name is an odd one; and a second backup meanwhile.
async function backupsGoWell() {
  const licences = net.path('h2', 'licences');
  const [licence] = readdirSync(licences);
  const odd = `dr..lee${licence.slice(licence.indexOf('-1-'))}`;
  cpSync(join(licences, licence), join(licences, odd));
  writeFileSync(net.path('h2', 'hospital (copy).json'), '{}');

  const stray = join(licences, 'dr lee');
  writeFileSync(stray, 'mine');
  const unusual = await net.attemptOf('h2', 'hospital', 'backup', '--out', backup);
  expect(unusual.status === 1 && unusual.err.includes(stray) && !existsSync(join(backup, 'manifest')), `a backup that nobody can restore: ${unusual.err}`);
  rmSync(stray);

  const command = [net.program, 'hospital', 'backup', '--dir', net.path('h2'), '--out', backup, ...net.words];
  const second = await run('flock', ['--exclusive', net.path('h2'), ...command]);
  expect(second.status === 1 && second.err.includes('another backup'), `two backups at a time: ${second.out} ${second.err}`);
  return odd;
}

async function main() {
  await net.up();
  await net.of('pat-a', 'patient', 'visit', '--hospital', 'h2');
  const odd = await backupsGoWell();
  const kept = [await write('pat-a'), await write('pat-a')];
  await anchored('h2');
  const grant = await share(net, { patient: 'pat-a', hospital: 'h2', records: [kept[0].place], uses: 9 });
  verified(await fetch(net, grant), 1);

  // Twice: the second one copies the new bodies only, and what was erased meanwhile is not in it.
  const first = await back_up();
  expect(first.new_blobs === first.blobs && first.blobs >= 3, JSON.stringify(first));
  const third = await write('pat-a');
  const doomed = await write('pat-a');
  await anchored('h2');
  await net.of('h2', 'hospital', 'erase', '--record', doomed.htxm, '--reason', 'a test');
  const second = await back_up();
  expect(second.new_blobs === 1 && second.blobs === first.blobs + 1, JSON.stringify([first, second]));
  const check = await run('sh', ['-c', `cd '${backup}' && sha256sum --check --quiet --strict manifest`]);
  expect(check.status === 0, `sha256sum: ${check.out} ${check.err}`);
  const listed = readFileSync(join(backup, 'manifest'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.slice(66));
  expect(listed.every((path) => existsSync(join(backup, path))) && listed.length === second.files, 'the manifest names what is not there');
  expect(!existsSync(net.path('h2', 'checkpoint')), 'a checkpoint was left');

  // What happens after the backup is lost with the machine.
  const lost = await write('pat-a');
  const before = await status();
  await net.daemon('h2').stop({ signal: 'SIGKILL' });
  renameSync(net.path('h2'), net.path('h2-lost'));

  const refused = async (outcome, why) => {
    const { status: code, err } = await outcome;
    expect(code === 1 && err.includes(why), `not refused for ${why}: ${err}`);
    expect(!existsSync(net.path('h2')), `something was left of a restore that was refused for ${why}`);
  };
  const off = '--old-machine-is-off';
  await refused(restore(backup, net.path('h2')), off);
  const state = listed[listed.length - 1].split('/')[0];
  const table = listed.find((path) => path.startsWith(`${state}/records/rocksdb/`) && path.endsWith('.sst'));
  for (const path of [listed.find((one) => one.startsWith('blobs/') && statSync(join(backup, one)).size > 0), table, `${state}/member`]) {
    await refused(restore(spoil(path), net.path('h2'), off), `${path} is damaged`);
  }
  await refused(restore(spoil('manifest'), net.path('h2'), off), 'manifest');
  const without = net.path('without');
  cpSync(backup, without, { recursive: true });
  rmSync(join(without, table));
  await refused(restore(without, net.path('h2'), off), table);

  const restored = await restore(backup, `${net.path('h2')}/`, off);
  expect(restored.status === 0, restored.err);
  expect(existsSync(net.path('h2', 'licences', odd)) && !existsSync(net.path('h2', 'hospital (copy).json')), 'not the files of a hospital');
  expect(restored.json.publishes_again > Date.now() && restored.json.votes_again > Date.now(), JSON.stringify(restored.json));
  await net.start('h2');
  const waiting = await status();
  expect(waiting.votes_again === restored.json.votes_again && waiting.publishes_again === restored.json.publishes_again, JSON.stringify(waiting));
  expect(waiting.patients === before.patients && waiting.records === before.records - 1, JSON.stringify([before, waiting]));  // `lost`

  // While it waits it serves what it has, and takes what comes; numbers that it may have given are not given again.
  verified(await fetch(net, grant), 1);
  const late = await write('pat-a');
  expect(Number(late.place.split('.')[0]) > 65_536, `batch ${late.place} may have been another's`);
  const back = await until('h2 waits for nothing any more', async () => {
    const now = await status();
    return now.votes_again === 0 && now.publishes_again === 0 && !now.another_votes && now.unpublished === 0 ? now : undefined;
  });
  expect(back.sup >= before.sup && back.med_final >= before.med_final, 'a chain went back');
  expect(Date.now() >= restored.json.votes_again, 'it voted before it said');

  await oldCopyOfADoctor();
  // It is needed again: without h3 there is no quorum but with it.
  await net.daemon('h3').stop();
  const { sup } = await status();
  await until('SUP goes on by the vote of h2', async () => (await status()).sup > sup + 3);
  await net.start('h3');
  await until('her new record is in her wallet, and anchored', async () => {
    await net.of('pat-a', 'patient', 'sync');
    const { records } = await net.of('pat-a', 'patient', 'records', '--verify');
    return records.some((one) => one.place === late.place && one.state === 'anchored');
  });
  expect((await net.of('h2', 'hospital', 'audit')).ok, 'the access log does not hold');
  await net.down();
  const checked = await net.call('chain', 'verify', '--dir', net.path('h2'));
  expect(checked.sup_height >= back.sup, JSON.stringify(checked));
  const snapshot = await chains(back.sup);
  console.log(JSON.stringify({ snapshot, first, second, kept: kept.length, third: third.place, lost: lost.place, late: late.place, restored: restored.json }));
}

try {
  await main();
} catch (error) {
  for (const name of net.servers) console.error(`${name}: ${net.daemon(name).errors.split('\n').slice(-2).join(' | ')}`);
  console.error(`FAILED: ${error.stack}`);
  process.exitCode = 1;
}
await net.reset();
