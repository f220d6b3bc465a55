// A doctor's licence is revoked, and given back.
import { doctor, fetch, share, verified } from './consent.mjs';
import { expectRefusal } from './story.mjs';

export async function trust(story, net) {
  story.chapter('trust');
  const asked = [['pat-a', 'h1'], ['pat-a', 'h2'], ['pat-a', 'h3'], ['pat-b', 'h4']];
  const grants = [];
  await story.step('grants', async () => {
    for (const [patient, hospital] of asked) {
      const { records } = await net.of(patient, 'patient', 'records');
      grants.push(await share(net, { patient, hospital, records: [records.find((one) => one.hospital.includes(hospital)).place] }));
    }
    return { grants: grants.length };
  });
  const nodes = Object.entries(net.network.hospitals).flatMap(([name, { sup }]) => ['--node', `${name}=${sup}`]);
  const licence = ['--licence', net.path(`${doctor}.licence`), ...nodes];
  await story.step('licence', async () => {
    await net.of('h4', 'hospital', 'revoke', ...licence);
    for (const grant of grants) await story.until(() => fetch(net, grant), (outcome) => outcome.status !== 0, { patience: 10_000 });
    for (const grant of grants) expectRefusal(await fetch(net, grant), 'doctor_revoked');
    return { hospitals: grants.length };
  });
  await story.step('reinstated', async () => {
    await net.of('h4', 'hospital', 'reinstate', ...licence);
    for (const grant of grants) {
      verified(await story.until(() => fetch(net, grant), (outcome) => outcome.status === 0, { show: (outcome) => outcome.err, patience: 20_000 }), 1);
    }
    return { hospitals: grants.length };
  });
}
