// A plot of what an attacker earns above its share of the work, out of what `caduceus-lab bench selfish --csv` prints:
//   node tools/plot_selfish.mjs < docs/selfish.csv | rsvg-convert --zoom 1.5 --output docs/selfish.png     (./dev bench selfish --plot)
import { readFileSync } from 'node:fs';

const [names, ...lines] = readFileSync(0, 'utf8').trim().split('\n').map((line) => line.split(','));
const rows = lines.map((line) => Object.fromEntries(line.map((value, i) => [names[i], value])));
const curve = (name, colour, wanted) => ({
  name,
  colour,
  points: rows
    .filter((row) => Object.entries(wanted).every(([key, value]) => row[key] === value))
    .map((row) => [Number(row.alpha), Number(row.excess_points), 100 * Number(row.error)]),
});
const at30 = { sblocks_an_mblock: '30', gamma: '0.5' };
const panels = [
  {
    title: 'rules (γ = 0.5, 30 Sblocks an Mblock, an attacker with work only)',
    curves: [
      curve('no supervision', '#999999', { rules: 'none', gamma: '0.5' }),
      curve('published', '#8064a2', { ...at30, rules: 'published', means: 'work' }),
      curve('raw, k = 6', '#f79646', { ...at30, rules: 'raw k=6', means: 'work' }),
      curve('raw, k = 1', '#c0504d', { ...at30, rules: 'raw k=1', means: 'work' }),
      curve('raw, k = 0', '#1f77b4', { ...at30, rules: 'raw k=0', means: 'work' }),
      curve('fresh, k = 0', '#2ca02c', { ...at30, rules: 'fresh k=0', means: 'work' }),
    ],
  },
  {
    title: 'fresh, k = 0, 30 Sblocks an Mblock: attackers with more than work',
    curves: [
      curve('lying leader', '#c0504d', { ...at30, rules: 'fresh k=0', means: 'lying leader' }),
      curve('eclipse', '#8064a2', { ...at30, rules: 'fresh k=0', means: 'eclipse' }),
      curve('outage', '#f79646', { ...at30, rules: 'fresh k=0', means: 'outage' }),
      curve('work', '#2ca02c', { ...at30, rules: 'fresh k=0', means: 'work' }),
      curve('work, 5 Sblocks', '#1f77b4', { sblocks_an_mblock: '5', gamma: '0.5', rules: 'fresh k=0', means: 'work' }),
    ],
  },
];

const width = 640, panel = 340, left = 60, right = 130, top = 40, bottom = 45;
const [least, most] = [-2, 36];
const x = (alpha) => (left + ((alpha - 0.1) / 0.37) * (width - left - right)).toFixed(1);
const y = (points, at) => (at + panel - bottom - ((Math.min(Math.max(points, least), most) - least) / (most - least)) * (panel - top - bottom)).toFixed(1);
const text = (px, py, words, extra = '') => `<text x="${px}" y="${py}" ${extra}>${words}</text>`;

const parts = [`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${panels.length * panel}" font-family="sans-serif" font-size="12">`,
  `<rect width="${width}" height="${panels.length * panel}" fill="white"/>`];
panels.forEach(({ title, curves }, place) => {
  const at = place * panel;
  parts.push(text(left, at + 22, title, 'font-weight="bold"'));
  for (const alpha of [0.1, 0.2, 0.3, 0.4, 0.47]) {
    parts.push(`<line x1="${x(alpha)}" x2="${x(alpha)}" y1="${at + top}" y2="${at + panel - bottom}" stroke="#eeeeee"/>`);
    parts.push(text(x(alpha), at + panel - bottom + 16, alpha, 'text-anchor="middle"'));
  }
  for (const points of [0, 2, 10, 20, 30]) {
    parts.push(`<line x1="${left}" x2="${width - right}" y1="${y(points, at)}" y2="${y(points, at)}" stroke="${points === 2 ? '#bbbbbb' : '#eeeeee'}"/>`);
    parts.push(text(left - 8, Number(y(points, at)) + 4, points, 'text-anchor="end"'));
  }
  parts.push(text((left + width - right) / 2, at + panel - 10, 'share of the work, α', 'text-anchor="middle"'));
  parts.push(text(16, at + panel / 2, 'points above it', `text-anchor="middle" transform="rotate(-90 16 ${at + panel / 2})"`));
  // Names stand at the ends of their curves, and not on each other.
  let above = Infinity;
  const named = curves.filter(({ points }) => points.length > 0).sort((a, b) => a.points.at(-1)[1] - b.points.at(-1)[1]);
  for (const { name, colour, points } of named) {
    parts.push(`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([a, p]) => `${x(a)},${y(p, at)}`).join(' ')}"/>`);
    for (const [a, p, error] of points) {
      parts.push(`<line x1="${x(a)}" x2="${x(a)}" y1="${y(p - 2 * error, at)}" y2="${y(p + 2 * error, at)}" stroke="${colour}"/>`);
    }
    above = Math.min(Number(y(points.at(-1)[1], at)) + 4, above - 14);
    parts.push(text(width - right + 8, above, name, `fill="${colour}"`));
  }
});
console.log([...parts, '</svg>'].join('\n'));
