// What part of the lines the tests reach, a row a folder:
//   node tools/coverage.mjs SUMMARY.json SRC       what llvm-cov export -summary-only printed, and where the sources are
import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

const [summary, src] = process.argv.slice(2);
const folders = new Map();
for (const { filename, summary: { lines, functions } } of JSON.parse(readFileSync(summary, 'utf8')).data[0].files) {
  for (const folder of [dirname(relative(src, filename)), 'all']) {
    const row = folders.get(folder) ?? { lines: 0, reached: 0, functions: 0, called: 0 };
    folders.set(folder, { lines: row.lines + lines.count, reached: row.reached + lines.covered, functions: row.functions + functions.count, called: row.called + functions.covered });
  }
}
const part = (one, of) => `${((100 * one) / (of || 1)).toFixed(1)} %`.padStart(8);
console.log(`${'folder'.padEnd(20)} ${'lines'.padStart(8)} ${'reached'.padStart(8)} ${'functions'.padStart(10)} ${'called'.padStart(8)}`);
for (const [folder, row] of [...folders].sort(([a], [b]) => (a === 'all') - (b === 'all') || a.localeCompare(b))) {
  console.log(`${folder.padEnd(20)} ${String(row.lines).padStart(8)} ${part(row.reached, row.lines)} ${String(row.functions).padStart(10)} ${part(row.called, row.functions)}`);
}
