import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closingAfter, leavesHash, type Leaf } from '../../src/engine/closing.js';
import { canonical, hashOf, unhashed } from '../../src/engine/journal.js';
import type { Entry } from '../../src/engine/ports.js';
import { entryLine, verifyExport } from '../../src/engine/verifyExport.js';
import { aHistory } from '../builders/histories.js';

const tenant = 'canTho';
const leafOf = ({ case: id, seq, hash }: Entry): Leaf => ({ case: id, seq, head: hash });

/** An export of three interleaved cases and one closed day. */
function anExport(): string[] {
  const cases = ['case1', 'hồ-sơ-2', 'case3'].map((id) => aHistory(6, { tenant, case: id }));
  const leaves = cases.map((entries) => leafOf(entries[3]!));
  const closing = closingAfter('', {
    tenant,
    n: 1,
    day: '2025-09-10',
    count: 3,
    chunks: [leavesHash(leaves)],
  });
  return [
    canonical({
      format: 'totrinh-journal-2',
      tenant,
      at: '2025-09-11T00:00:00.000Z',
      closedBefore: '2025-09-09T17:00:00.000Z',
    }),
    canonical({ closing }),
    canonical({ leaves }),
    ...Array.from({ length: 6 }, (_, n) => cases.map((entries) => entryLine(entries[n]!))).flat(),
    ...cases.map((entries) => canonical({ head: { ...leafOf(entries.at(-1)!), closed: 4 } })),
    canonical({ end: { cases: 3, closings: 1, entries: 18 } }),
  ];
}

