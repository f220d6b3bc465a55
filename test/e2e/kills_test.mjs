// SIGKILLs at random instants over all roles of a devnet under a load of shares; then a checker: nothing acknowledged is lost, no slot is
// used twice, no use of a grant is counted twice or forgotten.
//   node kills_test.mjs BUILD [KILLS] [SEED]
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Devnet, doctors, hospitals, patients } from '../../tools/devnet/world.mjs';
import { Commands, Dice, Killer } from './kills.mjs';

const kills = Number(process.argv[3] ?? 40), seed = Number(process.argv[4] ?? 1);
const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'kills-')), build: resolve(process.argv[2]), port: 20_000 + (process.pid % 1000) * 30 });
const bundle = join(dirname(fileURLToPath(import.meta.url)), '../../tools/node_modules/cql-exec-fhir/test/fixtures/r4/Luna60_McCullough561_6662f0ca-b617-4e02-8f55-7275e9f49aa0.json');

const wrong = [];
const note = (what) => { wrong.push(what); console.error(`WRONG: ${what}`); };
// What somebody was told is done.
const written = [];  // { patient, htxm }
const grants = [];   // { grant, patient, doctor, uses, reads, isUsedUp, isRevoked, afterwards }
const opened = [];   // { patient, htxu }
let failures = 0;

let isEnding = false;
// One command at a time in a folder: people do not race with themselves.
const turns = new Map();
function inTurn(member, work) {
  const mine = (turns.get(member) ?? Promise.resolve()).then(work);
  turns.set(member, mine.catch(() => {}));
  return mine;
}
const attempt = (member, ...args) => inTurn(member, () => net.attemptOf(member, ...args));
// Its JSON; undefined when it was killed or met a server that was.
async function did(member, ...args) {
  const end = await attempt(member, ...args);
  if (end.status === 0) return end.json;
  ++failures;
  return undefined;
}
// Again until it works: what is not sure to have happened may be said again.
async function until(what, work, patience = 120_000) {
  for (const limit = Date.now() + patience; ; await sleep(300)) {
    const outcome = await work();
    if (outcome) return outcome;
    if (Date.now() > limit) {
      note(`${what}: not within ${patience / 1000} s`);
      return undefined;
    }
  }
}

// A doctor writes one record after the other.
async function write(doctor, patient) {
  for (let number = 0; !isEnding; number = (number + 1) % 23) {
    const done = await did(doctor, 'doctor', 'write', '--patient', net.path(patient, 'card'), '--emr', net.path('emr'), '--only', String(number));
    if (done) written.push(...done.records.map(({ htxm }) => ({ patient, htxm })));
    await did(patient, 'patient', 'sync');
    await sleep(500);
  }
}

