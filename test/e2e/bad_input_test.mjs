// Bad input at every command and port of a devnet: a clear error, and nothing lost.
//   node bad_input_test.mjs BUILD
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Devnet, doctors, hospitals, patients, portsOfMyOwn } from '../../tools/devnet/world.mjs';
import { inParallel } from '../../tools/devnet/process.mjs';
import { attempt, badEnd, commands, molest, wrongLines } from './bad_input.mjs';

const net = new Devnet({ dir: mkdtempSync(join(tmpdir(), 'bad-input-')), build: resolve(process.argv[2]), port: portsOfMyOwn() });
const wrong = [];
const note = (what) => { wrong.push(what); console.error(`WRONG: ${what}`); };

const path = (...names) => net.path(...names);
const short = (args) => args.map((word) => (word.length > 60 ? `${word.slice(0, 20)}… (${word.length})` : word)).join(' ');

// Whose folder a command is given.
const owner = { pkg: 'authority', hospital: 'h1', sup: 'h1', med: 'h1', miner: 'm1', patient: 'pat-a', light: 'pat-b', doctor: 'dr-lee', chain: 'h1' };
// What somebody would type who types all else right. Nothing of it changes anything: ids are of nothing, new folders are new.
function usual(words, option) {
  const id = '3f'.repeat(32);
  const values = {
    '--dir': words[0] === 'enrol' || words.at(-1) === 'restore' || words.join(' ') === 'pkg init' ? path('wrong', `new-${usual.made = (usual.made ?? 0) + 1}`) : path(owner[words[0]] ?? 'h1'),
    '--passphrase-file': path('passphrase'), '--genesis': path('genesis'), '--network': path('network.json'), '--pkg': net.network.pkg,
    '--authority': path('authority', 'authority'), '--hospital': words[0] === 'consortium' ? path('h1', 'member') : 'h2', '--doctor': path('dr-lee', 'member'),
    '--licence': path('dr-lee.licence'), '--patient': path('pat-a', 'card'), '--listen': net.network.pkg, '--address': net.network.pkg, '--relay': 'h1',
    '--node': `h1=${net.network.hospitals.h1.sup}`, '--grant': id, '--question': id, '--htxu': id, '--dispute': id, '--record': id, '--case': id,
    '--records': '1.1', '--record-place': '1.1', '--role': 'miner', '--token': path('no-token'), '--device': '0', '--scan': path('no-scan'), '--holder': 'h1',
    '--from': path('no-backup'), '--reason': '1', '--purpose': 'care', '--words': 'words', '--name': 'somebody', '--out': path('wrong', `out-${usual.made}`), '--emr': path('no-emr'),
    '--place': '1.1', '--height': '1', '--seconds': '1',
  };
  return values[option] ?? 'x';
}

const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
// What a member may not lose: everything in the folder but what grows by itself.
function kept(name) {
  const files = ['member', 'member.keystore', 'genesis', 'network.json', 'card', 'authority', 'authority.keystore'].map((file) => path(name, file));
  return files.filter((file) => { try { return statSync(file).isFile(); } catch { return false; } }).map((file) => [file, digest(file)]);
}
const everybody = ['authority', ...hospitals, 'm1', 'm2', ...Object.keys(doctors), ...patients];

async function healthy(when) {
  for (const row of await net.status()) if (row.state !== 'up') note(`${when}: ${row.name} is ${row.state}: ${row.why}`);
}

async function tryCommands() {
  const files = { random: path('wrong', 'random'), folder: path('wrong') };
  const all = await commands(async (words) => (await attempt(path('wrong', 'deep', 'here'), net.program, words)).out);
  if (all.length < 60) note(`only ${all.length} commands found: does the help look otherwise now?`);
  const lines = all.flatMap((command) => [...wrongLines(command, usual, files)]);
  let refused = 0;
  await inParallel(lines, 3, async (args) => {
    const end = await attempt(path('wrong', 'deep', 'here'), net.program, args);
    const bad = badEnd(end, args);
    if (bad) note(`caduceus ${short(args)}: ${bad}`);
    else if (end.status !== 0) ++refused;
  });
  console.log(`${all.length} commands, ${lines.length} lines, ${refused} refused`);
  if (refused < lines.length * 0.8) note(`only ${refused} of ${lines.length} lines were refused`);
}

const damages = (whole) => {
  const changed = Buffer.from(whole);
  if (changed.length) changed[changed.length >> 1] ^= 0x55;
  return [['cut off', whole.subarray(0, whole.length >> 1)], ['empty', Buffer.alloc(0)], ['changed', changed], ['random', randomBytes(4096)]];
};
// Without these no command goes on.
const essential = ['member.keystore', 'genesis'];

