// A patient who is unconscious: her biometrics open her index, SUP keeps what was done, and she sees all of it afterwards.
import { doctor, verified } from './consent.mjs';
import { expect } from './story.mjs';

export async function emergency(story, net) {
  story.chapter('emergency');
  const scan = net.path('scan'), noisy = net.path('scan.noisy');
  await story.step('biometrics', async () => {
    expect((await net.labCall('scan', '--new', '--out', scan)).status === 0, 'no scan');
    const done = await net.of('pat-a', 'patient', 'biometrics', 'enrol', '--scan', scan, '--holder', 'h1', '--holder', 'h3');
    const { published } = await net.of('pat-a', 'patient', 'publish');
    await story.until(() => net.of('pat-a', 'patient', 'records', '--verify'), ({ records }) => records.every((one) => one.indexed),
      { show: ({ records }) => `${records.filter((one) => one.indexed).length} / ${records.length}`, patience: 90_000 });
    return { holders: done.holders.length, entries: published };
  });
  let opened;
  await story.step('open', async () => {
    const drawn = await net.labCall('scan', '--noisy', scan, '--errors', '12', '--out', noisy, '--json');
    expect(drawn.status === 0, drawn.err);
    opened = await net.of(doctor, 'doctor', 'emergency', 'open', '--patient', net.path('pat-a', 'card'), '--scan', noisy, '--reason', '1');
    expect(opened.entries.length === 23, `${opened.entries.length} entries`);
    return { changed: drawn.json?.changed, bits: drawn.json?.bits, entries: opened.entries.length };
  });
  await story.step('read', async () => {
    // Not a word of its title.
    const telling = (entry) => entry.keywords.find((keyword) => !/^\d{4}-/.test(keyword));
    const wanted = opened.entries.find(telling);
    expect(wanted, 'no entry has a keyword');
    const done = await net.attemptOf(doctor, 'doctor', 'emergency', 'read', '--case', opened.case, '--records', `${wanted.hospital}:${wanted.place}`, '--out', net.path('fetched'));
    const records = verified(done, 1);
    return { keyword: telling(wanted), title: records[0].title };
  });
  let htxu;
  await story.step('wakes', async () => {
    await net.of('pat-a', 'patient', 'sync');
    const { accesses, complete } = await net.of('pat-a', 'patient', 'accesses');
    const found = accesses.filter((access) => access.kind !== 'consented');
    expect(complete && found.length === 2 && found.every((access) => access.in_log), JSON.stringify(accesses));
    htxu = found.find((access) => access.kind === 'read').htxu;
    expect(found.find((access) => access.kind === 'read').on_sup, 'the reading is not found on SUP');
    return { accesses: found.length, doctor: found[0].doctor };
  });
  await story.step('dispute', async () => {
    const { dispute } = await net.of('pat-a', 'patient', 'dispute', '--htxu', htxu, '--words', 'I was awake.');
    const { disputes } = await net.of('h4', 'hospital', 'disputes');
    expect(disputes.some((one) => one.dispute === dispute && !one.answered), JSON.stringify(disputes));
    await net.of('h4', 'hospital', 'answer', '--dispute', dispute, '--words', 'The patient came in unconscious at 3 a.m.');
    await net.of('pat-a', 'patient', 'sync');
    const { accesses } = await net.of('pat-a', 'patient', 'accesses');
    expect(accesses.find((access) => access.htxu === htxu)?.disputed, 'the dispute does not show');
    return {};
  });
}
