// The pictures of how a record travels, in both languages, out of the messages below:
//   node tools/draw_flow.mjs docs       writes docs/{consented,emergency}.{en,zh}.svg
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const parties = {
  patient: ['patient’s wallet', '病人的钱包'],
  doctor: ['doctor (of h4)', '医生(h4 医院)'],
  own: ['hospital h4', 'h4 医院'],
  holder: ['hospital h2', 'h2 医院'],
  chains: ['SUP · MED', 'SUP · MED'],
};

// from, to, English, Chinese. The same party twice: what it does by itself.
const flows = {
  consented: {
    parties: ['patient', 'doctor', 'holder', 'chains'],
    title: ['Awake: the patient grants', '清醒:病人授权'],
    steps: [
      ['patient', 'holder', 'first visit: keys are agreed, once', '初诊:协商密钥,仅一次'],
      ['holder', 'chains', 'hashes of her records, one signature a batch', '病历的哈希,每批一个签名'],
      ['chains', 'chains', 'mined, then anchored by the hospitals', '挖出区块,再由医院锚定'],
      ['holder', 'patient', 'the records, sealed to her; she checks them on MED', '病历,仅她能打开;她在 MED 上核对'],
      ['doctor', 'patient', 'asks: which hospital, for what, how long', '请求:哪家医院、用途、时长'],
      ['patient', 'doctor', 'grants 1.2 and 1.5, for 24 hours, 3 uses (TAKA)', '授权 1.2 和 1.5,24 小时,3 次(TAKA)'],
      ['doctor', 'holder', 'a request that only this doctor can make of this grant', '只有这位医生能由此授权作出的请求'],
      ['holder', 'holder', 'grant in force? doctor not revoked? use counted, logged, on disk', '授权有效?医生未被吊销?计次、记日志、落盘'],
      ['holder', 'doctor', 'the records, under a key of this request alone', '病历,用仅属此请求的密钥加密'],
      ['doctor', 'chains', 'is it the record that the chain knows?', '它是链上的那份病历吗?'],
      ['holder', 'patient', 'who read what and why, with the doctor’s signed request', '谁读了什么、为何,附医生签名的请求'],
    ],
  },
  emergency: {
    parties: ['patient', 'doctor', 'own', 'holder', 'chains'],
    title: ['Unconscious: her hospital’s word, her iris, and everybody’s eyes', '昏迷:医院担保、虹膜开启、众目共睹'],
    steps: [
      ['patient', 'holder', 'before: a keyslot that only her iris opens', '事先:只有她的虹膜能打开的密钥槽'],
      ['patient', 'chains', 'before: the sealed index of her records', '事先:加密的病历索引'],
      ['doctor', 'own', 'cannot consent; reason', '病人无法同意;理由'],
      ['own', 'chains', 'vouches for the doctor: tx_ur(open), committed', '为医生担保:tx_ur(open),已提交'],
      ['doctor', 'holder', 'the committed request', '已提交的请求'],
      ['holder', 'doctor', 'the keyslot, counted and logged', '密钥槽,计次并记日志'],
      ['doctor', 'chains', 'iris → index: what there is, and where', '虹膜 → 索引:有什么、在哪里'],
      ['own', 'chains', 'tx_ur(read): these records, committed', 'tx_ur(read):这些病历,已提交'],
      ['doctor', 'holder', 'asks, by the index’s tokens', '凭索引的令牌请求'],
      ['holder', 'doctor', 'the records, logged', '病历,已记日志'],
      ['patient', 'chains', 'awake again: finds every request by its marks', '醒来:凭标记找到每一次请求'],
      ['patient', 'chains', 'disputes one; the hospital has to answer', '提出异议;医院必须答复'],
    ],
  },
};

const lane = 270, row = 44, top = 92, margin = 110;
const ink = '#24292f', line = '#8c959f', colour = { patient: '#0969da', doctor: '#8250df', own: '#bc4c00', holder: '#1a7f37', chains: '#57606a' };

function draw({ parties: names, title, steps }, language) {
  const x = Object.fromEntries(names.map((name, i) => [name, margin + i * lane]));
  const width = 2 * margin + (names.length - 1) * lane, height = top + steps.length * row + 24;
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'Noto Sans CJK SC', sans-serif" font-size="12.5">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${width / 2}" y="26" text-anchor="middle" font-size="17" font-weight="600" fill="${ink}">${title[language]}</text>`];
  for (const name of names) {
    out.push(`<line x1="${x[name]}" y1="74" x2="${x[name]}" y2="${height - 10}" stroke="${line}" stroke-dasharray="3 4"/>`,
      `<rect x="${x[name] - 78}" y="42" width="156" height="32" rx="6" fill="${colour[name]}"/>`,
      `<text x="${x[name]}" y="63" text-anchor="middle" font-weight="600" fill="#ffffff">${parties[name][language]}</text>`);
  }
  steps.forEach(([from, to, ...texts], i) => {
    const y = top + i * row + 26, text = texts[language];
    const label = (at, anchor) => `<text x="${at}" y="${y - 7}" text-anchor="${anchor}" fill="${ink}" paint-order="stroke" stroke="#ffffff" stroke-width="4">${text}</text>`;
    if (from === to) {
      // Towards the middle, where there is room.
      const side = x[from] > width / 2 ? -1 : 1;
      out.push(`<circle cx="${x[from]}" cy="${y - 4}" r="5" fill="${colour[from]}"/>`,
        `<text x="${x[from] + side * 14}" y="${y}" text-anchor="${side < 0 ? 'end' : 'start'}" fill="${ink}" paint-order="stroke" stroke="#ffffff" stroke-width="4">${text}</text>`);
      return;
    }
    const way = Math.sign(x[to] - x[from]), end = x[to] - way * 3;
    out.push(`<line x1="${x[from]}" y1="${y}" x2="${end - way * 6}" y2="${y}" stroke="${colour[from]}" stroke-width="1.8"/>`,
      `<path d="M${end} ${y} l${-way * 10} -5 v10 z" fill="${colour[from]}"/>`, label((x[from] + x[to]) / 2, 'middle'));
  });
  return `${out.join('\n')}\n</svg>\n`;
}

const folder = process.argv[2];
if (!folder) throw new Error('usage: node tools/draw_flow.mjs FOLDER');
for (const [name, flow] of Object.entries(flows)) {
  ['en', 'zh'].forEach((language, i) => writeFileSync(join(folder, `${name}.${language}.svg`), draw(flow, i)));
}
