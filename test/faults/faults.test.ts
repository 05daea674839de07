import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Connection } from 'mongoose';
import { createStores, type Stores } from '../../src/compose.js';
import { loadConfig } from '../../src/config.js';
import { paperTypes } from '../../src/engine/numbers.js';
import { usedNumbers } from '../../src/outbox/usedNumbers.js';
import { canTho, planRound, seedDemonstration } from '../../src/seed/demonstration.js';
import { collectionOf, connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { verifyAccess } from '../../src/store/verifyAccess.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { composed, steppedClock } from '../crossing/smallCity.js';
import { until } from '../crossing/until.js';
import { enduring, wrongAnswers } from './enduring.js';
import { inForm, seed, whole } from '../setup/trials.js';
import { aHouse, built, type House } from './house.js';
import { codes, walk, type Done } from './road.js';

type Fault = keyof House['faults'];

/** How often each fault strikes, and after how many requests at most the next one does. */
const { strikes, gap, standstill } = inForm<{
  strikes: Record<Fault, number>;
  gap: number;
  standstill: number;
}>({
  short: {
    strikes: { app: 1, gateway: 1, database: 1, browser: 1, standstill: 1, everything: 1 },
    gap: 60,
    standstill: 2_000,
  },
  whole: {
    strikes: { app: 32, gateway: 8, database: 15, browser: 8, standstill: 3, everything: 6 },
    gap: 24,
    standstill: 38_000,
  },
});
const minutes = whole ? 40 : 4;

const day = '2025-09-30';
/** When the house is looked at: the day on which it worked can be closed. */
const dayAfter = '2025-10-02T01:00:00.000Z';
const tenant = canTho.id;
const whereBuilt = built ? describe : describe.skip;

whereBuilt(`a house whose processes are killed (TRIALS_SEED=${seed})`, () => {
  const dbName = 'totrinh_faults';
  const planned = Object.entries(strikes).flatMap(([fault, times]) =>
    Array.from({ length: times }, () => fault as Fault),
  );
  const order = fc.shuffledSubarray(planned, { minLength: planned.length });
  const due = fc.sample(order, { seed, numRuns: 1 })[0]!;
  /** After how many requests each of them strikes. */
  const gaps = fc.sample(fc.integer({ min: 1, max: gap }), { seed, numRuns: planned.length + 1 });
  const struck: Fault[] = [];
  let house: House;
  let connection: Connection;
  let stores: Stores;
  let done: Done;

  const workflow = () => composed(connection, steppedClock(dayAfter).clock, stores).workflow;

  /** Strikes after so many requests as chance has it, one fault after the other. */
  const campaign = () => {
    let waits = gaps.shift()!;
    let striking: Promise<void> | null = null;
    let failed: Error | null = null;
    const strike = async (fault: Fault) => {
      await (fault === 'standstill' ? house.faults.standstill(standstill) : house.faults[fault]());
      struck.push(fault);
    };
    return {
      asking: () => {
        if (failed) throw failed;
        waits -= 1;
        if (waits > 0 || striking) return;
        const fault = due.shift();
        if (!fault) return;
        striking = strike(fault)
          .catch((error: Error) => (failed = error))
          .finally(() => {
            waits = gaps.shift()!;
            striking = null;
          }) as Promise<void>;
      },
      over: () => striking ?? Promise.resolve(),
    };
  };

  const open = async () => {
    connection = await connect(house.uri, { dbName });
    stores = createStores(connection, loadConfig({ NODE_ENV: 'test', MONGODB_URI: house.uri }));
  };

  beforeAll(async () => {
    house = await aHouse(dbName, day);
    await open();
    await migrate(connection);
    await seedDemonstration(stores, { now: `${day}T01:00:00.000Z`, rounds: [planRound] });
    await connection.close();
    await house.startApp();

    const { asking, over } = campaign();
    done = await walk(enduring(house.address, asking), day);
    await over();
    await open();
    await until(async () => {
      const { owing, due: waiting } = await stores.outbox.backlog();
      return owing + waiting === 0;
    }, 120);
    await house.stopApp();
    await workflow().sweep();
  }, minutes * 60_000);
  afterAll(async () => {
    await connection?.close();
    await house?.close();
  }, 60_000);

  const all = <T extends object>(name: string) =>
    collectionOf<T & { _id: string }>(connection, name).find().toArray();

  it('was struck by everything that was planned', () => {
    expect(due).toEqual([]);
    expect(new Set(struck)).toEqual(new Set(Object.keys(strikes)));
  });

  it('answered nobody with a fault of its own', () => {
    const faults = house.said.filter((line) => line.includes('"status":500'));
    expect([...wrongAnswers, ...faults]).toEqual([]);
  });

  it('did what people did once, in their order, and nothing else in their names', async () => {
    expect(done.size).toBe(codes.length + 2);
    for (const [id, types] of done) {
      const entries = await stores.journal.after({ tenant, id }, 0);
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
      const byPeople = entries.filter(({ permit }) => permit !== 'system');
      expect(byPeople.map(({ event }) => event.type)).toEqual(types);
    }
  });

  it('lost no intent and made no paper twice', async () => {
    const dead = await stores.outbox.dead(tenant);
    expect(dead.map(({ intent, error }) => [intent.type, error])).toEqual([]);
    expect(await stores.outbox.backlog()).toEqual({ owing: 0, due: 0, dead: 0, oldest: null });
    const intents = await all<{ case: string; intent: { type: string; params: { document?: string } } }>(
      'intents',
    );
    const wanted = intents
      .filter(({ intent }) => intent.type === 'render')
      .map(({ case: id, intent }) => `${id} ${intent.params.document}`);
    const papers = await all<{ id: string; case: string; type: string }>('papers');
    expect(papers.map(({ case: id, type }) => `${id} ${type}`).toSorted()).toEqual(wanted.toSorted());
    for (const id of done.keys())
      for (const paper of await stores.papers.list(tenant, id))
        expect((await stores.papers.read(tenant, paper.id)).subarray(0, 5).toString()).toBe('%PDF-');
    const pieces = new Set(
      (await all<{ files_id: { toHexString(): string } }>('files.chunks')).map((one) =>
        one.files_id.toHexString(),
      ),
    );
    expect((await all('files.files')).map(({ _id }) => String(_id)).filter((id) => !pieces.has(id))).toEqual(
      [],
    );
  });

  it('gave every number once and without a gap', async () => {
    const used: string[] = [];
    for (const id of done.keys()) used.push(...usedNumbers(await stores.journal.after({ tenant, id }, 0)));
    expect(new Set(used).size).toBe(used.length);
    const registers = await all<{
      agency: string;
      type: string;
      year: number;
      next: number;
      held: Record<string, number>;
      voided?: object;
    }>('registers');
    const given = registers
      .filter(({ type }) => (paperTypes as readonly string[]).includes(type))
      .flatMap(({ agency, type, year, next }) =>
        Array.from({ length: next - 1 }, (_, n) => `${agency}/${type}/${year}/${n + 1}`),
      );
    expect(given.toSorted()).toEqual(used.toSorted());
    for (const { held, next } of registers)
      expect(Object.values(held).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: next - 1 }, (_, n) => n + 1),
      );
    expect(registers.filter(({ voided }) => voided)).toEqual([]);
  });

  it('holds its money once, confirmed', async () => {
    const { claims = [] } = (await stores.ledgers.load({ tenant, round: planRound.id })) ?? {};
    expect(claims.map(({ lineage, confirmed }) => [lineage, confirmed])).toEqual([['PB-2025-001', true]]);
  });

  it('is whole: journal, settings, lists', async () => {
    const { journal, closings } = stores;
    const verified = await verifyJournal(connection, { tenant, at: dayAfter, journal, closings });
    expect(verified).toMatchObject({ cases: done.size, faults: [] });
    expect(verified.closings).toBeGreaterThan(0);
    expect((await verifyAccess(connection, tenant)).faults).toEqual([]);
    expect((await workflow().rebuild(tenant)).differing).toEqual([]);
  });

  it('leaves no process behind', async () => {
    await connection.close();
    await house.close();
    await until(() => Promise.resolve(house.left().length === 0), 20);
    expect(house.left()).toEqual([]);
  }, 60_000);
});
