// Programs that end by themselves, and processes that stay when this one ends.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

// Runs to the end: { status, out, err, json }. json: the last line of what it printed, if it is JSON.
export function run(program, args, { input = '', timeout = 120_000 } = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout });
    let out = '', err = '';
    child.stdout.on('data', (data) => { out += data; });
    child.stderr.on('data', (data) => { err += data; });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (error) => done({ status: 127, out, err: String(error) }));
    child.on('close', (code, signal) => {
      let json;
      try { json = JSON.parse(out.trim().split('\n').at(-1)); } catch { /* for people */ }
      done({ status: code ?? 128, signal, out, err: err.trim(), json });
    });
  });
}

// A process of its own session that writes to PATH.log and PATH.err; its number is in PATH.pid.
export class Daemon {
  constructor(name, path) {
    this.name = name;
    this.path = path;
  }

  get log() { return existsSync(`${this.path}.log`) ? readFileSync(`${this.path}.log`, 'utf8') : ''; }
  get errors() { return existsSync(`${this.path}.err`) ? readFileSync(`${this.path}.err`, 'utf8').trim() : ''; }

  // The number of the process, while it is there and is the one that was started.
  get pid() {
    if (!existsSync(`${this.path}.pid`)) return undefined;
    const [pid, mark] = readFileSync(`${this.path}.pid`, 'utf8').trim().split(' ');
    return mark === startOf(pid) ? Number(pid) : undefined;
  }

  // Until it has said, in one line of JSON, that it is ready. Returns that line. `env`: more than this process has.
  async start(program, args, { patience = 60_000, env = {} } = {}) {
    if (this.pid) return JSON.parse(this.log.split('\n')[0] || '{}');
    const out = openSync(`${this.path}.log`, 'w'), err = openSync(`${this.path}.err`, 'a');
    const child = spawn(program, args, { stdio: ['ignore', out, err], detached: true, env: { ...process.env, ...env } });
    const ended = new Promise((done) => { child.on('error', done); child.on('exit', done); });
    closeSync(out);
    closeSync(err);
    if (child.pid) writeFileSync(`${this.path}.pid`, `${child.pid} ${startOf(child.pid)}\n`);
    child.unref();
    let isOver = false;
    ended.then(() => { isOver = true; });
    for (const until = Date.now() + patience; Date.now() < until; await sleep(30)) {
      const text = this.log;
      if (text.includes('\n')) return JSON.parse(text.split('\n')[0]);
      if (isOver) throw new Error(`${this.name} did not start: ${this.errors.split('\n').at(-1) || 'it said nothing'} (${this.path}.err)`);
    }
    throw new Error(`${this.name} is not ready after ${patience / 1000} s (${this.path}.err)`);
  }

  // With SIGTERM; with SIGKILL when it does not end.
  async stop({ signal = 'SIGTERM', patience = 15_000 } = {}) {
    const pid = this.pid;
    if (pid) {
      process.kill(pid, signal);
      const until = Date.now() + patience;
      while (this.pid && Date.now() < until) await sleep(20);
      if (this.pid) process.kill(pid, 'SIGKILL');
      while (this.pid) await sleep(20);
    }
    rmSync(`${this.path}.pid`, { force: true });
  }
}

// When a process was started, in the kernel's ticks: another one with the same number has another. Nothing of one that is gone.
function startOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch { return undefined; }
}

// Several at a time.
export async function inParallel(items, most, work) {
  const queue = [...items.entries()], results = [];
  await Promise.all(Array.from({ length: Math.min(most, queue.length) }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  }));
  return results;
}
