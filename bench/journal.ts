import { hash } from 'node:crypto';
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

/** The least that a chain costs: the same file read, cut at its line ends, SHA-256 over each line. */
const bareChain = async (file: string): Promise<string> => {
  let head = '';
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    const buffer = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let start = 0;
    for (let end = buffer.indexOf(0x0a); end >= 0; end = buffer.indexOf(0x0a, start)) {
      // The line itself names the hash before it, so nothing else need be fed in.
      head = hash('sha256', buffer.subarray(start, end));
      start = end + 1;
    }
    rest = buffer.subarray(start);
  }
  return head;
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

/** Verifying an export file of a million entries against bare SHA-256 over the same bytes. */
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
        baseline: () => rateOver(entries, () => bareChain(file)),
      },
    );
    const note = `${Math.round(size / entries)} bytes per entry`;
    return [
      compared(
        `verifying an export of ${entries} entries, to bare SHA-256`,
        'entries/s',
        taken,
        { atLeast: 0.7 },
        note,
      ),
      told('verifying the journal in the database', await fromDatabase(setting), 'entries/s'),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
