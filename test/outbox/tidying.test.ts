import { describe, expect, it } from '@jest/globals';
import { collectionOf } from '../../src/store/connection.js';
import { createStores } from '../../src/compose.js';
import { sweep } from '../../src/outbox/sweep.js';
import { tidying } from '../../src/outbox/tidying.js';
import { aCase, aNotice, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay } from '../builders/aRelay.js';

const dayMs = 86_400_000;

describe('tidying', () => {
  const connection = aDatabase('tidying');
  const stores = () =>
    createStores(connection(), {
      signIn: { perUserAndAddress: 5, perAccount: 50, perAddress: 100, window: 900, block: 900 },
    });

  it('takes what its time has passed for, as the settings say, and nothing younger', async () => {
    const { outbox, notices, papers, contents, cases } = stores();
    const years: string[] = [];
    const duties = tidying({
      cities: async () => [tenant],
      contents,
      keep: { doneIntents: 10, readNotices: 20 },
      intents: outbox,
      notices,
      papers,
      voidPastYears: async (city) => years.push(city),
    });
    for (const id of ['old', 'young']) await cases.create(aCase(id, [aNotice('born')]));
    await aRelay(connection()).relay.drainAll();
    const reader = { tenant, agency: 'SYT', person: 'p1', roles: [] };
    for (const id of ['old', 'young']) {
      const at = '2025-09-10T02:00:00.000Z';
      await notices.put({ tenant, id, agency: 'SYT', roles: [], notice: 'n', case: 'c', params: {}, at });
      await notices.markRead(reader, [id]);
    }
    const now = Date.now();
    const at = (id: string, old: number, young: number) => now - (id === 'old' ? old : young) * dayMs;
    for (const id of ['old', 'young']) {
      await collectionOf(connection(), 'intents').updateMany(
        { case: id },
        { $set: { doneAt: at(id, 11, 9) } },
      );
      await collectionOf(connection(), 'notices').updateMany(
        { id },
        { $set: { readAt: new Date(at(id, 21, 19)) } },
      );
    }

    const failed = (duty: string, _: unknown, error: unknown) => {
      throw new Error(duty, { cause: error });
    };
    expect(await sweep(duties, { failed })).toEqual({
      orphanContents: { done: 0, failed: 0 },
      orphanBytes: { done: 0, failed: 0 },
      heldNumbers: { done: 1, failed: 0 },
      filedSince: { done: 0, failed: 0 },
      doneIntents: { done: 1, failed: 0 },
      readNotices: { done: 1, failed: 0 },
    });
    expect((await notices.list(reader)).items.map(({ id }) => id)).toEqual(['young']);
    expect(await outbox.find(tenant, `${tenant}/young/1/0`)).not.toBeNull();
    expect(years).toEqual([tenant]);
  });
});
