// A devnet: the authority, hospitals, miners, doctors and patients, all that they keep in one folder.
//
//   DIR/NAME            the folder of a member; DIR/authority the authority's
//   DIR/NAME.{log,err,pid}   of its process
//   DIR/genesis, DIR/network.json, DIR/passphrase
//   DIR/done/STEP       what is done once, and need not be done again
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon, inParallel, run } from './process.mjs';

export const hospitals = ['h1', 'h2', 'h3', 'h4'];
export const miners = ['m1', 'm2'];
// name → hospital
export const doctors = { 'dr-lee': 'h1', 'dr-chen': 'h2', 'dr-garcia': 'h3', 'dr-okafor': 'h4' };
export const patients = ['pat-a', 'pat-b'];

// For the first port of a network that may run beside others. Below 32768: the system gives those above to outgoing connections, and a server that
// is killed would not find its own again.
export const portsOfMyOwn = () => 20_000 + (process.pid % 250) * 50;

export class CommandFailed extends Error {
  constructor(args, outcome) {
    super(`caduceus ${args.join(' ')}: ${outcome.err || outcome.out || `status ${outcome.status}`}`);
    this.outcome = outcome;
  }
}

export class Devnet {
  constructor({ dir, build = 'build/release', port = 7300 }) {
    Object.assign(this, { dir, port, program: join(build, 'caduceus'), lab: join(build, 'caduceus-lab') });
  }

  hospitalOf(doctor) { return doctors[doctor]; }
  path(...names) { return join(this.dir, ...names); }
  daemon(name) { return new Daemon(name, this.path(name)); }
  get words() { return ['--passphrase-file', this.path('passphrase')]; }
  get members() { return [...hospitals, ...miners, ...Object.keys(doctors), ...patients]; }
  get network() {
    const at = (offset) => `127.0.0.1:${this.port + offset}`;
    return {
      pkg: at(0),
      hospitals: Object.fromEntries(hospitals.map((name, i) => [name, { sup: at(10 * i + 11), med: at(10 * i + 12), records: at(10 * i + 13) }])),
      miners: Object.fromEntries(miners.map((name, i) => [name, at(i + 1)])),
    };
  }

  // As somebody would type it, with --json; whatever comes of it.
  attempt(...args) { return run(this.program, [...args, '--json']); }
  async call(...args) {
    const outcome = await this.attempt(...args);
    if (outcome.status !== 0) throw new CommandFailed(args, outcome);
    return outcome.json ?? {};
  }
  // Of a member: in its folder, with the passphrase.
  of(member, ...args) { return this.call(...args, '--dir', this.path(member), ...this.words); }
  attemptOf(member, ...args) { return this.attempt(...args, '--dir', this.path(member), ...this.words); }

  async once(step, work) {
    const mark = this.path('done', step);
    if (existsSync(mark)) return;
    await work();
    writeFileSync(mark, '');
  }

  // The authority is up, and everybody has keys from it.
  async enrolAll(tell = () => {}) {
    mkdirSync(this.path('done'), { recursive: true, mode: 0o700 });
    if (!existsSync(this.path('passphrase'))) writeFileSync(this.path('passphrase'), `${randomBytes(18).toString('base64')}\n`, { mode: 0o600 });
    writeFileSync(this.path('network.json'), `${JSON.stringify(this.network, null, 2)}\n`);
    tell('authority');
    await this.once('authority', () => this.call('pkg', 'init', '--dir', this.path('authority'), ...this.words));
    await this.startAuthority();
    tell('enrol');
    await inParallel(this.members, 4, (name) => this.once(`enrol-${name}`, () => this.enrol(name)));
  }

  // Everybody enrolled and known, all servers healthy. `tell(what)` hears of progress.
  async up(tell = () => {}) {
    await this.enrolAll(tell);
    await this.once('genesis', () => this.call('consortium', 'new', '--name', 'devnet', '--devnet', '--authority', this.path('authority', 'authority'),
      ...hospitals.flatMap((name) => ['--hospital', this.path(name, 'member')]), '--out', this.path('genesis')));
    tell('hospitals');
    await inParallel(hospitals, 2, async (name) => {
      await this.once(`init-${name}`, () => this.of(name, 'hospital', 'init', ...this.where, '--publish-seconds', '1'));
      await this.start(name);
    });
    tell('miners');
    await inParallel(miners, 2, async (name) => {
      await this.once(`init-${name}`, () => this.of(name, 'miner', 'init', ...this.where));
      await this.start(name);
    });
    tell('accounts');
    await inParallel(this.members.filter((name) => !miners.includes(name)), 3, (name) => this.once(`register-${name}`, () => this.register(name)));
    tell('people');
    await inParallel(Object.entries(doctors), 2, ([name, hospital]) => this.once(`init-${name}`, async () => {
      await this.of(hospital, 'hospital', 'hire', '--doctor', this.path(name, 'member'), '--device', '0', '--out', this.path(`${name}.licence`));
      await this.of(name, 'doctor', 'init', ...this.where, '--licence', this.path(`${name}.licence`));
    }));
    await inParallel(patients, 2, (name) => this.once(`init-${name}`, () => this.of(name, 'patient', 'init', ...this.where, '--relay', 'h1')));
  }

  get where() { return ['--genesis', this.path('genesis'), '--network', this.path('network.json')]; }

  async enrol(name) {
    const role = hospitals.includes(name) ? 'hospital' : miners.includes(name) ? 'miner' : name in doctors ? 'doctor' : 'patient';
    const token = this.path(`${name}.token`);
    rmSync(token, { force: true });
    // A patient's name is drawn by the authority.
    const who = role === 'patient' ? [] : ['--name', role === 'doctor' ? `${name}.${doctors[name]}` : name];
    if (role === 'doctor') who.push('--hospital', doctors[name]);
    await this.call('pkg', 'token', '--dir', this.path('authority'), '--role', role, ...who, '--address', this.network.pkg, '--out', token);
    await this.of(name, 'enrol', '--token', token);
    rmSync(token, { force: true });
  }
  register(name) {
    const nodes = hospitals.flatMap((hospital) => ['--node', `${hospital}=${this.network.hospitals[hospital].sup}`]);
    return this.of(name, 'register', '--genesis', this.path('genesis'), '--pkg', this.network.pkg, ...nodes);
  }

  startAuthority() {
    return this.daemon('authority').start(this.program, ['pkg', 'serve', '--dir', this.path('authority'), '--listen', this.network.pkg, '--json', ...this.words]);
  }
  // A hospital or a miner.
  start(name, more = {}) {
    const how = hospitals.includes(name) ? ['hospital', 'serve'] : ['miner', 'serve', '--cpu-share', '25'];
    return this.daemon(name).start(this.program, [...how, '--dir', this.path(name), '--json', ...this.words], more);
  }
  get servers() { return ['authority', ...hospitals, ...miners]; }

  async down() { await inParallel([...this.servers].reverse(), 8, (name) => this.daemon(name).stop()); }
  async reset() {
    await this.down();
    rmSync(this.dir, { recursive: true, force: true });
  }

  // A row a server.
  async status() {
    return inParallel(this.servers, 3, async (name) => {
      const pid = this.daemon(name).pid;
      const row = { name, pid: pid ?? null, state: pid ? 'up' : 'down' };
      if (!pid || name === 'authority') return row;
      const asked = await this.attemptOf(name, hospitals.includes(name) ? 'hospital' : 'miner', 'status');
      return asked.status === 0 ? { ...row, ...asked.json } : { ...row, state: 'silent', why: asked.err };
    });
  }
}

