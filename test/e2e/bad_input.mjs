// What somebody may type or send by mistake or to do harm: every command with every option wrong, every port with bytes of no use.
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';

const seconds = (n) => n * 1000;

// Every command that does something, as its help tells: { words, options: [{ name, takes, required }] }.
export async function commands(ask, words = []) {
  const help = await ask([...words, '--help']);
  const section = (title) => help.split(`\n${title}:\n`)[1]?.split('\n\n')[0].split('\n') ?? [];
  const below = section('Subcommands').map((line) => line.match(/^ {2}(\S+)/)?.[1]).filter(Boolean);
  if (below.length) return (await Promise.all(below.map((name) => commands(ask, [...words, name])))).flat();
  const options = section('Options').map((line) => line.match(/^ {2}(?:-\w,)?(--[\w-]+) ?((?:TEXT|UINT|INT|FLOAT)\S*)?(.*)/)).filter(Boolean)
    .map(([, name, takes, more]) => ({ name, takes, required: /REQUIRED/.test(more) })).filter(({ name }) => name !== '--help');
  return [{ words, options }];
}

// What is wrong in each place where a value stands. `files` are files that hold nothing of use.
function wrongValues({ takes }, files) {
  if (!takes) return [];
  if (!takes.startsWith('TEXT')) return ['-1', 'seven', '99999999999999999999'];
  return ['', '\u202e../../\u0007', 'f'.repeat(20_000), files.random, files.folder];
}

// The command lines to try: all that is needed left out, an option nobody knows, and each option wrong while the others are as `usual` has them.
export function* wrongLines({ words, options }, usual, files) {
  const needed = options.filter(({ required }) => required).flatMap(({ name }) => [name, usual(words, name)]);
  if (needed.length) yield words;
  yield [...words, ...needed, '--no-such-option'];
  for (const option of options) {
    for (const value of wrongValues(option, files)) {
      const others = options.filter(({ required, name }) => required && name !== option.name).flatMap(({ name }) => [name, usual(words, name)]);
      const secret = option.name.startsWith('--passphrase') || !options.some(({ name }) => name === '--passphrase-file') ? [] : ['--passphrase-file', usual(words, '--passphrase-file')];
      yield [...words, ...others, ...secret, option.name, value];
    }
  }
}

// Runs it in a folder to its end, at most two minutes: { status, signal, err }.
export function attempt(cwd, program, args) {
  return new Promise((done) => {
    const child = execFile(program, args, { cwd, timeout: seconds(120), killSignal: 'SIGKILL', maxBuffer: 1 << 24 }, (error, out, err) => {
      done({ status: error ? error.code ?? -1 : 0, signal: error?.signal, out, err });
    });
    child.stdin.end();
  });
}

// What is wrong with an end: nothing, if it was refused in words or went well. What it says may quote what it was given.
export function badEnd({ status, signal, err }, args = []) {
  if (signal) return `ended by ${signal}`;
  if (![0, 1, 2].includes(status)) return `status ${status}`;
  if (/terminate called|std::|CHECK|Sanitizer|core dumped/.test(err)) return `said ${err.slice(0, 200)}`;
  if (status !== 0 && !err.trim()) return 'said nothing';
  if (err.length > 1000 + 2 * args.join(' ').length) return `said ${err.length} bytes`;
}

// A connection that sends `bytes` and waits until the other end has enough of it, at most `patience`.
function send(port, bytes, patience = seconds(3)) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const end = () => { socket.destroy(); done(); };
    socket.on('error', end);
    socket.on('close', end);
    socket.setTimeout(patience, end);
    socket.resume();
  });
}

function sendOverTls(port, options, bytes) {
  return new Promise((done) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => socket.write(bytes));
    const end = () => { socket.destroy(); done(); };
    socket.on('error', end);
    socket.on('close', end);
    socket.setTimeout(seconds(3), end);
    socket.resume();
  });
}

// All that a stranger can do to a port. `own`: a certificate that nobody knows, { cert, key }.
export async function molest(port, random, own) {
  await send(port, random);
  await send(port, Buffer.alloc(0), 200);
  await send(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await send(port, Buffer.concat([Buffer.from([0x16, 3, 1, 0xff, 0xff]), random.subarray(0, 1000)]));  // TLS, a record too long
  await send(port, Buffer.alloc(1 << 20, 0xff));
  await sendOverTls(port, {}, random);
  await sendOverTls(port, { maxVersion: 'TLSv1.2' }, random);
  await sendOverTls(port, own, random);
  // Many who connect and say nothing.
  const silent = Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await sleep(seconds(1));
  return () => silent.forEach((socket) => socket.destroy());
}
