import { mkdirSync, writeFileSync } from 'node:fs';
import type { Contest, Row, Setting } from './contest.js';
import { document } from './document.js';
import { growth } from './growth.js';
import { journal } from './journal.js';
import { memory } from './memory.js';
import { stepMemory } from './stepMemory.js';
import { stepStore } from './stepStore.js';

/** What runs, in this order; each by its name on the command line. */
const contests: Readonly<Record<string, Contest>> = { step: stepStore, memoryStep: stepMemory, growth, journal, document, memory };

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in contests));
if (unknown.length > 0) {
  console.error(`Không có phần đo ${unknown.join(', ')}; có: ${Object.keys(contests).join(', ')}.`);
  process.exit(2);
}

const setting: Setting = {
  uri: process.env['MONGODB_URI'] ?? '',
  database: `${process.env['TOTRINH_DB'] ?? 'totrinh_bench'}_${process.pid}`,
  browser: process.env['PUPPETEER_EXECUTABLE_PATH'] ?? '/usr/bin/chromium',
  quick: process.env['BENCH_QUICK'] === '1',
  say: (line) => console.error(`  ${line}`),
};

const rows: Row[] = [];
for (const [name, contest] of Object.entries(contests)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const began = performance.now();
  console.error(`· ${name}`);
  rows.push(...(await contest(setting)));
  console.error(`  ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
mkdirSync('out', { recursive: true });
writeFileSync('out/bench.json', `${JSON.stringify(rows, null, 2)}\n`);
console.table(rows.map(({ name, ours, baseline, unit, ratio, target, met }) => ({ name, ours: ours.toPrecision(4), baseline: baseline?.toPrecision(4), unit, ratio: ratio?.toFixed(3), target, met })));
process.exit(0);
