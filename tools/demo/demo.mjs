// ./dev demo: the whole mission between real processes, on real FHIR records.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Devnet, hospitals, patients } from '../devnet/world.mjs';
import { run } from '../devnet/process.mjs';
import { attacks } from './attacks.mjs';
import { consent } from './consent.mjs';
import { emergency } from './emergency.mjs';
import { Story, expect } from './story.mjs';
import { texts } from './texts.mjs';
import { trust } from './trust.mjs';

const tools = join(dirname(fileURLToPath(import.meta.url)), '..');
const fixtures = join(tools, 'node_modules/cql-exec-fhir/test/fixtures/r4');
// Which encounters of a patient's bundle each doctor writes, by their numbers; the hospital is the doctor's.
const bundles = { 'pat-a': 'Luna60_McCullough561_6662f0ca-b617-4e02-8f55-7275e9f49aa0.json', 'pat-b': 'Johnnie679_Hermiston71_2cd30bd6-3a87-4191-af90-6daa70f58f55.json' };
const written = {
  'pat-a': { 'dr-lee': [0, 8], 'dr-chen': [8, 15], 'dr-garcia': [15, 23] },
  'pat-b': { 'dr-chen': [0, 8], 'dr-garcia': [8, 16], 'dr-okafor': [16, 22] },
};
const range = ([from, to]) => Array.from({ length: to - from }, (_, i) => from + i).join(',');

async function records(story, net) {
  story.chapter('records');
  await story.step('up', async () => {
    await net.up((what) => story.wait(`${story.texts.doing.up}: ${story.texts.up[what]}`));
    return { hospitals: hospitals.length, processes: net.servers.length };
  });
  await story.step('import', async () => {
    let resources = 0, accepted = 0, refused = 0, found = 0;
    for (const name of patients) {
      const done = await net.call('emr', 'import', join(fixtures, bundles[name]), '--out', net.path(`${name}.emr`));
      resources += done.resources, accepted += done.accepted, refused += done.refused.length, found += done.records.length;
    }
    expect(resources === 460 && accepted === 458 && refused === 2 && found === 45, `${accepted} of ${resources} resources, ${found} records`);
    return { resources, accepted, refused, records: found };
  });
  await story.step('visits', async () => {
    let visits = 0;
    for (const name of patients) {
      for (const doctor of Object.keys(written[name])) {
        await net.of(name, 'patient', 'visit', '--hospital', net.hospitalOf(doctor));
        visits += 1;
      }
    }
    return { visits };
  });
  const wrote = await story.step('write', async () => {
    let count = 0;
    for (const name of patients) {
      for (const [doctor, numbers] of Object.entries(written[name])) {
        const done = await net.of(doctor, 'doctor', 'write', '--patient', net.path(name, 'card'), '--emr', net.path(`${name}.emr`), '--only', range(numbers));
        count += done.records.length;
        story.wait(`${story.texts.doing.write}: ${count} / 45`);
      }
    }
    expect(count === 45, `${count} records were written`);
    return { records: count };
  });
  await story.step('received', async () => {
    const seen = await story.until(() => wallets(net), (all) => all.length === wrote.records, { show: (all) => `${all.length} / ${wrote.records}` });
    return { records: seen.length, unverified: seen.filter((one) => one.state !== 'anchored').length };
  });
  await story.step('anchored', async () => {
    const state = async () => (await Promise.all(hospitals.map((name) => net.of(name, 'hospital', 'status')))).reduce((sum, one) => sum + one.unpublished, 0);
    await story.until(state, (left) => left === 0, { show: (left) => `${45 - left} / 45`, patience: 90_000 });
    const seen = await story.until(() => wallets(net, '--verify'), (all) => all.every((one) => one.state === 'anchored'), {
      show: (all) => `${all.filter((one) => one.state === 'anchored').length} / 45` });
    return { records: seen.length, height: (await net.of('h1', 'hospital', 'status')).med_final };
  });
}

// What both patients have.
async function wallets(net, ...how) {
  const all = [];
  for (const name of patients) {
    await net.of(name, 'patient', 'sync');
    all.push(...(await net.of(name, 'patient', 'records', ...how)).records);
  }
  return all;
}

async function main() {
  const { values } = parseArgs({ options: {
    lang: { type: 'string', default: /^zh/.test(process.env.LC_ALL || process.env.LANG || '') ? 'zh' : 'en' }, json: { type: 'boolean', default: false },
    dir: { type: 'string', default: '.demo' }, port: { type: 'string', default: '7400' }, build: { type: 'string', default: 'build/release' },
    keep: { type: 'boolean', default: false } } });
  if (!(values.lang in texts)) throw new Error('--lang takes en or zh');
  const story = new Story({ texts: texts[values.lang], json: values.json, colours: !values.json && process.stdout.isTTY && process.env.NO_COLOR === undefined });
  const net = new Devnet({ dir: values.dir, port: Number(values.port), build: values.build });
  net.labCall = async (...args) => run(net.lab, args);
  let failure;
  const stop = () => net.down().finally(() => process.exit(130));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await net.reset();
    story.opening();
    for (const chapter of [records, consent, emergency, trust, attacks]) await chapter(story, net);
  } catch (error) {
    failure = error;
  }
  await net.down();
  story.closing(!failure, failure);
  if (failure) {
    if (!values.json) console.error(story.texts.logs(values.dir));
    process.exitCode = 1;
  } else if (!values.keep) {
    await net.reset();
  }
}

main().catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
