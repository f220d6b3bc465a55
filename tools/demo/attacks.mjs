// Who cheats is refused, each for his reason; and what is killed comes back.
import { hospitals } from '../devnet/world.mjs';
import { doctor, fetch, share, verified } from './consent.mjs';
import { expect, expectRefusal } from './story.mjs';

export async function attacks(story, net) {
  story.chapter('attacks');
  const { records } = await net.of('pat-a', 'patient', 'records');
  const at = (hospital) => records.filter((one) => one.hospital.includes(hospital));
  const lab = (...args) => net.labCall('attack', ...args, ...net.words);
  const grant = await share(net, { patient: 'pat-a', hospital: 'h2', records: [at('h2')[0].place] });
  await story.step('forged', async () => expectRefusal(await lab('forged-grant', '--dir', net.path(doctor), '--grant', grant), 'grant_forged'));
  await story.step('replay', async () => {
    verified(await fetch(net, grant), 1);
    return expectRefusal(await lab('replay', '--dir', net.path('dr-lee'), '--from', net.path(doctor), '--grant', grant), 'caller_other');
  });
  await story.step('stolen', async () => expectRefusal(await lab('stolen-grant', '--dir', net.path('dr-lee'), '--from', net.path(doctor), '--grant', grant), 'grant_not_for_us'));
  await story.step('tampered', async () => {
    const record = at('h3')[0];
    const wanted = await share(net, { patient: 'pat-a', hospital: 'h3', records: [record.place] });
    await net.daemon('h3').stop();
    const done = await lab('tampered-record', '--dir', net.path('h3'), '--record', record.htxm);
    expect(done.status === 0, done.err);
    await net.start('h3');
    return expectRefusal(await fetch(net, wanted), 'record_hash');
  });

  story.chapter('failure');
  await story.step('killed', async () => {
    const before = await net.of('h1', 'hospital', 'status');
    const wanted = await share(net, { patient: 'pat-a', hospital: 'h1', records: [at('h1')[0].place] });
    await net.daemon('h2').stop({ signal: 'SIGKILL' });
    verified(await fetch(net, wanted), 1);
    const after = await story.until(() => net.of('h1', 'hospital', 'status'), (now) => now.sup > before.sup && now.med > before.med, { patience: 60_000 });
    await net.start('h2');
    verified(await story.until(() => fetch(net, grant), (outcome) => outcome.status === 0, { show: (outcome) => outcome.err, patience: 60_000 }), 1);
    return { sup: after.sup - before.sup, med: after.med - before.med };
  });
  await story.step('audit', async () => {
    let entries = 0;
    for (const name of hospitals) {
      const done = await net.of(name, 'hospital', 'audit');
      expect(done.ok, JSON.stringify(done));
      entries += done.entries;
    }
    return { entries };
  });
  await story.step('verify', async () => {
    await net.down();
    const heights = [];
    for (const name of hospitals) heights.push(await net.of(name, 'chain', 'verify'));
    return { sup: heights[0].sup_height, med: heights[0].height, records: heights[0].records, hospitals: heights.length };
  });
  await story.step('block', async () => {
    const done = await lab('tampered-block', '--dir', net.path('h4'));
    expect(done.status === 0, done.err);
    const outcome = await net.attemptOf('h4', 'chain', 'verify');
    expect(outcome.status !== 0, 'a tampered block was not noticed');
    return { said: outcome.err.split('\n').at(-1).replace(/^caduceus: /, '') };
  });
}
