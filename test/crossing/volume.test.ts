import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { BatchProgress } from '../../src/outbox/ports.js';
import { connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { age } from '../builders/ageing.js';
import { testDatabase } from '../setup/database.js';
import { inForm } from '../setup/trials.js';
import { allocating } from './allocating.js';
import { placed } from './placed.js';
import { endAll, totrinh } from './processes.js';
import { composed, round, seedSmallCity, somebody, steppedClock, tenant } from './smallCity.js';
import { until } from './until.js';

/** How many estimates: the city's worst round, or as many as go out in three chunks of which one is no full one. */
const estimates = inForm({ short: 250, whole: 3_400 });
const chunks = Math.ceil(estimates / 100);
const patience = 60 + estimates / 10;

describe('a step with a consequence for every estimate of a round', () => {
  const database = testDatabase('Volume');
  const { clock, to } = steppedClock();
  let connection: Connection;
  let city: ReturnType<typeof composed>;
  to('2025-10-09', 1);

  beforeAll(async () => {
    connection = await connect(database.uri, { dbName: database.dbName, maxPoolSize: 50 });
    await connection.dropDatabase();
    await migrate(connection);
    city = composed(connection, clock);
    await seedSmallCity(city.stores);
  }, 60_000);
  afterEach(endAll);
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
    await database.close();
  });

  const startWorker = (fault?: string) =>
    totrinh('work', database, {
      ready: /làm việc/,
      clock: '2025-10-09',
      ...(fault !== undefined && { fault }),
    });

  /** Watches a batch as a person would, until every row has answered. */
  const watch = async (batch: string): Promise<BatchProgress[]> => {
    const seen: BatchProgress[] = [];
    await until(
      async () => {
        const now = await city.stores.outbox.progressOf(tenant, batch);
        if (now.done !== seen.at(-1)?.done || now.chunks !== seen.at(-1)?.chunks) seen.push(now);
        const { owing, due } = await city.stores.outbox.backlog();
        return now.done === chunks && owing + due === 0;
      },
      patience,
      250,
    );
    return seen;
  };

  it(
    'goes out in chunks that can be watched, survives the death of a worker, and tells nobody twice',
    async () => {
      const ids: string[] = [];
      for (let nth = 1; nth <= estimates; nth += 100) {
        const some = Array.from({ length: Math.min(100, estimates - nth + 1) }, (_, i) =>
          placed(city.stores, { nth: nth + i, amount: 1_000_000 + nth + i }),
        );
        ids.push(...(await Promise.all(some)).map(({ id }) => id));
      }
      await city.workflow.relay.drainAll();

      const { act } = allocating(city);
      const person = somebody('SKHCN', 'officer');
      const { engine } = city.workflow;
      const table = await engine.start({ person, kind: 'consolidation', input: { round }, key: 'table' });
      const asked = await act('SKHCN', 'officer', table.id, 'ADD', { ids });
      expect(asked.context['pending']).toBe(estimates);

      const began = Date.now();
      // Watched from before anybody works on it.
      const watching = watch(`${tenant}/${table.id}/${asked.seq}/0`);
      const dying = await startWorker(`cases.advance:after#${estimates / 10}`);
      // Another that came earlier could take every chunk, and this one would never be there to die.
      await until(async () => (await city.stores.queries.members(tenant, table.id)).length > 0);
      const second = await startWorker();
      expect(await dying.ended).toBe('SIGKILL');
      // Its lease of 30 s is over then; so is the other's, who finds out when it is about to answer.
      await age(connection, 30_000);
      const third = await startWorker();
      const seen = await watching;
      const included = Date.now() - began;

      expect(seen[0]?.done).toBe(0);
      expect(seen.at(-1)).toEqual({ chunks, done: chunks, dead: 0, rowsDone: estimates, rowsRefused: 0 });
      expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));

      const whole = (await city.stores.cases.load(table))!;
      expect(whole.context).toMatchObject({ pending: 0, refused: [], members: estimates });
      const answers = (await city.stores.journal.after(table, asked.seq)).filter(
        ({ event }) => event.type === 'SETTLED',
      );
      expect(new Set(answers.map(({ event }) => event['chunk'])).size).toBe(chunks);
      expect(answers).toHaveLength(chunks);
      const members = await city.stores.queries.members(tenant, table.id);
      expect(members).toHaveLength(estimates);
      expect(members.filter(({ seq, state }) => seq !== 2 || state !== 'consolidated')).toEqual([]);

      const frozen = await act('SKHCN', 'officer', table.id, 'FREEZE');
      expect(frozen.context['sums']).toEqual({
        requested: (estimates * (2 * 1_000_000 + estimates + 1)) / 2,
        reviewed: (estimates * (2 * 1_000_000 + estimates + 1)) / 2,
      });
      await act('SKHCN', 'officer', table.id, 'SEND_UP');
      await act('SKHCN', 'unitHead', table.id, 'ENDORSE');
      await act('SKHCN', 'leader', table.id, 'SIGN');
      // The report of the table is printed elsewhere: here nobody has a browser.
      for (const worker of [second, third]) await worker.stop();
      await act('SKHCN', 'clerk', table.id, 'ISSUE', { date: '2025-10-09' });
      await city.workflow.relay.drainAll();

      const again = Date.now();
      const two = await Promise.all([startWorker(), startWorker()]);
      const received = await act('STC', 'clerk', table.id, 'RECEIVE');
      await watch(`${tenant}/${table.id}/${received.seq}/0`);
      const forwarded = Date.now() - again;
      for (const worker of two) await worker.stop();
      const forwardedRows = await city.stores.queries.members(tenant, table.id);
      expect(forwardedRows.filter(({ seq, state }) => seq !== 3 || state !== 'appraising')).toEqual([]);
      expect((await city.stores.cases.load(table))!.context['pending']).toBe(0);

      const { journal, closings } = city.stores;
      await closings.close(tenant, clock.now());
      const verified = await verifyJournal(connection, { tenant, at: clock.now(), journal, closings });
      expect(verified).toMatchObject({ cases: estimates + 1, faults: [] });
      expect(await city.stores.outbox.dead(tenant)).toEqual([]);
      const s = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
      console.log(`${estimates} rows: included in ${s(included)} with a crash, forwarded in ${s(forwarded)}`);
    },
    (3 * patience + 60) * 1000,
  );
});
