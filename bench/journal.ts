import { createHash, hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { canonical } from '../src/engine/journal.js';
import { exportFormat, verifyExport } from '../src/engine/verifyExport.js';
import { collectionOf, keyOf } from '../src/store/connection.js';
import type { EntryDocument } from '../src/store/journal.js';
import { verifyJournal } from '../src/store/verifyJournal.js';
import { aCity, idsOf, reviewingContext, storeCases, tenant, today } from './city.js';
import { compared, interleaved, told, type Contest, type Setting } from './contest.js';
import { agedCase, historyOf, lineOf } from './history.js';

const context = reviewingContext('DT-2025-900', 1500);
const at = `${today}T02:00:00.000Z`;
const perCase = 25;

/** An export file as `totrinh export --journal` writes it, without closed days. */
function* fileOf(entries: number): Generator<string> {
  yield `${canonical({ format: exportFormat, tenant, at })}\n`;
  const cases = entries / perCase;
  for (const id of idsOf('c', cases)) {
    let text = '';
    let last: { seq: number; hash: string } | undefined;
    for (const entry of historyOf(id, context, perCase)) {
      text += `${lineOf(entry)}\n`;
      last = entry;
    }
    yield `${text}${canonical({ head: { case: id, seq: last?.seq, head: last?.hash } })}\n`;
  }
  yield `${canonical({ end: { cases, closings: 0, entries } })}\n`;
}

/** The same file read and cut at its line ends, and what `digest` makes of each line. */
const overLines = async (file: string, digest: (line: Buffer) => void): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    const buffer = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let start = 0;
    for (let end = buffer.indexOf(0x0a); end >= 0; end = buffer.indexOf(0x0a, start)) {
      digest(buffer.subarray(start, end));
      start = end + 1;
    }
    rest = buffer.subarray(start);
  }
};

/** Bare SHA-256, the hash of each line going into that of the next. */
const bareChain = (file: string) => {
  let head = '';
  return overLines(file, (line) => {
    head = createHash('sha256').update(head).update(line).digest('hex');
  });
};

const rateOver = async (entries: number, work: () => Promise<unknown>) => {
  const began = performance.now();
  await work();
  return (entries / (performance.now() - began)) * 1000;
};

const verified = async (pieces: AsyncIterable<Buffer>, entries: number) => {
  const found = await verifyExport(pieces);
  if (found.entries !== entries || found.faults.length > 0) {
    throw new Error(`Verified ${found.entries} of ${entries} entries, ${found.faults.length} faults.`);
  }
};

const fromDatabase = async (setting: Setting) => {
  const cases = setting.quick ? 2 : 20;
  const each = setting.quick ? 50 : 1000;
  const city = await aCity(setting, 'journal');
  try {
    const journal = collectionOf<EntryDocument>(city.connection, 'journal');
    for (const id of idsOf('j', cases)) {
      const { entries, stored } = agedCase(id, context, each);
      await journal.insertMany(entries.map((entry) => ({ _id: keyOf(tenant, id, entry.seq), ...entry })));
      await storeCases(city, [stored]);
    }
    const { journal: reader, closings } = city.stores;
    return await rateOver(cases * each, async () => {
      const found = await verifyJournal(city.connection, { tenant, at, journal: reader, closings });
      if (found.entries !== cases * each) throw new Error(`Only ${found.entries} entries were verified.`);
    });
  } finally {
    await city.end();
  }
};

/** Verifying an export file of a million entries against a bare chain of SHA-256 over the same bytes. */
export const journal: Contest = async (setting) => {
  const { quick, say } = setting;
  const entries = quick ? 10_000 : 1_000_000;
  const folder = await mkdtemp(join(tmpdir(), 'totrinh-bench-'));
  const file = join(folder, 'journal.jsonl');
  try {
    say(`writing ${entries} entries`);
    await pipeline(Readable.from(fileOf(entries)), createWriteStream(file));
    const { size } = await stat(file);
    const taken = await interleaved(
      { rounds: quick ? 1 : 5 },
      {
        ours: () =>
          rateOver(entries, () => verified(createReadStream(file) as AsyncIterable<Buffer>, entries)),
        chain: () => rateOver(entries, () => bareChain(file)),
        lines: () => rateOver(entries, () => overLines(file, (line) => hash('sha256', line))),
      },
    );
    const each = `${Math.round(size / entries)} bytes per entry`;
    const name = `verifying an export of ${entries} entries`;
    const { ours, chain, lines } = taken;
    return [
      compared(
        `${name}, to a bare SHA-256 chain`,
        'entries/s',
        { ours, baseline: chain },
        { atLeast: 0.7 },
        each,
      ),
      compared(
        `${name}, to SHA-256 of each line alone`,
        'entries/s',
        { ours, baseline: lines },
        null,
        'one call per line, no hash goes into the next',
      ),
      told('verifying the journal in the database', await fromDatabase(setting), 'entries/s'),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
