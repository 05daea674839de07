import './useShipped.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import type { Row, Setting } from './contest.js';
import { tableOf } from './table.js';

// Only now, so that they find what ships.
const { contests } = await import('./contests.js');

const uri = process.env['MONGODB_URI'];
const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(contests, name));
if (unknown.length > 0 || !uri) {
  if (unknown.length > 0) {
    console.error(`Không có phần đo ${unknown.join(', ')}. Có: ${Object.keys(contests).join(', ')}.`);
  }
  if (!uri) console.error('Chưa đặt MONGODB_URI. Hãy chạy: npm run bench');
  process.exit(2);
}

const setting: Setting = {
  uri,
  database: `${process.env['TOTRINH_DB'] ?? 'totrinh_bench'}_${process.pid}`,
  browser: process.env['PUPPETEER_EXECUTABLE_PATH'] ?? '/usr/bin/chromium',
  quick: process.env['BENCH_QUICK'] === '1',
  say: (line) => console.error(`  ${line}`),
};

/** What a contest that was broken off has left behind. */
const sweep = async () => {
  const client = await new MongoClient(uri).connect();
  const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
  const ours = databases.filter(({ name }) => name.startsWith(`${setting.database}_`));
  await Promise.all(ours.map(({ name }) => client.db(name).dropDatabase()));
  await client.close();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void sweep().finally(() => process.exit(1)));
}

const rows: Row[] = [];
for (const [name, contest] of Object.entries(contests)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const began = performance.now();
  console.error(`· ${name}`);
  rows.push(...(await contest(setting)));
  console.error(`  ${Math.round((performance.now() - began) / 1000)} s`);
}
await sweep();
mkdirSync('out', { recursive: true });
writeFileSync('out/bench.json', `${JSON.stringify(rows, null, 2)}\n`);
console.log(tableOf(rows));
// A target that is missed is told, not failed: ratios of one machine are no reason to stop another's build.
process.exit(0);
