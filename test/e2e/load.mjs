// People who share records on a devnet, one after the other, for as long as they are let; and a checker: nothing acknowledged is lost, no use of a
// grant is counted twice or forgotten.
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hospitals, patients } from '../../tools/devnet/world.mjs';
import { run } from '../../tools/devnet/process.mjs';

const bundle = join(dirname(fileURLToPath(import.meta.url)), '../../tools/node_modules/cql-exec-fhir/test/fixtures/r4/Luna60_McCullough561_6662f0ca-b617-4e02-8f55-7275e9f49aa0.json');

// What a program says when it has a bug.
const bug = /CHECK\(|terminate called|Sanitizer/;

export class Load {
  // What somebody was told is done.
  written = [];  // { patient, htxm }
  grants = [];   // { grant, patient, doctor, uses, reads, isUsedUp, isRevoked, isToBeRevoked }
  opened = [];   // { patient, htxu }
  wrong = [];    // what must not be, in words
  failures = 0;
  isEnding = false;
  turns = new Map();

  // Who ends the program in the middle leaves no process of the devnet.
  constructor(net) {
    this.net = net;
    const stop = () => net.down().finally(() => process.exit(130));
    process.on('SIGINT', stop).on('SIGTERM', stop);
  }
  note(what) {
    this.wrong.push(what);
    console.error(`WRONG: ${what}`);
  }
  get reads() { return this.grants.reduce((sum, { reads }) => sum + reads, 0); }
  get done() { return `${this.written.length} records written, ${this.grants.length} grants, ${this.reads} reads, ${this.opened.length} emergencies`; }

  begin() {
    this.underWay = [this.write('dr-lee', 'pat-a'), this.write('dr-garcia', 'pat-b'), this.share('dr-okafor', 'pat-a', 'h1'), this.share('dr-chen', 'pat-b', 'h3'),
      this.emergencies('dr-okafor', 'pat-b')];
    this.underWay.forEach((one) => one.catch((error) => this.note(error.stack)));
  }
  async end() {
    this.isEnding = true;
    await Promise.allSettled(this.underWay);
    if (!this.written.length || !this.reads) this.note('nothing was shared: the load did nothing');
    if (!this.opened.length) this.note('no emergency was opened: the load did nothing of that');
    this.checkServers();
  }

  // One command at a time in a folder: people do not race with themselves.
  inTurn(member, work) {
    const mine = (this.turns.get(member) ?? Promise.resolve()).then(work);
    this.turns.set(member, mine.catch(() => {}));
    return mine;
  }
  async attempt(member, ...args) {
    const end = await this.inTurn(member, () => this.net.attemptOf(member, ...args));
    const what = `${member}: ${args.slice(0, 2).join(' ')}`;
    if (end.signal && !end.isKilled) this.note(`${what} was ended by ${end.signal}, and nobody killed it`);
    if (bug.test(end.err)) this.note(`${what} said ${end.err}`);
    return end;
  }
  // Who killed one has started it again.
  checkServers() {
    for (const name of this.net.servers) if (!this.net.daemon(name).pid) this.note(`${name} is gone, and nobody killed it`);
    this.checkErrors();
  }
  checkErrors() {
    for (const name of this.net.servers) {
      const said = this.net.daemon(name).errors.split('\n').find((line) => bug.test(line));
      if (said) this.note(`${name} said ${said}`);
    }
  }
  // Its JSON; undefined when it was killed or met a server that was.
  async did(member, ...args) {
    const end = await this.attempt(member, ...args);
    if (end.status === 0) return end.json;
    ++this.failures;
    if (process.env.VERBOSE) console.error(`${member}: ${args.slice(0, 2).join(' ')}: ${end.signal ?? end.err.split('\n')[0]}`);
    return undefined;
  }
  // Again until it works: what is not sure to have happened may be said again.
  async until(what, work, patience = 120_000) {
    for (const limit = Date.now() + patience; ; await sleep(300)) {
      const outcome = await work();
      if (outcome) return outcome;
      if (Date.now() > limit) {
        this.note(`${what}: not within ${patience / 1000} s`);
        return undefined;
      }
    }
  }

  // A doctor writes one record after the other.
  async write(doctor, patient) {
    for (let number = 0; !this.isEnding; number = (number + 1) % 23) {
      const done = await this.did(doctor, 'doctor', 'write', '--patient', this.net.path(patient, 'card'), '--emr', this.net.path('emr'), '--only', String(number));
      if (done) this.written.push(...done.records.map(({ htxm }) => ({ patient, htxm })));
      await this.did(patient, 'patient', 'sync');
      await sleep(500);
    }
  }

  // A doctor asks, the patient grants two uses, the doctor reads until nothing is left, or the patient takes it back.
  async share(doctor, patient, hospital) {
    for (let round = 0; !this.isEnding; ++round) {
      const asked = await this.did(doctor, 'doctor', 'ask', '--patient', this.net.path(patient, 'card'), '--hospital', hospital, '--purpose', 'treatment', '--words', 'please', '--uses', '2');
      if (!asked) continue;
      const place = await this.firstPlace(patient, hospital);
      if (!place) continue;
      const granted = await this.grantOf(patient, doctor, asked.question, place);
      if (!granted) continue;
      const entry = { grant: granted.grant, patient, doctor, uses: 2, reads: 0, isUsedUp: false, isRevoked: false, isToBeRevoked: false };
      this.grants.push(entry);
      const has = await this.until(`${doctor} gets ${entry.grant}`, async () => {
        await this.did(doctor, 'doctor', 'sync');
        const mine = await this.did(doctor, 'doctor', 'grants');
        return mine?.grants.some((one) => one.grant === entry.grant) || this.isEnding;
      });
      if (!has || this.isEnding) continue;
      if (round % 4 === 3) {
        entry.isToBeRevoked = true;
        if (await this.did(patient, 'patient', 'revoke', '--grant', entry.grant)) entry.isRevoked = true;
      }
      while (!this.isEnding && !entry.isUsedUp) {
        const end = await this.fetch(entry);
        if (/grant_revoked/.test(end.err)) break;
      }
    }
  }
  async firstPlace(patient, hospital) {
    await this.did(patient, 'patient', 'sync');
    const mine = await this.did(patient, 'patient', 'records');
    return mine?.records.find((one) => one.hospital.includes(hospital))?.place;
  }
  // The question comes by mail; a grant whose command was killed may be made or not, and another is asked for.
  async grantOf(patient, doctor, question, place) {
    for (let i = 0; i < 8 && !this.isEnding; ++i) {
      // Their first meeting takes a letter each way.
      for (const [member, role] of [[patient, 'patient'], [doctor, 'doctor'], [patient, 'patient']]) await this.did(member, role, 'sync');
      const waiting = await this.did(patient, 'patient', 'requests');
      if (!waiting?.requests.some((one) => one.question === question)) continue;
      const granted = await this.did(patient, 'patient', 'grant', '--question', question, '--records', place, '--hours', '24', '--uses', '2');
      if (granted) return granted;
    }
    return undefined;
  }
  async fetch(entry) {
    const end = await this.attempt(entry.doctor, 'doctor', 'fetch', '--grant', entry.grant, '--out', this.net.path(`out-${entry.doctor}`));
    if (end.status === 0) {
      ++entry.reads;
      if (entry.isRevoked) this.note(`${entry.grant} was read after the revocation was acknowledged`);
    } else {
      ++this.failures;
      if (/grant_used_up/.test(end.err)) entry.isUsedUp = true;
    // Its command may have been killed after the hospital had heard of it.
    if (/grant_revoked/.test(end.err)) entry.isRevoked = true;
    if (entry.isRevoked && !entry.isToBeRevoked) this.note(`${entry.grant} was revoked by nobody`);
    }
    return end;
  }

  async emergencies(doctor, patient) {
    for (let i = 0; (i < 6 || !this.opened.length) && !this.isEnding; ++i) {
      const done = await this.did(doctor, 'doctor', 'emergency', 'open', '--patient', this.net.path(patient, 'card'), '--scan', this.net.path('scan'), '--reason', '1');
      if (done) this.opened.push({ patient, htxu: done.htxu });
      await sleep(3000);
    }
  }

  async prepare() {
    await this.net.up();
    await this.net.call('emr', 'import', bundle, '--out', this.net.path('emr'));
    const homes = { 'pat-a': ['h1', 'h2'], 'pat-b': ['h3', 'h2'] };
    for (const [patient, visited] of Object.entries(homes)) {
      for (const hospital of visited) await this.net.of(patient, 'patient', 'visit', '--hospital', hospital);
    }
    const scan = await run(this.net.lab, ['scan', '--new', '--out', this.net.path('scan')]);
    if (scan.status !== 0) throw new Error(scan.err);
    await this.net.of('pat-b', 'patient', 'biometrics', 'enrol', '--scan', this.net.path('scan'), '--holder', 'h2', '--holder', 'h3');
    for (const [doctor, patient] of [['dr-lee', 'pat-a'], ['dr-garcia', 'pat-b'], ['dr-chen', 'pat-a']]) {
      await this.net.of(doctor, 'doctor', 'write', '--patient', this.net.path(patient, 'card'), '--emr', this.net.path('emr'), '--only', '0,1');
    }
    await this.until('the keyslot on MED', async () => (await this.attempt('dr-okafor', 'doctor', 'emergency', 'open', '--patient', this.net.path('pat-b', 'card'), '--scan', this.net.path('scan'), '--reason', '1')).status === 0);
  }

  // Everybody is up again and has time to deliver: then what was acknowledged is there.
  async check() {
    for (const patient of patients) {
      const missing = new Set(this.written.filter((one) => one.patient === patient).map(({ htxm }) => htxm));
      await this.until(`${patient} has ${missing.size} records, all anchored`, async () => {
        await this.did(patient, 'patient', 'sync');
        const mine = await this.did(patient, 'patient', 'records', '--verify');
        for (const one of mine?.records ?? []) if (one.state === 'anchored') missing.delete(one.htxm);
        return missing.size === 0;
      }, 180_000);
      for (const htxm of missing) this.note(`record ${htxm} of ${patient} was acknowledged and is not anchored`);
    }
    // Who has uses left reads on, until nothing is left: a use that was forgotten would be one more.
    for (const entry of this.grants.filter(({ isRevoked, isUsedUp }) => !isRevoked && !isUsedUp)) {
      await this.until(`${entry.grant} is over`, async () => {
        await this.did(entry.doctor, 'doctor', 'sync');
        await this.fetch(entry);
        return entry.isUsedUp || entry.isRevoked;
      });
    }
    for (const patient of patients) await this.checkPatient(patient);
    for (const name of hospitals) {
      const audit = await this.attempt(name, 'hospital', 'audit');
      if (audit.status !== 0 || !audit.json.ok) this.note(`audit of ${name}: ${audit.err || audit.out}`);
    }
    this.checkServers();
    await this.net.down();
    this.checkErrors();
    for (const name of hospitals) {
      const verified = await this.attempt(name, 'chain', 'verify');
      if (verified.status !== 0) this.note(`chain verify of ${name}: ${verified.err}`);
    }
  }
  async checkPatient(patient) {
    await this.did(patient, 'patient', 'sync');
    const { accesses, complete } = await this.net.of(patient, 'patient', 'accesses');
    if (!complete) this.note(`${patient}: not every log could be read`);
    for (const access of accesses) if (access.concern) this.note(`${patient}: ${JSON.stringify(access)}`);
    const shown = (await this.net.of(patient, 'patient', 'grants')).grants;
    for (const { grant, uses, reads, isRevoked, isUsedUp } of this.grants.filter((one) => one.patient === patient)) {
      const logged = accesses.filter((access) => access.grant === grant).length;
      const counted = shown.find((one) => one.grant === grant)?.used;
      if (logged > uses) this.note(`${grant}: ${logged} accesses by a grant of ${uses}`);
      if (reads > logged) this.note(`${grant}: read ${reads} times, logged ${logged}`);
      if (!isRevoked && isUsedUp && logged !== uses) this.note(`${grant}: used up, but ${logged} of ${uses} are logged`);
      if (counted !== logged) this.note(`${grant}: the wallet counts ${counted}, the log has ${logged}`);
    }
    for (const { htxu } of this.opened.filter((one) => one.patient === patient)) {
      const found = accesses.find((access) => access.htxu === htxu);
      if (!found?.on_sup || !found?.in_log) this.note(`emergency ${htxu}: ${JSON.stringify(found)}`);
    }
  }
}
