import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Connection } from 'mongoose';
import { calendarAsOf } from '../../workflows/calendar.js';
import type { Day } from '../../workflows/vocabulary.js';
import type { Case } from '../../src/engine/ports.js';
import { connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { testDatabase } from '../setup/database.js';
import { composed, seedSmallCity, somebody, steppedClock, tenant } from './smallCity.js';

const database = testDatabase('Sweeping');
let connection: Connection;
let city: ReturnType<typeof composed>;
const { clock, to } = steppedClock();
const officer = somebody('SYT', 'officer');

beforeAll(async () => {
  connection = await connect(database.uri, { dbName: database.dbName, maxPoolSize: 30 });
  await migrate(connection);
});
beforeEach(async () => {
  await database.empty();
  city = composed(connection, clock);
  to('2025-09-22', 1);
  await seedSmallCity(city.stores);
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await database.close();
});

const anEstimate = async (key: string) => {
  const { id } = await city.workflow.engine.start({ person: officer, kind: 'estimate', input: {}, key });
  await city.workflow.relay.drainAll();
  return id;
};
const cases = () => connection.collection<{ _id: string }>('cases');
const change = (id: string, changes: object) =>
  cases().updateOne({ _id: `${tenant}/${id}` }, { $set: changes });
const load = async (id: string): Promise<Case> => (await city.stores.cases.load({ tenant, id }))!;

describe('the sweep of a city', () => {
  it('goes on past a case of a version that this release does not know', async () => {
    const ids = [await anEstimate('a'), await anEstimate('b'), await anEstimate('c')];
    const unknown = ids.toSorted()[1]!;
    await change(unknown, { version: '7' });
    to('2025-10-20', 1);
    const swept = await city.workflow.sweep();
    expect(swept).toMatchObject({ deadlines: { done: 2, failed: 1 }, days: { done: 1, failed: 0 } });
    for (const id of ids.filter((one) => one !== unknown))
      expect((await load(id)).context).toMatchObject({ overdue: '2025-09-30' });
    expect((await city.stores.closings.last(tenant))?.count).toBe(3);
  });

  it('tells each case once of each deadline, in as many processes as sweep', async () => {
    const id = await anEstimate('a');
    to('2025-10-20', 1);
    const other = composed(connection, clock);
    const both = await Promise.all([city.workflow.sweep(), other.workflow.sweep()]);
    expect(both.filter((swept) => swept === null).length).toBeLessThan(2);
    await other.workflow.sweep();
    expect((await load(id)).seq).toBe(2);
  });

  const anUnsure = async () => {
    const id = await anEstimate('a');
    await change(id, {
      state: { preparing: 'issuing' },
      context: { ...(await load(id)).context, preparation: { signer: { day: '2026-12-30' } } },
      due: '2027-01-04',
      reckoned: { asOf: '2026-01-01', sure: false },
    });
    return id;
  };

  it('works a due day out anew once the days off it rests on are announced, where it is listed as well', async () => {
    const id = await anUnsure();
    const swept = await city.workflow.sweep();
    expect(swept).toMatchObject({ dueDays: { done: 1, failed: 0 } });
    const due: Day = '2026-12-31';
    expect(await load(id)).toMatchObject({ due, reckoned: { asOf: calendarAsOf, sure: true }, seq: 1 });
    expect(await city.stores.progress.get(tenant, id)).toMatchObject({ due, dueSure: true });
    expect(await city.workflow.sweep()).toMatchObject({ dueDays: { done: 0, failed: 0 } });
  });

  it('works a due day out anew in the next sweep where the lists could not be told, or a step is being filed', async () => {
    const id = await anUnsure();
    const { progress } = city.stores;
    const put = jest.spyOn(progress, 'put').mockRejectedValueOnce(new Error('The database is away.'));
    expect(await city.workflow.sweep()).toMatchObject({ dueDays: { done: 0, failed: 1 } });
    put.mockRestore();
    expect(await load(id)).toMatchObject({ due: '2027-01-04' });

    await change(id, { owes: true });
    expect(await city.workflow.sweep()).toMatchObject({ dueDays: { done: 0, failed: 0 } });
    await cases().updateOne({ _id: `${tenant}/${id}` }, { $unset: { owes: 1 } });
    expect(await city.workflow.sweep()).toMatchObject({ dueDays: { done: 1, failed: 0 } });
    expect(await progress.get(tenant, id)).toMatchObject({ due: '2026-12-31', dueSure: true });
  });
});
