// Machines on one network, on this one: each is a network namespace with an address of its own, and a tree of its own over this machine's (overlayfs).
// As root; whoever uses it runs in namespaces of its own (isolate()), so that nothing is left when it ends.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../tools/devnet/process.mjs';

const here = dirname(fileURLToPath(import.meta.url));

function must(program, ...args) {
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr || done.error}`);
}

// The same program again in mount, process and network namespaces of its own; when it ends, all that it started does. Where that is not allowed: 77.
// Returns the folder that the machines are to be made in.
export function isolate() {
  if (process.env.CADUCEUS_ISOLATED) return process.env.CADUCEUS_ISOLATED;
  if (process.getuid() !== 0) skip('it needs root');
  const alone = ['--mount', '--pid', '--net', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  if (spawnSync('unshare', [...alone, 'true']).status !== 0) skip('namespaces are not allowed here');
  const folder = mkdtempSync(join(tmpdir(), 'machines-'));
  const done = spawnSync('unshare', [...alone, process.execPath, ...process.argv.slice(1)], { stdio: 'inherit', env: { ...process.env, CADUCEUS_ISOLATED: folder } });
  rmdirSync(folder);
  process.exit(done.status ?? 1);
}
export function skip(why) {
  console.log(`SKIPPED: ${why}`);
  process.exit(77);
}

export class Machines {
  // Names get the addresses 10.88.0.1, …, and NAME.example for each other. One folder, exchange(), is /srv/exchange on all.
  constructor(folder, names) {
    Object.assign(this, { folder, names });
    must('mount', '-t', 'tmpfs', '-o', 'size=6g', 'machines', folder);
    mkdirSync('/run/netns', { recursive: true });
    must('mount', '-t', 'tmpfs', 'netns', '/run/netns');
    must('ip', 'link', 'set', 'lo', 'up');
    must('ip', 'link', 'add', 'switch', 'type', 'bridge');
    must('ip', 'link', 'set', 'switch', 'up');
    mkdirSync(join(folder, 'shared'), { mode: 0o1777 });
    chmodSync(join(folder, 'shared'), 0o1777);
    const hosts = names.map((name, i) => `${this.address(i)} ${name}.example`).join('\n');
    names.forEach((name, i) => this.make(name, this.address(i), `127.0.0.1 localhost\n${hosts}\n`));
  }
  address(i) { return `10.88.0.${i + 1}`; }
  root(name, ...path) { return join(this.folder, name, 'root', ...path); }
  exchange(...path) { return join(this.folder, 'shared', ...path); }

  make(name, address, hosts) {
    must('ip', 'netns', 'add', name);
    must('ip', 'link', 'add', `to-${name}`, 'type', 'veth', 'peer', 'name', 'card', 'netns', name);
    must('ip', 'link', 'set', `to-${name}`, 'master', 'switch', 'up');
    for (const args of [['addr', 'add', `${address}/24`, 'dev', 'card'], ['link', 'set', 'card', 'up'], ['link', 'set', 'lo', 'up']]) must('ip', '-n', name, ...args);
    for (const part of ['upper', 'work', 'root']) mkdirSync(join(this.folder, name, part), { recursive: true });
    const at = (part) => join(this.folder, name, part);
    must('mount', '-t', 'overlay', `machine-${name}`, '-o', `lowerdir=/,upperdir=${at('upper')},workdir=${at('work')}`, at('root'));
    must('mount', '-t', 'proc', 'proc', this.root(name, 'proc'));
    must('mount', '--bind', '/dev', this.root(name, 'dev'));
    must('mount', '-t', 'tmpfs', 'run', this.root(name, 'run'));
    mkdirSync(this.root(name, 'srv', 'exchange'), { recursive: true });
    must('mount', '--bind', join(this.folder, 'shared'), this.root(name, 'srv', 'exchange'));
    writeFileSync(this.root(name, 'etc', 'hosts'), hosts);
    mkdirSync(this.root(name, 'usr', 'local', 'sbin'), { recursive: true });
    copyFileSync(join(here, 'systemctl'), this.root(name, 'usr', 'local', 'sbin', 'systemctl'));
    chmodSync(this.root(name, 'usr', 'local', 'sbin', 'systemctl'), 0o755);
  }

  // A script on a machine, as root. { status, out, err, json }
  on(name, script, environment = {}) {
    const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LC_ALL=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive',
      ...Object.entries(environment).map(([key, value]) => `${key}=${value}`)];
    return run('ip', ['netns', 'exec', name, 'chroot', this.root(name), 'env', '-i', ...env, 'bash', '--norc', '-euo', 'pipefail', '-c', script], { timeout: 300_000 });
  }
}