// A doctor asks, the patient grants two uses, the doctor reads until nothing is left, or the patient takes it back.
async function share(doctor, patient, hospital) {
  for (let round = 0; !isEnding; ++round) {
    const asked = await did(doctor, 'doctor', 'ask', '--patient', net.path(patient, 'card'), '--hospital', hospital, '--purpose', 'treatment', '--words', 'please', '--uses', '2');
    if (!asked) continue;
    const place = await firstPlace(patient, hospital);
    if (!place) continue;
    const granted = await grantOf(patient, doctor, asked.question, place);
    if (!granted) continue;
    const entry = { grant: granted.grant, patient, doctor, uses: 2, reads: 0, isUsedUp: false, isRevoked: false };
    grants.push(entry);
    const has = await until(`${doctor} gets ${entry.grant}`, async () => {
      await did(doctor, 'doctor', 'sync');
      const mine = await did(doctor, 'doctor', 'grants');
      return mine?.grants.some((one) => one.grant === entry.grant) || isEnding;
    });
    if (!has || isEnding) continue;
    if (round % 4 === 3 && (await did(patient, 'patient', 'revoke', '--grant', entry.grant))) entry.isRevoked = true;
    while (!isEnding && !entry.isUsedUp) {
      const end = await fetch(entry);
      if (/grant_revoked/.test(end.err)) break;
    }
  }
}
async function firstPlace(patient, hospital) {
  await did(patient, 'patient', 'sync');
  const mine = await did(patient, 'patient', 'records');
  return mine?.records.find((one) => one.hospital.includes(hospital))?.place;
}
// The question comes by mail; a grant whose command was killed may be made or not, and another is asked for.
async function grantOf(patient, doctor, question, place) {
  for (let i = 0; i < 8 && !isEnding; ++i) {
    await did(patient, 'patient', 'sync');
    const waiting = await did(patient, 'patient', 'requests');
    if (waiting?.requests.some((one) => one.question === question)) {
      return did(patient, 'patient', 'grant', '--question', question, '--records', place, '--hours', '24', '--uses', '2');
    }
    await did(doctor, 'doctor', 'sync');
  }
  return undefined;
}
async function fetch(entry) {
  const end = await attempt(entry.doctor, 'doctor', 'fetch', '--grant', entry.grant, '--out', net.path(`out-${entry.doctor}`));
  if (end.status === 0) {
    ++entry.reads;
    if (entry.isRevoked) note(`${entry.grant} was read after the revocation was acknowledged`);
  } else {
    ++failures;
    if (/grant_used_up/.test(end.err)) entry.isUsedUp = true;
  }
  return end;
}

async function emergencies(doctor, patient) {
  for (let i = 0; i < 6 && !isEnding; ++i) {
    const done = await did(doctor, 'doctor', 'emergency', 'open', '--patient', net.path(patient, 'card'), '--scan', net.path('scan'), '--reason', '1');
    if (done) opened.push({ patient, htxu: done.htxu });
    await sleep(3000);
  }
}

async function prepare() {
  await net.up();
  await net.call('emr', 'import', bundle, '--out', net.path('emr'));
  const homes = { 'pat-a': ['h1', 'h2'], 'pat-b': ['h3', 'h2'] };
  for (const [patient, visited] of Object.entries(homes)) {
    for (const hospital of visited) await net.of(patient, 'patient', 'visit', '--hospital', hospital);
  }
  const scan = await new Commands({ program: net.lab }).attempt(['scan', '--new', '--out', net.path('scan')]);
  if (scan.status !== 0) throw new Error(scan.err);
  await net.of('pat-b', 'patient', 'biometrics', 'enrol', '--scan', net.path('scan'), '--holder', 'h2', '--holder', 'h3');
  for (const [doctor, patient] of [['dr-lee', 'pat-a'], ['dr-garcia', 'pat-b'], ['dr-chen', 'pat-a']]) {
    await net.of(doctor, 'doctor', 'write', '--patient', net.path(patient, 'card'), '--emr', net.path('emr'), '--only', '0,1');
  }
  await until('the keyslot on MED', async () => (await net.attemptOf('dr-okafor', 'doctor', 'emergency', 'open', '--patient', net.path('pat-b', 'card'), '--scan', net.path('scan'), '--reason', '1')).status === 0);
}

