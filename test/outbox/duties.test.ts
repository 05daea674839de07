import { describe, expect, it } from '@jest/globals';
import { calendarAsOf } from '../../workflows/calendar.js';
import type { Means } from '../../src/outbox/duties.js';
import { noticeStore } from '../../src/store/notices.js';
import { aCase, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay } from '../builders/aRelay.js';
import { sweepAt } from '../builders/aSweep.js';

describe('what nobody asks for', () => {
  const connection = aDatabase('duties');
  const cases = () => aRelay(connection()).cases;
  const due = '2025-09-11';
  const late = '2025-09-12T03:00:00.000Z';
  const listening = (fails: (caseId: string) => boolean = () => false) => {
    const told: string[] = [];
    const tell: Means['tell'] = async ({ caseId, event, cause }) => {
      if (fails(caseId)) throw new Error('No machine of this version.');
      expect(event).toEqual({ type: 'DEADLINE_PASSED', due });
      told.push(cause);
      return { done: true };
    };
    return { told, tell };
  };

  it('tells late cases, and not those that know, are done or have time', async () => {
    const born = aCase('known', [], { due });
    await cases().create({ ...born, context: { ...born.context, overdue: due } });
    await cases().create(aCase('late', [], { due }));
    await cases().create(aCase('done', [], { due, status: 'done' }));
    await cases().create(aCase('intime', [], { due: '2025-09-12' }));
    await cases().create(aCase('never', []));
    const { told, tell } = listening();
    expect((await sweepAt(connection(), late, { tell }))['deadlines']).toEqual({ done: 1, failed: 0 });
    expect(told).toEqual([`deadline/late/1/${due}`]);
  });

  it('tells a case that came back to an earlier deadline by another cause than before', async () => {
    const born = await cases().create(aCase('a', [], { due }));
    const { told, tell } = listening();
    await sweepAt(connection(), late, { tell });
    await cases().advance(born, { ...aStep(born), context: { ...born.context, overdue: '2025-09-20' } });
    await sweepAt(connection(), late, { tell });
    expect(told).toEqual([`deadline/a/1/${due}`, `deadline/a/2/${due}`]);
  });

  it('is done for all other cases and cities where one fails', async () => {
    for (const id of ['a', 'b', 'c']) await cases().create(aCase(id, [], { due }));
    const { told, tell } = listening((id) => id === 'b');
    const failures: unknown[] = [];
    const closed: string[] = [];
    const closings: Means['closings'] = {
      close: async (city) => {
        if (city === 'forked') throw new Error('forked');
        return closed.push(city);
      },
    };
    const means = { tell, closings, cities: async () => [tenant, 'forked', 'haiPhong'] };
    const swept = await sweepAt(connection(), late, means, failures);
    expect(told).toEqual([`deadline/a/1/${due}`, `deadline/c/1/${due}`]);
    expect(closed).toEqual([tenant, 'haiPhong']);
    expect(swept).toMatchObject({ deadlines: { done: 2, failed: 1 }, days: { done: 2, failed: 1 } });
    expect(failures).toEqual([
      { duty: 'deadlines', item: expect.objectContaining({ id: 'b' }) },
      { duty: 'days', item: 'forked' },
    ]);
  });

  it('works due days out anew that an older calendar of days off gave, and no others', async () => {
    const older = { asOf: '2025-01-01', sure: false };
    await cases().create(aCase('older', [], { due, reckoned: older }));
    await cases().create(aCase('ended', [], { due, reckoned: older, status: 'done' }));
    await cases().create(aCase('now', [], { due, reckoned: { asOf: calendarAsOf, sure: true } }));
    await cases().create(aCase('fixed', [], { due }));
    await aRelay(connection()).relay.drainAll();
    await cases().create(aCase('being filed', [], { due, reckoned: older }));
    const anew: string[] = [];
    const reckonAnew: Means['reckonAnew'] = async ({ id }) => anew.push(id) > 0;
    expect((await sweepAt(connection(), '2025-09-10T03:00:00.000Z', { reckonAnew }))['dueDays']?.done).toBe(
      1,
    );
    expect(anew).toEqual(['older']);
  });

  it('tells administrators once, sixty days before days off stop being sure', async () => {
    const administered = async () => ['SKHCN', 'VP'];
    const at = async (day: string) =>
      (await sweepAt(connection(), `${day}T03:00:00.000Z`, { administered }))['calendar']?.done;
    expect(await at('2026-10-31')).toBe(0);
    expect(await at('2026-11-01')).toBe(2);
    expect(await at('2026-11-02')).toBe(0);
    const reader = { tenant, agency: 'SKHCN', person: 'quantri' };
    const list = async (roles: readonly ('administrator' | 'officer')[]) =>
      (await noticeStore(connection()).list({ ...reader, roles })).items;
    expect(await list(['officer'])).toEqual([]);
    expect(await list(['administrator'])).toMatchObject([
      { notice: 'calendarEnds', case: null, params: { year: 2027, day: '31/12/2026' } },
    ]);
  });
});
