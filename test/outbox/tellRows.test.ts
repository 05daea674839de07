import { describe, expect, it } from '@jest/globals';
import type { Orders } from '../../workflows/vocabulary.js';
import type { Tell } from '../../src/outbox/tellRows.js';
import { aCase, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay, dyingAt } from '../builders/aRelay.js';

describe('events to many rows', () => {
  const connection = aDatabase('rows');
  type Told = Parameters<Tell>[0];

  /** Rows that remember by cause what they took, as the engine does. */
  function rows(refuses: (told: Told) => string | null = () => null) {
    const taken = new Map<string, Told>();
    const all: Told[] = [];
    const tell: Tell = async (told) => {
      all.push(told);
      const reason = taken.has(`${told.caseId} ${told.cause}`) ? null : refuses(told);
      if (reason !== null) return { done: false, reason };
      taken.set(`${told.caseId} ${told.cause}`, told);
      return { done: true };
    };
    const settled = () => [...taken.values()].filter(({ event }) => event.type === 'SETTLED');
    return { tell, all, taken, settled };
  }

  async function owing(events: Orders['events'], id = 'c1') {
    const { cases, contents } = aRelay(connection());
    const orders = await contents.put(tenant, { kind: 'orders', events } satisfies Orders);
    await cases.create(aCase(id, [{ type: 'tellRows', params: { orders, count: events.length } }]));
    return `${tenant}/${id}/1/0`;
  }
  const includes = (n: number): Orders['events'] =>
    Array.from({ length: n }, (_, i) => ({ case: `e${i}`, event: { type: 'INCLUDE', consolidation: 'c1' } }));

  it.each([
    [1, [1]],
    [100, [100]],
    [250, [100, 100, 50]],
    [3_400, Array.from({ length: 34 }, () => 100)],
  ])('to %i rows go out in chunks of a hundred, each answered once', async (n, chunks) => {
    const batch = await owing(includes(n));
    const { tell, taken, settled } = rows();
    const { relay, store } = aRelay(connection(), { tell });
    await relay.drainAll();
    expect(taken.size).toBe(n + chunks.length);
    expect(settled().map(({ event }) => event['done'])).toEqual(chunks);
    for (const { caseId, event, cause } of settled()) {
      expect(caseId).toBe('c1');
      expect(event).toMatchObject({ batch, of: chunks.length, event: 'INCLUDE', refused: [] });
      expect(cause).toBe(`${batch}/${String(event['chunk'])}`);
    }
    expect(await store.progressOf(tenant, batch)).toEqual({
      chunks: chunks.length,
      done: chunks.length,
      dead: 0,
      rowsDone: n,
      rowsRefused: 0,
    });
  });

  it('of different types never share a chunk, so that an answer says what was taken', async () => {
    const events = includes(150).map((row, i) =>
      i % 2 === 0 ? row : { ...row, event: { type: 'RELEASE' } },
    );
    await owing(events);
    const { tell, settled } = rows();
    await aRelay(connection(), { tell }).relay.drainAll();
    expect(settled().map(({ event }) => [event['event'], event['done']])).toEqual([
      ['INCLUDE', 75],
      ['RELEASE', 75],
    ]);
  });

  it('that are refused are named with their reason, and counted', async () => {
    const batch = await owing(includes(120));
    const { tell, settled } = rows(({ caseId }) => (caseId === 'e7' || caseId === 'e110' ? 'notHere' : null));
    const { relay, store } = aRelay(connection(), { tell });
    await relay.drainAll();
    expect(settled().map(({ event }) => [event['done'], event['refused']])).toEqual([
      [99, [{ case: 'e7', reason: 'notHere' }]],
      [19, [{ case: 'e110', reason: 'notHere' }]],
    ]);
    expect(await store.progressOf(tenant, batch)).toMatchObject({ rowsDone: 118, rowsRefused: 2 });
  });

  it('reach every row once, wherever a relay dies', async () => {
    for (let nth = 1; nth <= 13; nth += 1) {
      const batch = await owing(includes(150), `c${nth}`);
      const { tell, taken, settled } = rows();
      const { store } = aRelay(connection());
      await aRelay(connection(), { tell, store: dyingAt(store, nth, 'after') })
        .relay.drainAll()
        .catch(() => undefined);
      await aRelay(connection(), { tell }).relay.drainAll();
      expect(taken.size).toBe(152);
      expect(settled().map(({ event }) => event['done'])).toHaveLength(2);
      expect(await store.progressOf(tenant, batch)).toMatchObject({ chunks: 2, done: 2, rowsDone: 150 });
    }
  });

  it('answer the same when a chunk is repeated, although the rows would answer otherwise by now', async () => {
    await owing(includes(3));
    let first = true;
    const { tell, settled } = rows(({ caseId, event }) => {
      if (event.type === 'SETTLED') {
        const refused = first ? 'BUSY' : null;
        first = false;
        return refused;
      }
      return caseId === 'e1' && first ? 'notHere' : null;
    });
    await aRelay(connection(), { tell }).relay.drainAll();
    expect(settled().map(({ event }) => event)).toMatchObject([
      { done: 2, refused: [{ case: 'e1', reason: 'notHere' }] },
    ]);
  });

  it('are answered by one node alone, when another lost the chunk while it told the rows', async () => {
    await owing(includes(3));
    const { tell: real, settled } = rows(({ caseId }) => (caseId === 'e1' ? 'notHere' : null));
    const { store, relay } = aRelay(connection(), { tell: real });
    // Between the rows and the answer the lease runs out, and another node does it all.
    let taken = false;
    const slow: Tell = async (told) => {
      const answer = await real(told);
      if (!taken && told.caseId === 'e2') {
        taken = true;
        await connection()
          .db!.collection('intents')
          .updateMany({ state: 'due' }, { $set: { nextAt: 0 } });
        const quick: Tell = async (again) => (again.caseId === 'e1' ? { done: true } : real(again));
        await aRelay(connection(), { tell: quick }).relay.drainAll();
      }
      return answer;
    };
    const failed: unknown[] = [];
    const on = { failed: (...all: unknown[]) => failed.push(all) };
    await aRelay(connection(), { tell: slow, on }).relay.drainAll();
    await relay.drainAll();
    expect(settled().map(({ event }) => [event['done'], event['refused']])).toEqual([[3, []]]);
    expect(failed).toEqual([]);
    expect(await store.backlog()).toMatchObject({ due: 0, dead: 0 });
  });

  it('are dead, and say why, when the case that owed them does not take the answer', async () => {
    await owing(includes(3));
    const { tell } = rows(({ event }) => (event.type === 'SETTLED' ? 'notHere' : null));
    const { relay, store } = aRelay(connection(), { tell, maxTries: 2 });
    await relay.drainAll();
    const [dead] = await store.dead(tenant);
    expect(dead?.error).toContain('c1 does not take the answer');
    expect(dead?.error).toContain('notHere');
  });
});