// Everybody is up again and has time to deliver: then what was acknowledged is there.
async function check() {
  for (const patient of patients) {
    const missing = new Set(written.filter((one) => one.patient === patient).map(({ htxm }) => htxm));
    await until(`${patient} has ${missing.size} records, all anchored`, async () => {
      await did(patient, 'patient', 'sync');
      const mine = await did(patient, 'patient', 'records', '--verify');
      for (const one of mine?.records ?? []) if (one.state === 'anchored') missing.delete(one.htxm);
      return missing.size === 0;
    }, 180_000);
    for (const htxm of missing) note(`record ${htxm} of ${patient} was acknowledged and is not anchored`);
  }
  // Who has uses left reads on, until nothing is left: a use that was forgotten would be one more.
  for (const entry of grants.filter(({ isRevoked, isUsedUp }) => !isRevoked && !isUsedUp)) {
    await until(`${entry.grant} is used up`, async () => {
      await did(entry.doctor, 'doctor', 'sync');
      await fetch(entry);
      return entry.isUsedUp;
    });
  }
  for (const patient of patients) await checkPatient(patient);
  for (const name of hospitals) {
    const audit = await net.attemptOf(name, 'hospital', 'audit');
    if (audit.status !== 0 || !audit.json.ok) note(`audit of ${name}: ${audit.err || audit.out}`);
  }
  await net.down();
  for (const name of hospitals) {
    const verified = await net.attemptOf(name, 'chain', 'verify');
    if (verified.status !== 0) note(`chain verify of ${name}: ${verified.err}`);
  }
}
async function checkPatient(patient) {
  await did(patient, 'patient', 'sync');
  const { accesses, complete } = await net.of(patient, 'patient', 'accesses');
  if (!complete) note(`${patient}: not every log could be read`);
  for (const access of accesses) if (access.concern) note(`${patient}: ${JSON.stringify(access)}`);
  const shown = (await net.of(patient, 'patient', 'grants')).grants;
  for (const { grant, uses, reads, isRevoked, isUsedUp } of grants.filter((one) => one.patient === patient)) {
    const logged = accesses.filter((access) => access.grant === grant).length;
    const counted = shown.find((one) => one.grant === grant)?.used;
    if (logged > uses) note(`${grant}: ${logged} accesses by a grant of ${uses}`);
    if (reads > logged) note(`${grant}: read ${reads} times, logged ${logged}`);
    if (!isRevoked && isUsedUp && logged !== uses) note(`${grant}: used up, but ${logged} of ${uses} are logged`);
    if (counted !== logged) note(`${grant}: the wallet counts ${counted}, the log has ${logged}`);
  }
  for (const { htxu } of opened.filter((one) => one.patient === patient)) {
    const found = accesses.find((access) => access.htxu === htxu);
    if (!found?.on_sup || !found?.in_log) note(`emergency ${htxu}: ${JSON.stringify(found)}`);
  }
}

const began = Date.now();
try {
  await prepare();
  const commands = new Commands(net), dice = new Dice(seed), killer = new Killer(net, commands, dice, kills);
  const tell = (count) => console.log(`${count} kills, ${written.length} records written, ${grants.length} grants, ${grants.reduce((sum, { reads }) => sum + reads, 0)} reads, ${opened.length} emergencies; ${Math.round((Date.now() - began) / 1000)} s`);
  const load = [write('dr-lee', 'pat-a'), write('dr-garcia', 'pat-b'), share('dr-okafor', 'pat-a', 'h1'), share('dr-chen', 'pat-b', 'h3'), emergencies('dr-okafor', 'pat-b')];
  load.forEach((one) => one.catch((error) => note(error.stack)));
  await killer.run(tell);
  isEnding = true;
  await Promise.allSettled(load);
  if (killer.failure) throw killer.failure;
  await net.up();
  await check();
  tell(killer.count);
  console.log(JSON.stringify({ kills: killer.kills, records: written.length, grants: grants.length, reads: grants.reduce((sum, { reads }) => sum + reads, 0), emergencies: opened.length,
    failed_commands: failures, wrong: wrong.length, seconds: Math.round((Date.now() - began) / 1000) }));
  if (!written.length || !grants.some(({ reads }) => reads)) note('nothing was shared: the load did nothing');
} catch (error) {
  for (const name of net.servers) console.error(`${name}: ${net.daemon(name).errors.split('\n').at(-1)}`);
  note(error.stack);
}
if (wrong.length) console.error(`FAILED: ${wrong.length} wrong; what is left is in ${net.dir}`);
process.exitCode = wrong.length ? 1 : 0;
await net.down();
if (!wrong.length) await net.reset();
