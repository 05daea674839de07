import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ledgerStore, usedBy } from '../../src/store/ledgers.js';
import { registerStore } from '../../src/store/registers.js';
import { tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';

const times = <T>(n: number, act: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => act(i)));

describe('numbers', () => {
  const connection = aDatabase('registers');
  const store = () => registerStore(connection());
  const register = { tenant, agency: 'SYT', type: 'TTr', year: 2025 };
  const hold = (key: string, year = 2025) => store().hold({ ...register, year, key });

  it('asked for by 200 at once are 200 different ones, without a gap', async () => {
    const numbers = await times(200, (i) => hold(`case${i}:TTr:1`));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  it('asked for by 30 at once are different also when they are the first of their year', async () => {
    for (let year = 2030; year < 2045; year += 1) {
      const numbers = await times(30, (i) => hold(`case${i}:TTr:1`, year));
      expect(new Set(numbers).size).toBe(30);
    }
  });

  it('asked for again under the same key are the same, also by 20 at once', async () => {
    const number = await hold('a:TTr:1');
    expect(new Set(await times(20, () => hold('a:TTr:1')))).toEqual(new Set([number]));
    expect(await hold('a:TTr:2')).toBe(number + 1);
  });

  it('start at 1 each year, for each agency and each type of paper', async () => {
    await hold('a:TTr:1');
    expect(await hold('b:TTr:1')).toBe(2);
    expect(await hold('c:TTr:1', 2026)).toBe(1);
    expect(await store().hold({ ...register, agency: 'STC', key: 'd:TTr:1' })).toBe(1);
    expect(await store().hold({ ...register, type: 'QĐ', key: 'a:QĐ:1' })).toBe(1);
    expect(await store().hold({ ...register, tenant: 'haNoi', key: 'a:TTr:1' })).toBe(1);
  });

  it('tell apart keys with dots, dollars and percent signs', async () => {
    const keys = ['a.b:TTr:1', 'a%2eb:TTr:1', '$a:TTr:1', 'a$b.c%d:TTr:1'];
    const numbers = [];
    for (const key of keys) numbers.push(await hold(key));
    expect(numbers).toEqual([1, 2, 3, 4]);
    expect(await store().heldBy({ tenant, agency: 'SYT', case: 'a.b' })).toEqual([
      { ...register, key: 'a.b:TTr:1', number: 1 },
    ]);
  });

  it('that are voided stay given, keep their first reason, and are refused to their key', async () => {
    await hold('a:TTr:1');
    const at = '2025-09-10T02:00:00.000Z';
    await store().voidHeld({ ...register, key: 'a:TTr:1', reason: 'Hồ sơ kết thúc', at });
    await store().voidHeld({ ...register, key: 'a:TTr:1', reason: 'khác', at });
    expect(await store().heldBy({ tenant, agency: 'SYT', case: 'a' })).toEqual([
      { ...register, key: 'a:TTr:1', number: 1, voided: { reason: 'Hồ sơ kết thúc', at } },
    ]);
    expect(await hold('b:TTr:1')).toBe(2);
    await expect(hold('a:TTr:1')).rejects.toThrow('voided');
  });

  it('continue after those that the agency gave elsewhere', async () => {
    expect(await store().startAt({ ...register, next: 58, rev: 0 })).toMatchObject({ next: 58, rev: 1 });
    expect(await hold('a:TTr:1')).toBe(58);
    expect(await store().startAt({ ...register, next: 3, rev: 2 })).toBeNull();
    expect(await store().startAt({ ...register, next: 80, rev: 1 })).toBeNull();
    expect(await hold('b:TTr:1')).toBe(59);
    expect(await store().of(tenant, 'SYT')).toEqual([
      { type: 'TTr', year: 2025, next: 60, last: null, rev: 3 },
    ]);
  });
});

describe('numbers of papers', () => {
  const connection = aDatabase('registers');
  const store = () => registerStore(connection());
  const register = { tenant, agency: 'SYT', type: 'TTr', year: 2025 };
  const hold = (key: string, day: string, number?: number) =>
    store().holdDated({ ...register, key, day, ...(number !== undefined && { number }) });
  const order = (after: string | null, before: string | null) => ({ why: 'order', after, before });

  it('follow the order of their days', async () => {
    expect(await hold('a:TTr:1', '2025-09-12')).toEqual({ number: 1 });
    expect(await hold('b:TTr:1', '2025-09-10')).toEqual(order('2025-09-12', null));
    expect(await hold('b:TTr:1', '2025-09-12')).toEqual({ number: 2 });
    expect(await hold('c:TTr:1', '2025-09-15')).toEqual({ number: 3 });
    expect(await store().of(tenant, 'SYT')).toMatchObject([{ next: 4, last: '2025-09-15' }]);
  });

  it('stay with who asks again on the day, and go with their paper to a later one while none came after', async () => {
    await hold('a:TTr:1', '2025-09-12');
    expect(await hold('a:TTr:1', '2025-09-12')).toEqual({ number: 1 });
    expect(await hold('a:TTr:1', '2025-09-14')).toEqual({ number: 1 });
    expect(await hold('b:TTr:1', '2025-09-13')).toEqual(order('2025-09-14', null));
    expect(await hold('b:TTr:1', '2025-09-14')).toEqual({ number: 2 });
  });

  it('that others have passed are voided, and their paper gets the next', async () => {
    await hold('a:TTr:1', '2025-09-12');
    await hold('b:TTr:1', '2025-09-13');
    expect(await hold('a:TTr:1', '2025-09-20')).toEqual({ number: 3 });
    expect(await store().heldBy({ tenant, agency: 'SYT', case: 'a' })).toEqual([
      { ...register, key: 'a:TTr:1', number: 3 },
      { ...register, key: 'a:TTr:1/1', number: 1, voided: { reason: 'outOfOrder', at: '2025-09-20' } },
    ]);
  });

  it('asked for by 30 at once on two days are different, and in order', async () => {
    const days = ['2025-09-12', '2025-09-13'];
    const held = await times(30, async (i) => ({
      day: days[i % 2]!,
      ...(await hold(`c${i}:TTr:1`, days[i % 2]!)),
    }));
    const given = held.flatMap((one) => ('number' in one ? [one] : []));
    expect(new Set(given.map(({ number }) => number)).size).toBe(given.length);
    const inOrder = given.toSorted((a, b) => a.number - b.number).map(({ day }) => day);
    expect(inOrder).toEqual(inOrder.toSorted());
  });

  it('may be typed: unique, in order, and not of those given elsewhere', async () => {
    await store().startAt({ ...register, next: 58, rev: 0 });
    expect(await hold('a:TTr:1', '2025-09-12', 57)).toEqual({ why: 'taken' });
    expect(await hold('a:TTr:1', '2025-09-12', 70)).toEqual({ number: 70 });
    expect(await hold('b:TTr:1', '2025-09-12', 70)).toEqual({ why: 'taken' });
    expect(await hold('b:TTr:1', '2025-09-13', 69)).toEqual(order(null, '2025-09-12'));
    expect(await hold('b:TTr:1', '2025-09-10', 71)).toEqual(order('2025-09-12', null));
    expect(await hold('b:TTr:1', '2025-09-10', 60)).toEqual({ number: 60 });
    expect(await hold('a:TTr:1', '2025-09-12', 70)).toEqual({ number: 70 });
    expect(await hold('c:TTr:1', '2025-09-15')).toEqual({ number: 71 });
  });

  it('typed by 20 at once are given once', async () => {
    const held = await times(20, (i) => hold(`c${i}:TTr:1`, '2025-09-12', 5));
    expect(held.filter((one) => 'number' in one)).toHaveLength(1);
  });
});

describe('money', () => {
  const connection = aDatabase('ledgers');
  const store = () => ledgerStore(connection());
  const round = { tenant, round: 'd1' };
  const cell = 'NSTP_CTX/2026';
  const other = 'NSTP_CTX/2027';
  const open = (amount: number) => store().open({ ...round, envelopes: { [cell]: amount, [other]: amount } });
  const hold = (lineage: string, ordinal: number, cells: Record<string, number>, seq = 5) =>
    store().hold({ ...round, lineage, ordinal, cells, seq });
  const used = async () => usedBy((await store().load(round))!.claims);

  it('is never overdrawn by 20 who race for the last of it', async () => {
    await open(1_000);
    const held = await times(20, (i) => hold(`l${i}`, 1, { [cell]: 300 }));
    expect(held.filter(({ ok }) => ok)).toHaveLength(3);
    expect(held.find(({ ok }) => !ok)).toEqual({ ok: false, cell, available: 100, asked: 300 });
    expect(await used()).toEqual(new Map([[cell, 900]]));
  });

  it('of one estimate stays within its approval, whoever allocates it at once', async () => {
    await open(10_000);
    const give = (lineage: string, amount: number) =>
      store().hold({
        ...round,
        lineage,
        ordinal: 1,
        cells: { [cell]: amount, 'DT-2026-001': amount },
        ceilings: { 'DT-2026-001': 700 },
        seq: 5,
      });
    const held = await times(6, (i) => give(`l${i}`, 300));
    expect(held.filter(({ ok }) => ok)).toHaveLength(2);
    expect(held.find(({ ok }) => !ok)).toEqual({
      ok: false,
      cell: 'DT-2026-001',
      available: 100,
      asked: 300,
    });
    // Others neither know nor need its ceiling.
    expect(await hold('m', 1, { [cell]: 9_000 })).toEqual({ ok: true });
  });

  it('held twice by the same is held once', async () => {
    await open(500);
    await times(5, () => hold('l', 1, { [cell]: 400 }));
    expect(await used()).toEqual(new Map([[cell, 400]]));
  });

  it('held anew before it is confirmed is what was asked last', async () => {
    await open(500);
    await hold('l', 1, { [cell]: 400 });
    expect(await hold('l', 1, { [other]: 450 })).toEqual({ ok: true });
    expect(await used()).toEqual(new Map([[other, 450]]));
  });

  it('of an adjustment is the greater of old and new until it is confirmed, cell by cell', async () => {
    await open(500);
    await hold('l', 1, { [cell]: 400, [other]: 100 });
    await store().confirm({ ...round, lineage: 'l', ordinal: 1 });
    await hold('l', 2, { [cell]: 200, [other]: 300 });
    expect(await used()).toEqual(
      new Map([
        [cell, 400],
        [other, 300],
      ]),
    );
    expect(await hold('m', 1, { [cell]: 200 })).toEqual({ ok: false, cell, available: 100, asked: 200 });

    await store().confirm({ ...round, lineage: 'l', ordinal: 2 });
    expect(await used()).toEqual(
      new Map([
        [cell, 200],
        [other, 300],
      ]),
    );
    expect(await hold('m', 1, { [cell]: 300 })).toEqual({ ok: true });
  });

  it('is given back by a release, but not once it is confirmed', async () => {
    await open(500);
    await hold('l', 1, { [cell]: 400 });
    await store().confirm({ ...round, lineage: 'l', ordinal: 1 });
    await hold('l', 2, { [cell]: 500 });
    for (const ordinal of [2, 2, 1]) await store().release({ ...round, lineage: 'l', ordinal, seq: 5 });
    expect(await used()).toEqual(new Map([[cell, 400]]));
  });

  it('is not held for a step that was overtaken by the one that gave it back', async () => {
    await open(500);
    await store().release({ ...round, lineage: 'l', ordinal: 1, seq: 5 });
    expect(await hold('l', 1, { [cell]: 400 }, 5)).toEqual({ ok: true });
    expect(await used()).toEqual(new Map());
    expect(await hold('l', 1, { [cell]: 400 }, 8)).toEqual({ ok: true });
    expect(await used()).toEqual(new Map([[cell, 400]]));
  });

  it('held for a later step survives a release that comes late, or again', async () => {
    await open(500);
    await hold('l', 1, { [cell]: 400 }, 8);
    for (let n = 0; n < 2; n += 1) await store().release({ ...round, lineage: 'l', ordinal: 1, seq: 6 });
    expect(await used()).toEqual(new Map([[cell, 400]]));
  });

  it('confirmed late or twice changes nothing, and confirmed without a hold is an error', async () => {
    await open(500);
    await hold('l', 1, { [cell]: 400 });
    await hold('l', 2, { [cell]: 300 });
    for (const ordinal of [2, 1, 2]) await store().confirm({ ...round, lineage: 'l', ordinal });
    expect(await used()).toEqual(new Map([[cell, 300]]));
    await expect(store().confirm({ ...round, lineage: 'm', ordinal: 1 })).rejects.toThrow('holds nothing');
    await expect(hold('l', 2, { [cell]: 1 })).rejects.toThrow('confirmed');
  });

  it('is asked for in whole đồng, in an envelope that exists', async () => {
    await open(500);
    await expect(hold('l', 1, { [cell]: 0.5 })).rejects.toThrow('whole đồng');
    await expect(hold('l', 1, { [cell]: -1 })).rejects.toThrow('whole đồng');
    expect(await hold('l', 1, { 'NS_XA/2026': 1 })).toEqual({
      ok: false,
      cell: 'NS_XA/2026',
      available: 0,
      asked: 1,
    });
  });

  it('keeps envelopes that are open, and resizes none below what is claimed', async () => {
    await open(500);
    await open(9);
    await hold('l', 1, { [cell]: 400 });
    expect(await store().resize({ ...round, envelopes: { [cell]: 399 } })).toMatchObject({ ok: false, cell });
    expect(await store().resize({ ...round, envelopes: { [cell]: 400 } })).toEqual({ ok: true });
    expect((await store().load(round))?.envelopes).toEqual({ [cell]: 400 });
  });

  it('never exceeds its envelope, whatever is held, confirmed and released in whatever order', async () => {
    const acts = fc.array(
      fc.record({
        act: fc.constantFrom('hold', 'confirm', 'release'),
        lineage: fc.constantFrom('l', 'm', 'n'),
        ordinal: fc.integer({ min: 1, max: 3 }),
        amount: fc.integer({ min: 0, max: 600 }),
      }),
      { maxLength: 12 },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(acts, async (all) => {
        const of = { tenant, round: `r${(run += 1)}` };
        let seq = 0;
        await store().open({ ...of, envelopes: { [cell]: 1_000 } });
        for (const { act, lineage, ordinal, amount } of all) {
          const claim = { ...of, lineage, ordinal };
          if (act === 'hold')
            await store()
              .hold({ ...claim, cells: { [cell]: amount }, seq: (seq += 1) })
              .catch(() => undefined);
          else if (act === 'confirm')
            await store()
              .confirm(claim)
              .catch(() => undefined);
          else await store().release({ ...claim, seq });
          expect(usedBy((await store().load(of))!.claims).get(cell) ?? 0).toBeLessThanOrEqual(1_000);
        }
      }),
      { numRuns: 25 },
    );
  });
});
