// Processes that are killed with -9 at random instants while people share records: the devnet's servers, and commands in the middle.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hospitals, miners } from '../../tools/devnet/world.mjs';

// Numbers from a seed (mulberry32): the instants and the victims; what the machine does meanwhile is its own.
export class Dice {
  constructor(seed) { this.state = seed >>> 0; }
  get next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  below(n) { return Math.floor(this.next * n); }
  of(list) { return list[this.below(list.length)]; }
}

// Commands of the devnet that can be killed: { status, signal, out, err, json } as tools/devnet/process.mjs has it, and whether it was we who did.
export class Commands {
  running = new Map();  // process → the member's role
  killed = new Set();
  ended = 0;

  constructor(net) {
    this.net = net;
    net.attempt = (...args) => this.attempt(args);
  }
  attempt(args) {
    return new Promise((done) => {
      const child = spawn(this.net.program, [...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '', err = '';
      child.stdout.on('data', (data) => { out += data; });
      child.stderr.on('data', (data) => { err += data; });
      if (args[0] === 'patient' || args[0] === 'doctor') this.running.set(child, args[0]);
      child.on('close', (code, signal) => {
        this.running.delete(child);
        ++this.ended;
        let json;
        try { json = JSON.parse(out.trim().split('\n').at(-1)); } catch { /* for people */ }
        done({ status: code ?? 128, signal, isKilled: signal === 'SIGKILL' && this.killed.has(child), out, err: err.trim(), json });
      });
    });
  }
}

export class Killer {
  kills = { authority: 0, hospital: 0, miner: 0, doctor: 0, patient: 0 };
  isOver = false;
  down = new Set();

  constructor(net, commands, dice, total) { Object.assign(this, { net, commands, dice, total }); }
  get count() { return Object.values(this.kills).reduce((sum, one) => sum + one, 0); }

  // Until so many were killed. At most one hospital is down at a time: with two, SUP rightly stands still.
  async run(tell) {
    const starting = [];
    for (let told = 0; this.count < this.total && !this.isOver;) {
      // Between two kills some commands come to their end, however slow the machine is.
      const enough = this.commands.ended + this.dice.below(6);
      while (this.commands.ended < enough) await sleep(20);
      await sleep(this.dice.below(700));
      if (this.dice.below(3) === 0) starting.push(await this.killServer());
      else this.killCommand();
      if (this.count >= told + 25) tell(told = this.count);
    }
    await Promise.all(starting);
  }

  killCommand() {
    const all = [...this.commands.running.keys()];
    if (!all.length) return;
    const victim = this.dice.of(all);
    if (!victim.kill('SIGKILL')) return;
    this.commands.killed.add(victim);
    ++this.kills[this.commands.running.get(victim)];
  }

  async killServer() {
    // Nobody is forgotten, however few are killed.
    const kinds = { authority: ['authority'], hospital: hospitals, miner: miners };
    const untouched = Object.entries(kinds).flatMap(([kind, names]) => (this.kills[kind] ? [] : names));
    const name = this.dice.of(untouched.length ? untouched : ['authority', ...hospitals, ...hospitals, ...miners]);
    const kind = Object.keys(kinds).find((one) => kinds[one].includes(name));
    if (this.down.has(name) || (kind === 'hospital' && hospitals.some((one) => this.down.has(one)))) return undefined;
    const daemon = this.net.daemon(name);
    if (!daemon.pid) {
      this.failure = new Error(`${name} is gone, and nobody killed it`);
      this.isOver = true;
      return undefined;
    }
    this.down.add(name);
    await daemon.stop({ signal: 'SIGKILL' });
    ++this.kills[kind];
    const back = (async () => {
      await sleep(this.dice.below(1500));
      await (name === 'authority' ? this.net.startAuthority() : this.net.start(name));
      this.down.delete(name);
    })();
    back.catch((error) => { this.failure = error; this.isOver = true; });
    return back;
  }
}