/** Hands the file over in pieces of some length, so that lines and letters are cut anywhere. */
async function* piecesOf(lines: readonly string[], length = 1 << 16) {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
const verify = (lines: readonly string[], length?: number) => verifyExport(piecesOf(lines, length));
const firstEntry = 3;
const entryLines = 18;

describe('verifying an export file', () => {
  it.each([1, 7, 64, 1000, 1 << 20])(
    'finds nothing in a whole file, read in pieces of %i bytes',
    async (length) => {
      const verified = await verify(anExport(), length);
      expect(verified).toMatchObject({ entries: 18, cases: 3, closings: 1, faults: [] });
      expect(verified.dayHead).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it('holds lines that are canonical JSON as they stand', () => {
    for (const line of anExport()) expect(canonical(JSON.parse(line))).toBe(line);
  });

  it('finds any single byte that was changed in an entry', async () => {
    const lines = anExport();
    await fc.assert(
      fc.asyncProperty(fc.nat(entryLines - 1), fc.nat(), async (which, where) => {
        const line = Buffer.from(lines[firstEntry + which]!);
        const at = where % line.length;
        line[at] = line[at] === 0x61 ? 0x62 : 0x61;
        const edited = lines.with(firstEntry + which, line.toString('utf8'));
        expect((await verify(edited)).faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('names the entry whose text was edited, with its case', async () => {
    const lines = anExport();
    const edited = lines.with(firstEntry + 4, lines[firstEntry + 4]!.replace('lần 2', 'lần 9'));
    expect((await verify(edited)).faults).toEqual([{ tenant, case: 'hồ-sơ-2', seq: 2, fault: 'edited' }]);
  });

  it('finds an entry whose tenant was changed together with its hash', async () => {
    const lines = anExport();
    const { entry } = JSON.parse(lines[firstEntry]!) as { entry: Entry };
    const moved = { ...entry, tenant: 'haNoi' };
    const forged = lines.with(firstEntry, entryLine({ ...moved, hash: hashOf(unhashed(moved)) }));
    expect((await verify(forged)).faults).toContainEqual({ tenant, case: 'case1', seq: 1, fault: 'edited' });
  });

  it('names the entry whose line was removed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(entryLines - 4), async (which) => {
        const lines = anExport();
        const { entry } = JSON.parse(lines[firstEntry + which]!) as { entry: Entry };
        const { faults } = await verify(lines.toSpliced(firstEntry + which, 1));
        expect(faults).toContainEqual({ tenant, case: entry.case, seq: entry.seq, fault: 'missing' });
      }),
    );
  });

  it('names the entry whose line stands twice', async () => {
    const lines = anExport();
    const { faults } = await verify(lines.toSpliced(firstEntry + 9, 0, lines[firstEntry + 3]!));
    expect(faults).toContainEqual({ tenant, case: 'case1', seq: 2, fault: 'inserted' });
  });

  it('names the entries of a case whose lines were swapped', async () => {
    const lines = anExport();
    const [earlier, later] = [firstEntry + 3, firstEntry + 6];
    const swapped = lines.with(earlier, lines[later]!).with(later, lines[earlier]!);
    expect((await verify(swapped)).faults).toContainEqual({
      tenant,
      case: 'case1',
      seq: 2,
      fault: 'swapped',
    });
  });

  it('finds a tail that was cut off anywhere, even between two letters', async () => {
    const whole = Buffer.from(`${anExport().join('\n')}\n`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 2 }), async (length) => {
        async function* cut() {
          yield whole.subarray(0, length);
        }
        expect((await verifyExport(cut())).faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('names the last entry that is missing before the heads', async () => {
    const { faults } = await verify(anExport().toSpliced(firstEntry + entryLines - 1, 1));
    expect(faults).toContainEqual({ tenant, case: 'case3', seq: 6, fault: 'cutOff' });
  });

  it('finds a case whose head line is gone, and a head without its case', async () => {
    const lines = anExport();
    expect((await verify(lines.toSpliced(firstEntry + entryLines, 1))).faults).toContainEqual(
      expect.objectContaining({ fault: 'noHead', case: 'case1' }),
    );
    const alone = lines.toSpliced(
      firstEntry + entryLines,
      0,
      canonical({ head: { case: 'x', seq: 2, head: 'y' } }),
    );
    expect((await verify(alone)).faults).toContainEqual({ tenant, case: 'x', seq: 1, fault: 'cutOff' });
  });

  it('holds the closed day against the entries: a history that was written anew is told by its day', async () => {
    const lines = anExport();
    const anew = aHistory(6, { tenant, case: 'case1' }).map((entry) => ({
      ...unhashed(entry),
      version: '2',
    }));
    let previous = '';
    const forged = anew.map((body) => {
      const linked = { ...body, previous };
      previous = hashOf(linked);
      return { ...linked, hash: previous };
    });
    let rewritten = lines;
    forged.forEach((entry, n) => (rewritten = rewritten.with(firstEntry + n * 3, entryLine(entry))));
    rewritten = rewritten.with(
      firstEntry + entryLines,
      canonical({ head: { ...leafOf(forged.at(-1)!), closed: 4 } }),
    );
    expect((await verify(rewritten)).faults).toEqual([
      { tenant, day: '2025-09-10', fault: 'entryChanged', case: 'case1' },
    ]);
  });

  it('finds that closed days are gone from what the cases remember, all or the last of them', async () => {
    const lines = anExport();
    const { faults } = await verify(
      lines.toSpliced(1, 2).with(-1, canonical({ end: { cases: 3, closings: 0, entries: 18 } })),
    );
    expect(faults).toEqual(
      ['case1', 'hồ-sơ-2', 'case3'].map((id) => ({
        tenant,
        day: '2025-09-10',
        fault: 'notClosed',
        case: id,
      })),
    );
  });

  it('finds entries that should have been closed by now, and grants the sweep a day for the others', async () => {
    const at = (moment: string) =>
      anExport().with(0, anExport()[0]!.replace('2025-09-09T17:00:00.000Z', moment));
    expect((await verify(at('2025-09-10T02:00:05.000Z'))).faults).toEqual([]);
    expect((await verify(at('2025-09-10T17:00:00.000Z'))).faults).toContainEqual({
      tenant,
      day: '2025-09-10',
      fault: 'notClosed',
      case: 'case1',
    });
  });

  it('finds a day whose leaves or head were edited', async () => {
    const lines = anExport();
    const leaves = lines.with(2, lines[2]!.replace('"seq":4', '"seq":3'));
    expect((await verify(leaves)).faults).toContainEqual({
      tenant,
      day: '2025-09-10',
      fault: 'leavesEdited',
    });
    const day = lines.with(1, lines[1]!.replace('"count":3', '"count":2'));
    expect((await verify(day)).faults).toContainEqual({ tenant, day: '2025-09-10', fault: 'edited' });
  });
});
