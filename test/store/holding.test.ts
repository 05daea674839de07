import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ledgerStore, usedBy } from '../../src/store/ledgers.js';
import { turnStore } from '../../src/store/turns.js';
import { registerStore } from '../../src/store/registers.js';
import { createRoundStore } from '../../src/store/rounds.js';
import { commandLine } from '../../src/people/ports.js';
import { aRound } from '../builders/aRound.js';
import { voidPastYears } from '../../src/outbox/yearTurn.js';
import { aCase, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay } from '../builders/aRelay.js';

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

  it('that are voided stay given and keep their first reason; their key is given the next one', async () => {
    const number = await hold('a:TTr:1');
    const at = '2025-09-10T02:00:00.000Z';
    const held = { ...register, key: 'a:TTr:1', number };
    await store().voidHeld({ ...held, reason: 'Hồ sơ kết thúc', at });
    await store().voidHeld({ ...held, reason: 'khác', at });
    const voided = { ...held, voided: { reason: 'Hồ sơ kết thúc', at } };
    expect(await store().heldBy({ tenant, agency: 'SYT', case: 'a' })).toEqual([voided]);
    expect(await hold('b:TTr:1')).toBe(2);
    expect(await hold('a:TTr:1')).toBe(3);
    await store().voidHeld({ ...held, reason: 'once more, late', at });
    expect(await hold('a:TTr:1')).toBe(3);
    expect(await store().heldBy({ tenant, agency: 'SYT', case: 'a' })).toEqual([
      { ...held, number: 3 },
      voided,
    ]);
  });

  it('of a year that is over are void unless a step used them, and the register remembers why', async () => {
    const { cases, journal } = aRelay(connection());
    const born = await cases.create(aCase('a'));
    const used = { agency: 'SYT', type: 'TTr', year: 2025, number: await hold('a:TTr:1') };
    await cases.advance(born, aStep(born, [], { event: { type: 'ISSUE', facts: { number: used } } }));
    await hold('a:TTr:2');
    await hold('b:TTr:1');
    await store().hold({ ...register, agency: 'city', type: 'DT', key: 'a' });
    await hold('a:TTr:3', 2026);
    const turn = (day: string) =>
      voidPastYears(
        {
          clock: { now: () => `${day}T02:00:00.000Z`, set: true },
          history: (ref) => journal.after(ref, 0),
          registers: store(),
        },
        tenant,
      );
    const heldIn = (year: number) => async () =>
      (await store().heldBy({ tenant, agency: 'SYT', case: 'a' })).filter((one) => one.year === year);

    // A paper that was signed in December may still be issued in January.
    expect(await turn('2026-01-31')).toBe(0);
    expect(await turn('2026-02-01')).toBe(2);
    expect(await heldIn(2025)()).toEqual([
      { tenant, ...used, key: 'a:TTr:1' },
      {
        ...register,
        key: 'a:TTr:2',
        number: 2,
        voided: { reason: 'yearTurned', at: '2026-02-01T02:00:00.000Z' },
      },
    ]);
    expect(await heldIn(2026)()).toMatchObject([{ number: 1 }]);
    expect(await turn('2026-02-02')).toBe(0);

    // Who comes late all the same gets the next number, and what is not used of it is void in its turn.
    expect(await hold('b:TTr:1')).toBe(4);
    expect(await turn('2026-02-03')).toBe(1);
    expect(await store().before(tenant, 2026)).toEqual([]);
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
      { ...register, key: 'a:TTr:1', number: 1, voided: { reason: 'outOfOrder', at: '2025-09-20' } },
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

describe('the turn to gather', () => {
  const connection = aDatabase('turns');
  const store = () => turnStore(connection());
  const round = { tenant, round: 'd1' };
  const turn = (of: string, seq = 1) => ({ ...round, case: of, code: of, seq });

  it('is one case’s, also when 20 ask at once, and passes from who was seen to have it', async () => {
    const first = await times(20, (i) => store().take(turn(`c${i}`), null));
    expect(first.filter(Boolean)).toHaveLength(1);
    const held = (await store().load(round))!;
    expect(held.case).toBe(`c${first.indexOf(true)}`);
    const next = await times(20, (i) => store().take(turn(`d${i}`, 7), held));
    expect(next.filter(Boolean)).toHaveLength(1);
    expect(await store().take(turn('e'), held)).toBe(false);
    expect(await store().load({ ...round, tenant: 'haNoi' })).toBeNull();
  });
});

describe('money', () => {
  const connection = aDatabase('ledgers');
  const store = () => ledgerStore(connection());
  const round = { tenant, round: 'd1' };
  const cell = 'NSTP_CTX/2026';
  const other = 'NSTP_CTX/2027';
  const rounds = () => createRoundStore(connection());
  const open = (amount: number, id = round.round) =>
    rounds().save(aRound(id, { 2026: amount, 2027: amount }));
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

  it('of one estimate stays within what was approved from a source, whoever allocates it at once', async () => {
    await open(10_000);
    const share = 'DT-2026-001:NSTP_CTX';
    const held = await times(6, (i) =>
      store().hold({
        ...{ ...round, lineage: `l${i}`, ordinal: 1, seq: 5 },
        cells: { [i % 2 === 0 ? cell : other]: 300, 'DT-2026-001': 300, [share]: 300 },
        ceilings: { 'DT-2026-001': 9_000, [share]: 700 },
      }),
    );
    expect(held.filter(({ ok }) => ok)).toHaveLength(2);
    expect(held.find(({ ok }) => !ok)).toEqual({ ok: false, cell: share, available: 100, asked: 300 });
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
    await store().confirm({ ...round, lineage: 'l', ordinal: 1 });
    await hold('l', 2, { [cell]: 300 });
    for (const ordinal of [2, 1, 2]) await store().confirm({ ...round, lineage: 'l', ordinal });
    expect(await used()).toEqual(new Map([[cell, 300]]));
    await expect(store().confirm({ ...round, lineage: 'm', ordinal: 1 })).rejects.toThrow('holds nothing');
    await expect(hold('l', 2, { [cell]: 1 })).rejects.toThrow('confirmed');
  });

  it('of one lineage is claimed by one ordinal at a time, and by none that is older than what stands', async () => {
    await open(500);
    const held = await times(10, (i) => hold('l', i + 1, { [cell]: 10 }));
    expect(held.filter(({ ok }) => ok)).toHaveLength(1);
    const newest = (await store().load(round))!.claims[0]!.ordinal;
    expect(held.find(({ ok }) => !ok)).toEqual({ ok: false, other: newest });
    await store().confirm({ ...round, lineage: 'l', ordinal: newest });
    expect(await hold('l', newest - 1, { [cell]: 10 })).toEqual({ ok: false, other: newest });
    expect(await hold('l', newest + 1, { [cell]: 10 })).toEqual({ ok: true });
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

  it('sets no envelope below what is claimed', async () => {
    await open(500);
    await hold('l', 1, { [cell]: 400 });
    const put = (amount: number) => rounds().put(aRound(round.round, { 2026: amount }), 1, commandLine);
    expect(await put(399)).toEqual({ tooSmall: { cell, available: 399, asked: 400 } });
    expect(await put(400)).toMatchObject({ rev: 2, envelopes: { NSTP_CTX: { 2026: 400 } } });
    expect(await put(500)).toBeNull();
    expect(await store().load(round)).toMatchObject({
      envelopes: { [cell]: 400 },
      claims: [{ lineage: 'l' }],
    });
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
        await open(1_000, of.round);
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
