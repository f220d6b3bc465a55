// A patient who is awake lets a doctor of another hospital read her records.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, expectRefusal } from './story.mjs';

export const doctor = 'dr-okafor';  // of h4, where pat-a has never been

// The doctor asks, the patient sees it and grants; what the doctor then has.
export async function share(net, { patient, hospital, records, who = doctor, uses = 5, time = ['--hours', '24'], purpose = 'treatment' }) {
  const asked = await net.of(who, 'doctor', 'ask', '--patient', net.path(patient, 'card'), '--hospital', hospital, '--purpose', purpose, '--words',
    'second opinion', '--uses', String(uses));
  await net.of(patient, 'patient', 'sync');
  await net.of(who, 'doctor', 'sync');  // the agreement's last word, on their first meeting
  await net.of(patient, 'patient', 'sync');
  const { requests } = await net.of(patient, 'patient', 'requests');
  expect(requests.some((one) => one.question === asked.question), 'the patient does not see the request');
  const granted = await net.of(patient, 'patient', 'grant', '--question', asked.question, '--records', records.join(','), ...time, '--uses', String(uses));
  await net.of(who, 'doctor', 'sync');
  const { grants } = await net.of(who, 'doctor', 'grants');
  expect(grants.some((one) => one.grant === granted.grant), 'the doctor has not got the grant');
  return granted.grant;
}

export function fetch(net, grant, { who = doctor, records = [], again = false } = {}) {
  const which = records.length ? ['--records', records.join(',')] : [];
  return net.attemptOf(who, 'doctor', 'fetch', '--grant', grant, ...which, '--out', net.path('fetched'), ...(again ? ['--again'] : []));
}

// Of a fetch that must have worked: every record as the chain says.
export function verified(outcome, count) {
  expect(outcome.status === 0, outcome.err);
  const { records } = outcome.json;
  expect(records.length === count && records.every((one) => one.verified && one.state === 'anchored'), JSON.stringify(records));
  return records;
}

export async function consent(story, net) {
  story.chapter('consent');
  const { records } = await net.of('pat-a', 'patient', 'records');
  const places = records.filter((one) => one.hospital.includes('h2')).map((one) => one.place);
  let one, three, took;
  await story.step('grant', async () => {
    one = await share(net, { patient: 'pat-a', hospital: 'h2', records: places.slice(0, 1) });
    const began = Date.now();
    three = await share(net, { patient: 'pat-a', hospital: 'h2', records: places.slice(0, 3) });
    took = (Date.now() - began) / 1000;
    return { grants: 2 };
  });
  await story.step('share', async () => ({ title: verified(await fetch(net, one), 1)[0].title }));
  await story.step('share3', async () => ({ titles: verified(await fetch(net, three), 3).map((record) => record.title) }));
  await story.step('fourth', async () => expectRefusal(await fetch(net, three, { records: places.slice(3, 4) }), 'grant_records'));
  await story.step('expired', async () => {
    // Long enough to be used once, however busy this machine is.
    const lasting = Math.ceil(2 + took);
    const short = await share(net, { patient: 'pat-a', hospital: 'h2', records: places.slice(0, 1), time: ['--seconds', String(lasting)] });
    verified(await fetch(net, short), 1);
    await sleep(1000 * lasting);
    return { ...expectRefusal(await fetch(net, short), 'grant_expired'), lasting };
  });
  await story.step('revoked', async () => {
    await net.of('pat-a', 'patient', 'revoke', '--grant', one);
    return expectRefusal(await fetch(net, one), 'grant_revoked');
  });
  await story.step('seen', async () => {
    await net.of('pat-a', 'patient', 'sync');
    const { accesses, complete } = await net.of('pat-a', 'patient', 'accesses');
    const consented = accesses.filter((access) => access.kind === 'consented');
    expect(consented.length === 3 && complete, JSON.stringify(accesses));
    return { accesses: consented.length };
  });
}
