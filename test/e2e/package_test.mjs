// The package, installed on a machine of its own: what is in it, whether it runs, what systemd says of its units, what is left when it goes.
//   node package_test.mjs BUILD
import { copyFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Machines, isolate, skip } from './machines/machines.mjs';

const build = resolve(process.argv[2]);
const packages = readdirSync(build).filter((name) => /^caduceus_.*\.deb$/.test(name));
if (packages.length === 0) skip('there is no package yet: ./dev package makes it');
const folder = isolate();

const net = new Machines(folder, ['host']);
copyFileSync(join(build, packages[0]), net.exchange('caduceus.deb'));
let failed = 0;
async function step(what, script, holds = () => true) {
  const { status, out, err } = await net.on('host', script);
  const good = status === 0 && holds(out, err);
  console.log(`${good ? 'ok' : 'FAILED'}: ${what}${good ? '' : `\n${out}${err}`}`);
  failed += good ? 0 : 1;
}
const deb = '/srv/exchange/caduceus.deb';

await step('it depends on the libraries that it was linked with', `dpkg-deb --field ${deb} Depends`,
  (out) => ['libc6', 'libstdc++6', 'libssl3', 'librocksdb', 'libargon2', 'libfec', 'systemd'].every((one) => out.includes(one)));
await step('it has the program, the units, the manual and the guide, and nothing of the laboratory', `dpkg-deb --contents ${deb}`, (out) =>
  ['usr/bin/caduceus\n', 'systemd/system/caduceus-hospital@.service', 'caduceus-backup@.timer', 'sysusers.d/caduceus.conf', 'man1/caduceus.1.gz',
    'doc/caduceus/OPERATIONS.md', 'doc/caduceus/copyright'].every((one) => `${out}`.includes(one)) && !/lab|_test/.test(out));
await step('it installs', `apt-get install -y ${deb} && id caduceus && stat -c '%U %a' /var/lib/caduceus`, (out) => out.includes('caduceus 700'));
await step('it runs, as its user', 'runuser -u caduceus -- caduceus --version', (out) => /^caduceus \d+\.\d+\.\d+$/m.test(out));
await step('it makes an authority', `echo secret words >/root/p && runuser -u caduceus -- caduceus pkg init --dir /var/lib/caduceus/pkg --passphrase-fd 3 3</root/p &&
  stat -c '%U %a' /var/lib/caduceus/pkg/master.keystore`, (out) => out.includes('caduceus 600'));
await step('its manual is there', 'zcat /usr/share/man/man1/caduceus.1.gz', (out) => out.includes('patients decide'));
for (const kind of ['hospital', 'miner', 'pkg', 'backup']) {
  const unit = `caduceus-${kind}@h1.service`;
  await step(`systemd takes ${unit}`, `systemd-analyze verify --man=no ${unit}`, (out, err) => out + err === '');
  await step(`systemd finds ${unit} well confined`, `systemd-analyze security --offline=yes --threshold=20 --no-pager caduceus-${kind}@.service`);
}
await step('systemd takes the timer', 'systemd-analyze verify --man=no caduceus-backup@h1.timer', (out, err) => out + err === '');
await step('keys and records stay when it goes', `apt-get purge -y caduceus && test ! -e /usr/bin/caduceus && test -e /var/lib/caduceus/pkg/master.keystore`);
process.exit(failed ? 1 : 0);
