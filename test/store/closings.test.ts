import { describe, expect, it } from '@jest/globals';
import { sweep, type SweepOptions } from '../../src/outbox/sweep.js';
import { closingStore } from '../../src/store/closings.js';
import { collectionOf } from '../../src/store/connection.js';
import { exportJournal } from '../../src/store/exportJournal.js';
import { lateCases } from '../../src/store/lateCases.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { aCase, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay } from '../builders/aRelay.js';

describe("the city's days", () => {
  const connection = aDatabase('closings');
  const closings = () => closingStore(connection());
  const journal = () => collectionOf<{ _id: string }>(connection(), 'journal');
  const at = '2025-09-20T00:00:00.000Z';
  const verify = (only?: string) =>
    verifyJournal(connection(), {
      tenant,
      only,
      at,
      journal: aRelay(connection()).journal,
      closings: closings(),
    });

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

  const sweepAt = (now: string, changes: Partial<SweepOptions> = {}) =>
    sweep({
      clock: { now: () => now, set: true },
      tenants: async () => [tenant],
      late: (today) => lateCases(connection(), today),
      tell: async () => ({ done: true }),
      drain: (ref) => aRelay(connection()).relay.drain(ref),
      closings: closings(),
      contents: aRelay(connection()).contents,
      tidying: { ofCity: {}, once: {} },
      ...changes,
    });

  it('are closed in order up to yesterday, each with the cases that moved on it', async () => {
    await movedOn('a', ['2025-09-11', '2025-09-11', '2025-09-13']);
    await movedOn('b', ['2025-09-13', '2025-09-14']);
    const { closed } = await sweepAt('2025-09-14T10:00:00.000Z');
    expect(closed.map(({ day }) => day)).toEqual(['2025-09-10', '2025-09-11', '2025-09-13']);

    const days = [];
    for await (const closing of closings().all(tenant)) days.push(closing);
    expect(days.map(({ count }) => count)).toEqual([2, 1, 2]);
    expect(days[2]?.previous).toBe(days[1]?.head);
    const leaves = [];
    for await (const chunk of closings().leaves(tenant, '2025-09-13')) leaves.push(...chunk);
    expect(leaves.map(({ case: id, seq }) => [id, seq])).toEqual([
      ['a', 4],
      ['b', 2],
    ]);
    expect((await sweepAt('2025-09-14T11:00:00.000Z')).closed).toEqual([]);
    expect((await verify()).faults).toEqual([]);
  });

  it('are not closed while entries of them are not filed', async () => {
    await movedOn('a', []);
    await expect(closings().close(tenant, '2025-09-10')).rejects.toThrow('not filed');
    await aRelay(connection()).relay.drainAll();
    expect(await closings().close(tenant, '2025-09-10')).toMatchObject({ count: 1, previous: '' });
  });

  it('closed by several at once are closed once', async () => {
    await movedOn('a', []);
    await aRelay(connection()).relay.drainAll();
    const heads = await Promise.all([1, 2, 3, 4].map(() => closings().close(tenant, '2025-09-10')));
    expect(new Set(heads.map(({ head }) => head)).size).toBe(1);
  });

  it('tell a history that was written anew with all its hashes', async () => {
    await movedOn('a', ['2025-09-11']);
    await movedOn('b', ['2025-09-11']);
    await sweepAt('2025-09-12T10:00:00.000Z');
    await journal().updateOne({ _id: `${tenant}/a/2` }, { $set: { hash: 'f'.repeat(64) } as never });
    expect((await verify()).faults).toEqual(
      expect.arrayContaining([
        { tenant, case: 'a', seq: 2, fault: 'edited' },
        { tenant, day: '2025-09-11', fault: 'entryChanged', case: 'a' },
      ]),
    );
  });

  it('tell a case whose history on that day is gone, and one that was added', async () => {
    await movedOn('a', []);
    await movedOn('b', []);
    await sweepAt('2025-09-12T10:00:00.000Z');
    await journal().deleteOne({ _id: `${tenant}/a/1` });
    await movedOn('c', []);
    await aRelay(connection()).relay.drainAll();
    expect(await closings().verify(tenant)).toEqual([
      { tenant, day: '2025-09-10', fault: 'entryChanged', case: 'a' },
      { tenant, day: '2025-09-10', fault: 'notClosed', case: 'c' },
    ]);
    expect((await verify()).faults).toContainEqual({ tenant, case: 'a', seq: 1, fault: 'cutOff' });
  });

  it('and the journal are whole while much is still owed, and name what was changed in it', async () => {
    const found = await movedOn('a', ['2025-09-11', '2025-09-12']);
    await movedOn('b', ['2025-09-11']);
    await aRelay(connection()).relay.drain(found);
    expect(await verify()).toMatchObject({ faults: [], entries: 5, cases: 2 });
    expect(await verify('a')).toMatchObject({ faults: [], entries: 3, cases: 1 });

    await journal().updateOne({ _id: `${tenant}/a/2` }, { $set: { 'actor.id': 'other' } as never });
    expect((await verify('a')).faults).toEqual([{ tenant, case: 'a', seq: 2, fault: 'edited' }]);
    await journal().deleteOne({ _id: `${tenant}/a/2` });
    expect((await verify()).faults).toEqual([{ tenant, case: 'a', seq: 2, fault: 'missing' }]);
    await journal().deleteMany({});
    expect((await verify()).faults).toEqual([{ tenant, case: 'a', seq: 1, fault: 'cutOff' }]);
  });

  it('and the journal tell entries of a case that does not exist', async () => {
    await movedOn('a', []);
    await aRelay(connection()).relay.drainAll();
    await collectionOf(connection(), 'cases').deleteMany({});
    expect((await verify()).faults).toContainEqual(expect.objectContaining({ fault: 'noHead', case: 'a' }));
  });

  it('export one line per entry, head and closed day', async () => {
    await movedOn('a', ['2025-09-11']);
    await movedOn('b', []);
    await sweepAt('2025-09-11T10:00:00.000Z');
    const lines = [];
    const options = { tenant, at, journal: aRelay(connection()).journal, closings: closings() };
    for await (const line of exportJournal(connection(), options))
      lines.push(Object.keys(JSON.parse(line) as object)[0]);
    expect(lines).toEqual(['at', 'closing', 'leaves', 'entry', 'entry', 'head', 'entry', 'head', 'end']);
  });

  it('late cases are told once by one cause, and not those that know, are done or have time', async () => {
    const { cases } = aRelay(connection());
    const due = '2025-09-11';
    const born = aCase('known', [], { due });
    await cases.create({ ...born, context: { ...born.context, overdue: due } });
    await cases.create(aCase('late', [], { due }));
    await cases.create(aCase('done', [], { due, status: 'done' }));
    await cases.create(aCase('intime', [], { due: '2025-09-12' }));
    await cases.create(aCase('never', []));
    const told: unknown[] = [];
    const tell: SweepOptions['tell'] = async ({ caseId, event, cause }) => {
      told.push({ caseId, event, cause });
      return { done: true };
    };
    expect((await sweepAt('2025-09-12T03:00:00.000Z', { tell })).late).toBe(1);
    expect(told).toEqual([
      { caseId: 'late', event: { type: 'DEADLINE_PASSED', due }, cause: `deadline/late/${due}` },
    ]);
  });
});
