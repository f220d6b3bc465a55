// A plot of messages a decision, out of what `caduceus-lab sim messages --json` prints:
//   build/release/caduceus-lab sim messages --json | node tools/plot_messages.mjs > docs/messages.svg
import { readFileSync } from 'node:fs';

const rows = readFileSync(0, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const of = (depth, isDown) => rows.filter((row) => row.depth === depth && (row.down > 0) === isDown);
const curves = [
  { name: 'PBFT, good case', colour: '#999999', points: of(3, false).map((row) => [row.replicas, row.pbft]) },
  { name: 'SUP, f down', colour: '#c0504d', points: of(3, true).map((row) => [row.replicas, row.messages_a_decision]) },
  { name: 'SUP, good case', colour: '#1f77b4', points: of(3, false).map((row) => [row.replicas, row.messages_a_decision]) },
];

const width = 640, height = 400, left = 70, right = 150, top = 20, bottom = 50;
const scale = (value, least, most, from, to) => from + (Math.log(value / least) / Math.log(most / least)) * (to - from);
const x = (n) => scale(n, 4, 64, left, width - right).toFixed(1);
const y = (count) => scale(count, 4, 10_000, height - bottom, top).toFixed(1);
const text = (at, words, extra = '') => `<text x="${at[0]}" y="${at[1]}" ${extra}>${words}</text>`;

const parts = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
  `<rect width="${width}" height="${height}" fill="white"/>`];
for (const n of [4, 7, 16, 31, 64]) {
  parts.push(`<line x1="${x(n)}" x2="${x(n)}" y1="${top}" y2="${height - bottom}" stroke="#eeeeee"/>`);
  parts.push(text([x(n), height - bottom + 18], n, 'text-anchor="middle"'));
}
for (const count of [10, 100, 1000, 10_000]) {
  parts.push(`<line x1="${left}" x2="${width - right}" y1="${y(count)}" y2="${y(count)}" stroke="#eeeeee"/>`);
  parts.push(text([left - 8, Number(y(count)) + 4], count.toLocaleString('en'), 'text-anchor="end"'));
}
parts.push(text([(left + width - right) / 2, height - 12], 'hospitals', 'text-anchor="middle"'));
parts.push(text([16, height / 2], 'messages a decision', `text-anchor="middle" transform="rotate(-90 16 ${height / 2})"`));
for (const { name, colour, points } of curves) {
  parts.push(`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([n, count]) => `${x(n)},${y(count)}`).join(' ')}"/>`);
  for (const [n, count] of points) parts.push(`<circle cx="${x(n)}" cy="${y(count)}" r="3" fill="${colour}"/>`);
  const [n, count] = points.at(-1);
  parts.push(text([Number(x(n)) + 10, Number(y(count)) + 4], name, `fill="${colour}"`));
}
console.log([...parts, '</svg>'].join('\n'));
