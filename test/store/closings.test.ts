import { describe, expect, it } from '@jest/globals';
import type { Closing } from '../../src/engine/closing.js';
import { closingStore } from '../../src/store/closings.js';
import { collectionOf } from '../../src/store/connection.js';
import { exportJournal } from '../../src/store/exportJournal.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { aCase, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay } from '../builders/aRelay.js';
import { sweepAt as sweep } from '../builders/aSweep.js';

describe("the city's days", () => {
  const connection = aDatabase('closings');
  const closings = () => closingStore(connection());
  const journal = () => collectionOf<{ _id: string }>(connection(), 'journal');
  const at = '2025-09-12T10:00:00.000Z';
  const verifyAt = (at: string, only?: string) =>
    verifyJournal(connection(), {
      tenant,
      only,
      at,
      journal: aRelay(connection()).journal,
      closings: closings(),
    });
  const verify = (only?: string) => verifyAt(at, only);

  /** Cases that move on the given days, at the last moment of the first and the first moment of the next ones. */
  async function movedOn(id: string, days: readonly string[]) {
    const { cases } = aRelay(connection());
    let found = await cases.create(aCase(id));
    for (const day of days)
      found = (await cases.advance(
        found,
        aStep(found, [], { at: new Date(`${day}T00:00:00.000+07:00`).toISOString() }),
      ))!;
    return found;
  }

  const sweepAt = (now: string) => sweep(connection(), now);

  const allOf = async <T>(items: AsyncIterable<T>) => {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  };
  const leavesOf = async (closing: Closing) =>
    (await allOf(closings().leaves(closing))).flat().map(({ case: id, seq }) => [id, seq]);
  const daysOf = async () => (await allOf(closings().all(tenant))).map(({ day }) => day);

  it('are closed each night, each with the cases that moved since the one before', async () => {
    await movedOn('a', ['2025-09-11', '2025-09-11', '2025-09-13']);
    await movedOn('b', ['2025-09-13', '2025-09-14']);
    const noon = (day: string) => `${day}T05:00:00.000Z`;
    const nights = ['2025-09-11', '2025-09-12', '2025-09-13', '2025-09-14'];
    const closed = [];
    for (const day of nights) closed.push((await sweepAt(noon(day)))['days']?.done);
    expect(closed).toEqual([1, 1, 0, 1]);
    expect(await daysOf()).toEqual(['2025-09-10', '2025-09-11', '2025-09-13']);

    const days = await allOf(closings().all(tenant));
    expect(await Promise.all(days.map(leavesOf))).toEqual([
      [
        ['a', 1],
        ['b', 1],
      ],
      [['a', 3]],
      [
        ['a', 4],
        ['b', 2],
      ],
    ]);
    expect(days[2]?.previous).toBe(days[1]?.head);
    expect((await sweepAt('2025-09-14T11:00:00.000Z'))['days']?.done).toBe(0);
    expect((await verify()).faults).toEqual([]);
  });

  it('are closed a margin after midnight, and then together where nobody swept for days', async () => {
    await movedOn('a', ['2025-09-11', '2025-09-12', '2025-09-14']);
    expect(await closings().close(tenant, '2025-09-13T17:09:59.999Z')).toMatchObject({ day: '2025-09-12' });
    expect(await closings().close(tenant, '2025-09-13T17:10:00.000Z')).toBeNull();
    expect(await closings().close(tenant, '2025-09-14T17:10:00.000Z')).toMatchObject({
      day: '2025-09-14',
      n: 2,
    });
    expect((await verify()).faults).toEqual([]);
  });

  it('have what a case still owes, filed or not', async () => {
    const found = await movedOn('a', ['2025-09-11', '2025-09-12', '2025-09-13']);
    expect(await leavesOf((await closings().close(tenant, '2025-09-12T01:00:00.000Z'))!)).toEqual([['a', 2]]);
    expect((await verify()).faults).toEqual([]);
    await aRelay(connection()).relay.drain(found);
    expect(await leavesOf((await closings().close(tenant, '2025-09-13T01:00:00.000Z'))!)).toEqual([['a', 3]]);
    expect((await verify()).faults).toEqual([]);
  });

  it('take an entry that comes after its day was closed into the next closing', async () => {
    const found = await movedOn('a', ['2025-09-11']);
    await closings().close(tenant, '2025-09-12T01:00:00.000Z');
    await aRelay(connection()).cases.advance(found, aStep(found, [], { at: '2025-09-11T16:59:59.000Z' }));
    expect((await verify()).faults).toEqual([]);
    const next = await closings().close(tenant, '2025-09-13T01:00:00.000Z');
    expect(await leavesOf(next!)).toEqual([['a', 3]]);
    expect((await verify()).faults).toEqual([]);
  });

  it('closed by several at once are closed once, though each found other entries', async () => {
    await movedOn('a', []);
    const made = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        await movedOn(`c${n}`, []);
        return closings().close(tenant, '2025-09-11T01:00:00.000Z');
      }),
    );
    expect(made.filter((closing) => closing !== null)).toHaveLength(1);
    expect((await verifyAt('2025-09-11T10:00:00.000Z')).faults).toEqual([]);
    await closings().close(tenant, '2025-09-12T01:00:00.000Z');
    const covered = (await Promise.all((await allOf(closings().all(tenant))).map(leavesOf))).flat();
    expect(new Set(covered.map(([id]) => id)).size).toBe(9);
    expect((await verifyAt('2025-09-20T00:00:00.000Z')).faults).toEqual([]);
    expect(await collectionOf(connection(), 'closingLeaves').countDocuments()).toBe((await daysOf()).length);
  });

  it('are whole though whoever closed one did not live to let the cases know', async () => {
    await movedOn('a', ['2025-09-12']);
    const cases = collectionOf<{ _id: string }>(connection(), 'cases');
    const before = await cases.findOne({});
    await closings().close(tenant, '2025-09-11T01:00:00.000Z');
    await cases.replaceOne({ _id: before!._id }, before!);
    await collectionOf(connection(), 'closings').updateOne({}, { $unset: { settled: 1 } });
    await closings().close(tenant, '2025-09-11T01:01:00.000Z');
    expect(await cases.findOne({})).toMatchObject({ unclosed: 2 });
    await closings().close(tenant, '2025-09-13T01:00:00.000Z');
    const days = await allOf(closings().all(tenant));
    expect(await Promise.all(days.map(leavesOf))).toEqual([[['a', 1]], [['a', 2]]]);
    expect((await verify()).faults).toEqual([]);
  });

  it.each([
    ['the first', [1]],
    ['one between', [2]],
    ['the last', [3]],
    ['all', [1, 2, 3]],
  ])('tell that closings are gone: %s', async (_, n) => {
    await movedOn('a', ['2025-09-11', '2025-09-12']);
    for (const day of ['11', '12', '13']) await closings().close(tenant, `2025-09-${day}T01:00:00.000Z`);
    await collectionOf(connection(), 'closings').deleteMany({ n: { $in: n } });
    await collectionOf(connection(), 'closingLeaves').deleteMany({ n: { $in: n } });
    expect((await verify()).faults.length).toBeGreaterThan(0);
    // No later closing hides it.
    await movedOn('b', []);
    await closings().close(tenant, '2025-09-20T01:00:00.000Z');
    expect((await verify()).faults.length).toBeGreaterThan(0);
  });

  it('tell a day on which a case moved and that nobody closed', async () => {
    await movedOn('a', []);
    const at = (moment: string) => verifyAt(moment).then(({ faults }) => faults);
    expect(await at('2025-09-11T16:59:59.000Z')).toEqual([]);
    expect(await at('2025-09-11T17:00:00.000Z')).toEqual([
      { tenant, day: '2025-09-10', fault: 'notClosed', case: 'a' },
    ]);
    await closings().close(tenant, '2025-09-12T01:00:00.000Z');
    expect(await at('2025-09-12T17:00:00.000Z')).toEqual([]);
  });

  it('tell a history that was written anew with all its hashes', async () => {
    await movedOn('a', ['2025-09-11']);
    await movedOn('b', ['2025-09-11']);
    await aRelay(connection()).relay.drainAll();
    await sweepAt('2025-09-12T10:00:00.000Z');
    await journal().updateOne({ _id: `${tenant}/a/2` }, { $set: { hash: 'f'.repeat(64) } as never });
    expect((await verify()).faults).toEqual(
      expect.arrayContaining([
        { tenant, case: 'a', seq: 2, fault: 'edited' },
        { tenant, day: '2025-09-11', fault: 'entryChanged', case: 'a' },
      ]),
    );
  });

  it('tell a case whose history on that day is gone', async () => {
    await movedOn('a', []);
    await movedOn('b', []);
    await aRelay(connection()).relay.drainAll();
    await sweepAt('2025-09-12T10:00:00.000Z');
    await journal().deleteOne({ _id: `${tenant}/a/1` });
    expect((await verify()).faults).toEqual([
      { tenant, case: 'a', seq: 1, fault: 'cutOff' },
      { tenant, day: '2025-09-11', fault: 'entryChanged', case: 'a' },
    ]);
  });

  it('and the journal are whole while much is still owed, and name what was changed in it', async () => {
    const soon = (only?: string) => verifyAt('2025-09-11T10:00:00.000Z', only);
    const found = await movedOn('a', ['2025-09-11', '2025-09-12']);
    await movedOn('b', ['2025-09-11']);
    await aRelay(connection()).relay.drain(found);
    expect(await soon()).toMatchObject({ faults: [], entries: 5, cases: 2 });
    expect(await soon('a')).toMatchObject({ faults: [], entries: 3, cases: 1 });

    await journal().updateOne({ _id: `${tenant}/a/2` }, { $set: { 'actor.id': 'other' } as never });
    expect((await soon('a')).faults).toEqual([{ tenant, case: 'a', seq: 2, fault: 'edited' }]);
    await journal().deleteOne({ _id: `${tenant}/a/2` });
    expect((await soon()).faults).toEqual([{ tenant, case: 'a', seq: 2, fault: 'missing' }]);
    await journal().deleteMany({});
    expect((await soon()).faults).toEqual([{ tenant, case: 'a', seq: 1, fault: 'cutOff' }]);
  });

  it('and the journal tell entries of a case that does not exist', async () => {
    await movedOn('a', []);
    await aRelay(connection()).relay.drainAll();
    await collectionOf(connection(), 'cases').deleteMany({});
    expect((await verify()).faults).toContainEqual(expect.objectContaining({ fault: 'noHead', case: 'a' }));
  });

  it('export one line per entry, head and closed day, in the order of the cases', async () => {
    for (const id of ['c', 'a', 'd', 'b']) await movedOn(id, id === 'a' ? ['2025-09-11'] : []);
    await sweepAt('2025-09-11T10:00:00.000Z');
    const kinds = [];
    const heads = [];
    const options = { tenant, at, journal: aRelay(connection()).journal, closings: closings() };
    for await (const text of exportJournal(connection(), options)) {
      const line = JSON.parse(text) as { head?: { case: string } };
      kinds.push(Object.keys(line)[0]);
      if (line.head) heads.push(line.head.case);
    }
    expect(heads).toEqual(['a', 'b', 'c', 'd']);
    const stands = ['entry', 'head'];
    expect(kinds).toEqual([
      'at',
      'closing',
      'leaves',
      'entry',
      ...stands,
      ...stands,
      ...stands,
      ...stands,
      'end',
    ]);
  });
});