// Each small file of a copy of a folder cut off, emptied, changed: said by name, and the file stays as it is. `status`: of the folder as it is.
async function tryFiles(status, member, ...command) {
  let tried = 0;
  const well = await attempt(path('wrong', 'deep', 'here'), net.program, [...command, '--dir', path(member), ...net.words]);
  if (well.status !== status) note(`${command.join(' ')} ends with ${well.status}: ${well.err}`);
  for (const file of readdirSync(path(member)).filter((name) => statSync(path(member, name)).isFile())) {
    const whole = readFileSync(path(member, file));
    for (const [how, bytes] of damages(whole)) {
      const copy = path('wrong', `${member}-${tried++}`);
      cpSync(path(member), copy, { recursive: true });
      writeFileSync(join(copy, file), bytes);
      const end = await attempt(path('wrong', 'deep', 'here'), net.program, [...command, '--dir', copy, ...net.words]);
      const bad = badEnd(end);
      if (bad) note(`${command.join(' ')} with ${file} ${how}: ${bad}`);
      if (essential.includes(file) && end.status !== 1) note(`${command.join(' ')} takes ${file}, ${how}: status ${end.status}`);
      if (digest(join(copy, file)) !== createHash('sha256').update(bytes).digest('hex') && end.status !== 0) note(`${command.join(' ')} changed ${file}, which was ${how}`);
    }
  }
  console.log(`${command.join(' ')}: ${tried} damaged folders`);
}

// What a doctor shows the hospital that hires him.
async function tryMember() {
  for (const [how, bytes] of damages(readFileSync(path('dr-lee', 'member')))) {
    const member = path('wrong', `member ${how}`);
    writeFileSync(member, bytes);
    const end = await attempt(path('wrong'), net.program,
      ['hospital', 'hire', '--dir', path('h1'), '--doctor', member, '--device', '1', '--out', path('wrong', `licence ${how}`), ...net.words]);
    const bad = badEnd(end) ?? (end.status === 1 ? undefined : `status ${end.status}`);
    if (bad) note(`hospital hire with a member ${how}: ${bad}`);
  }
}

async function tryPorts() {
  const random = randomBytes(1 << 16);
  const pem = (name) => path('wrong', `${name}.pem`);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', pem('key'), '-out', pem('cert'), '-subj', '/CN=h1', '-days', '1'], { stdio: 'ignore' });
  const own = { cert: readFileSync(pem('cert')), key: readFileSync(pem('key')) };
  const at = (address) => Number(address.split(':').at(-1));
  const ports = { pkg: at(net.network.pkg), ...Object.fromEntries(Object.entries(net.network.hospitals.h1).map(([kind, address]) => [kind, at(address)])), miner: at(net.network.miners.m1) };
  const pids = net.servers.map((name) => net.daemon(name).pid);
  const before = net.servers.map((name) => net.daemon(name).errors.length);
  const releases = [];
  for (const [kind, port] of Object.entries(ports)) {
    releases.push(await molest(port, random, own));
    console.log(`port of ${kind}: molested, 300 silent connections stay`);
  }
  await healthy('while strangers stay connected');
  for (const args of [['patient', 'sync'], ['doctor', 'sync'], ['hospital', 'status']]) {
    const member = owner[args[0]];
    const end = await net.attemptOf(member, ...args);
    if (end.status !== 0) note(`${args.join(' ')} while strangers stay connected: ${end.err}`);
  }
  releases.forEach((release) => release());
  net.servers.forEach((name, i) => {
    if (net.daemon(name).pid !== pids[i]) note(`${name} did not live through it`);
    const grown = net.daemon(name).errors.length - before[i];
    if (grown > 200_000) note(`${name} wrote ${grown} bytes of errors`);
  });
}

try {
  await net.up();
  mkdirSync(path('wrong', 'deep', 'here'), { recursive: true });
  writeFileSync(path('wrong', 'random'), randomBytes(1 << 16));
  const before = everybody.flatMap(kept);
  await tryCommands();
  await tryFiles(0, 'pat-b', 'patient', 'records');
  await tryFiles(0, 'dr-lee', 'doctor', 'status');
  await tryMember();
  await healthy('after wrong commands');
  await tryPorts();
  for (const [file, was] of before) if (digest(file) !== was) note(`${file} has changed`);
  const audit = await net.attemptOf('h1', 'hospital', 'audit');
  if (audit.status !== 0) note(`hospital audit: ${audit.err}`);
  await net.down();
  await tryFiles(1, 'h4', 'hospital', 'status');
  await net.up();
  await healthy('after all');
} catch (error) {
  note(error.stack);
}
if (wrong.length) console.error(`FAILED: ${wrong.length} wrong`);
process.exitCode = wrong.length ? 1 : 0;
await net.reset();
