import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endOf, momentAfter } from '../../src/engine/closing.js';
import type { Case } from '../../src/engine/ports.js';
import { closingStore } from '../../src/store/closings.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { aCase, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay } from '../builders/aRelay.js';

const hour = 3_600_000;
const began = Date.parse('2025-09-10T03:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

/** What one of three nodes does: a step is dated, and written only when it comes to its write. */
const anAct = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('date' as const), node: fc.nat(2), id: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('write' as const) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('file' as const), id: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('close' as const),
      nodes: fc.uniqueArray(fc.nat(2), { minLength: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('set' as const),
      node: fc.nat(2),
      hours: fc.integer({ min: -40, max: 40 }),
    }),
  },
);

describe("the city's days, with clocks hours apart, set back and forth, and steps over midnight", () => {
  const connection = aDatabase('closingsApart');

  it('raise no alarm ever, date no case backwards nor into a day known to be closed, leave no entry out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { minLength: 5, maxLength: 30 }), async (acts) => {
        for (const name of ['cases', 'journal', 'closings', 'closingLeaves'])
          await connection().collection(name).deleteMany({});
        const { cases, journal, relay } = aRelay(connection());
        const closings = closingStore(connection());
        const off = [0, 0, 0];
        let now = began;
        const dated: { found: Case; at: string }[] = [];
        const verifyAt = async (at: number) =>
          (await verifyJournal(connection(), { tenant, at: iso(at), journal, closings })).faults;

        const write = async () => {
          const next = dated.shift();
          // Where somebody was faster, nothing is written.
          if (next) await cases.advance(next.found, aStep(next.found, [], { at: next.at }));
        };
        for (let n = 0; n < 4; n += 1) await cases.create(aCase(`c${n}`));
        for (const act of acts) {
          if (act.act === 'pass') now += act.hours * hour;
          if (act.act === 'set') off[act.node] = act.hours * hour;
          if (act.act === 'file') await relay.drain({ tenant, id: `c${act.id}` });
          if (act.act === 'date') {
            const found = (await cases.load({ tenant, id: `c${act.id}` }))!;
            const closed = await closings.last(tenant);
            const until = closed ? endOf(closed.day) : '';
            const at = momentAfter(iso(now + off[act.node]!), found.at, until);
            expect(at >= found.at && at >= until).toBe(true);
            dated.push({ found, at });
          }
          if (act.act === 'write') await write();
          if (act.act === 'close')
            await Promise.all(act.nodes.map((node) => closings.close(tenant, iso(now + off[node]!))));
          // Whether what is old has been closed is asked at the end: here nobody may have swept for days.
          expect(await verifyAt(began)).toEqual([]);
        }
        while (dated.length > 0) await write();
        await closings.close(tenant, iso(now + 100 * hour));
        expect(await verifyAt(now + 400 * hour)).toEqual([]);
        for (const entries of [0, 1, 2, 3].map((n) => journal.after({ tenant, id: `c${n}` }, 0))) {
          const moments = (await entries).map(({ at }) => at);
          expect(moments).toEqual([...moments].sort());
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
