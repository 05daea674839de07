import { describe, expect, it } from '@jest/globals';
import type { Case } from '../../src/engine/ports.js';
import { verifyChain } from '../../src/engine/journal.js';
import { pauseAfter } from '../../src/outbox/pause.js';
import { collectionOf } from '../../src/store/connection.js';
import { aCase, aNotice, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay, dyingAt, listening } from '../builders/aRelay.js';

describe('the relay', () => {
  const connection = aDatabase('relay');
  const intents = () => collectionOf<{ _id: string; state: string }>(connection(), 'intents');

  /** A case after some steps, of which each owes one notice. */
  async function moved(id: string, steps: number): Promise<Case> {
    const { cases } = aRelay(connection());
    let found = await cases.create(aCase(id, [aNotice('born')]));
    for (let n = 1; n < steps; n += 1)
      found = (await cases.advance(found, aStep(found, [aNotice(`step${n}`)])))!;
    return found;
  }

  async function expectAllFiled(found: Case) {
    const { cases, journal } = aRelay(connection());
    const stored = [];
    for await (const entry of journal.all(tenant, found.id)) stored.push(entry);
    expect(stored).toHaveLength(found.seq);
    expect(await verifyChain({ tenant, case: found.id }, stored, found)).toEqual([]);
    expect((await cases.load(found))?.owed).toEqual([]);
    expect(await collectionOf(connection(), 'cases').countDocuments({ owes: true })).toBe(0);
  }

  it('files what a case owes, in order, and carries each intent out', async () => {
    const found = await moved('a', 5);
    const handlers = listening();
    const { relay } = aRelay(connection(), { handlers });
    expect(await relay.drainAll()).toBe(5);
    await expectAllFiled(found);
    expect(handlers.heard.toSorted()).toEqual([1, 2, 3, 4, 5].map((seq) => `${tenant}/a/${seq}/0`));
    expect(await intents().countDocuments({ state: 'done' })).toBe(5);
    expect(await relay.drainAll()).toBe(0);
  });

  it('files one case at once when it is asked to', async () => {
    const found = await moved('a', 3);
    await moved('b', 3);
    const { relay, store } = aRelay(connection());
    await relay.drain(found);
    expect((await aRelay(connection()).cases.load(found))?.owed).toEqual([]);
    expect(await store.backlog()).toMatchObject({ owing: 1, due: 3, dead: 0 });
  });

  it('leaves alone what a case owes since it was read', async () => {
    const found = await moved('a', 2);
    const { cases, store } = aRelay(connection());
    const later = (await cases.advance(found, aStep(found, [aNotice('later')])))!;
    await store.pull(
      found,
      found.owed.map(({ id }) => id),
    );
    expect((await cases.load(found))?.owed.map(({ id }) => id)).toEqual(['3', '3/0']);
    await aRelay(connection()).relay.drainAll();
    expect((await cases.load(later))?.owed).toEqual([]);
  });

  it('feeds the read models with the case as it stands and the entries that were filed', async () => {
    const found = await moved('a', 3);
    const fed: unknown[] = [];
    const project = async (of: Case, entries: readonly { seq: number }[]) => {
      fed.push([of.seq, entries.map(({ seq }) => seq)]);
    };
    await aRelay(connection(), { project }).relay.drainAll();
    expect(fed).toEqual([[3, [1, 2, 3]]]);
    await expectAllFiled(found);
  });

  it('does not let a read model that cannot be fed hold up a case, and feeds it later', async () => {
    const found = await moved('a', 2);
    let broken = true;
    const fed: number[] = [];
    const project = async ({ seq }: Case) => {
      if (broken) throw new Error('no such field');
      fed.push(seq);
    };
    const { relay, store } = aRelay(connection(), { project, maxTries: 2 });
    await relay.drainAll();
    await expectAllFiled(found);
    expect(await store.dead(tenant)).toMatchObject([{ id: `${tenant}/a/2/project`, tries: 2 }]);

    broken = false;
    expect(await store.revive(tenant, `${tenant}/a/2/project`, 0)).toBe(true);
    await relay.drainAll();
    expect(fed).toEqual([2]);
  });

  it.each(['before', 'after'] as const)(
    'loses nothing and doubles nothing, wherever it dies %s a write',
    async (when) => {
      for (let nth = 1; nth <= 14; nth += 1) {
        const found = await moved(`c${nth}`, 3);
        const heard: string[] = [];
        const handlers = listening(heard);
        const { store } = aRelay(connection());
        const dying = aRelay(connection(), { store: dyingAt(store, nth, when), handlers }).relay;
        await dying.drainAll().catch(() => undefined);
        await aRelay(connection(), { handlers }).relay.drainAll();

        await expectAllFiled(found);
        const own = intents().find({ case: `c${nth}` });
        expect((await own.toArray()).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
        for (const seq of [1, 2, 3]) expect(heard).toContain(`${tenant}/c${nth}/${seq}/0`);
      }
    },
  );

  it('takes over what another relay had leased when it died, once the lease has run out', async () => {
    const found = await moved('a', 1);
    let time = 1_000_000;
    const now = () => time;
    const handlers = listening();
    const { store } = aRelay(connection());
    expect(await store.claimOwing(time, time + 30_000, 'dead')).not.toBeNull();
    expect(await store.claimOwing(time, time + 30_000, 'other')).toBeNull();
    time += 30_000;
    expect((await store.claimOwing(time, time + 30_000, 'other'))?.id).toBe('a');

    await aRelay(connection(), { handlers, now }).relay.drain(found);
    await intents().updateMany({}, { $set: { nextAt: time } as never });
    expect(await store.claimIntent(time, time + 30_000, 'dead')).toMatchObject({ tries: 1 });
    expect(await store.claimIntent(time, time + 30_000, 'other')).toBeNull();
    time += 30_000;
    expect(await store.claimIntent(time, time + 30_000, 'other')).toMatchObject({ tries: 2 });
  });

  it('believes only the holder of the lease about how an intent ended', async () => {
    const found = await moved('a', 1);
    const { relay, store } = aRelay(connection());
    await relay.drain(found);
    const whenever = Number.MAX_SAFE_INTEGER;
    const first = (await store.claimIntent(whenever, 1, 'first'))!;
    const second = (await store.claimIntent(whenever, 1, 'second'))!;
    await store.bury(first, 'too late');
    expect(await store.find(tenant, first.id)).toMatchObject({ state: 'due' });
    await store.done(second);
    expect(await store.find(tenant, first.id)).toMatchObject({ state: 'done' });
  });

  it('shares the work with other relays; each intent is carried out, and none is forgotten', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `c${i}`);
    const all = await Promise.all(ids.map((id) => moved(id, 4)));
    const heard: string[] = [];
    let everything = () => {};
    const carriedOut = new Promise<void>((resolve) => (everything = resolve));
    const handlers = listening(heard);
    const counting = {
      ...handlers,
      notify: async (
        intent: Parameters<typeof handlers.notify>[0],
        owing: Parameters<typeof handlers.notify>[1],
      ) => {
        await handlers.notify(intent, owing);
        if (new Set(heard).size === 48) everything();
      },
    };
    const relays = [1, 2, 3].map(() => aRelay(connection(), { handlers: counting }).relay);
    for (const relay of relays) relay.start();
    await carriedOut;
    await Promise.all(relays.map((relay) => relay.stop()));
    for (const found of all) await expectAllFiled(found);
    expect(await intents().countDocuments({ state: 'done' })).toBe(48);
    expect(heard).toHaveLength(48);
  });

  it('finishes what runs when it is stopped, and begins nothing new', async () => {
    await moved('a', 1);
    let begin = () => {};
    let end = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const mayEnd = new Promise<void>((resolve) => (end = resolve));
    const handlers = {
      ...listening(),
      notify: async () => {
        begin();
        await mayEnd;
      },
    };
    const { relay } = aRelay(connection(), { handlers });
    relay.start();
    await begun;
    await moved('b', 1);
    const stopped = relay.stop();
    end();
    await stopped;
    expect(await intents().countDocuments({ case: 'a', state: 'done' })).toBe(1);
    expect(await intents().countDocuments({ case: 'b', state: 'done' })).toBe(0);
  });

  it('looks at once when it is nudged', async () => {
    const handlers = listening();
    let hear = () => {};
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const nudged = { ...handlers, notify: async () => hear() };
    const { relay } = aRelay(connection(), { handlers: nudged, idleMs: [3_600_000, 3_600_000] });
    relay.start();
    await moved('a', 1);
    relay.nudge();
    await heard;
    await relay.stop();
    expect(await intents().countDocuments({ state: 'done' })).toBe(1);
  });

  it('tries again after a failure, and says what failed', async () => {
    await moved('a', 1);
    let tries = 0;
    const failed: unknown[] = [];
    const handlers = {
      ...listening(),
      notify: async () => {
        tries += 1;
        if (tries < 3) throw new Error(`no answer ${tries}`);
      },
    };
    const on = {
      failed: (type: string, id: string, error: unknown, n: number) =>
        failed.push([type, id, String(error), n]),
    };
    await aRelay(connection(), { handlers, on }).relay.drainAll();
    expect(failed).toEqual([
      ['notify', `${tenant}/a/1/0`, 'Error: no answer 1', 1],
      ['notify', `${tenant}/a/1/0`, 'Error: no answer 2', 2],
    ]);
    expect(await intents().countDocuments({ state: 'done' })).toBe(1);
  });

  it('waits between tries: the intent is not due before its pause is over', async () => {
    const found = await moved('a', 1);
    const time = 5_000_000_000_000;
    const handlers = { ...listening(), notify: () => Promise.reject(new Error('no')) };
    const { relay, store } = aRelay(connection(), { handlers, maxTries: 1 });
    await relay.drain(found);
    const claimed = (await store.claimIntent(time, time + 1, 'x'))!;
    await store.retry(claimed, time + pauseAfter(1, claimed.id), 'no');
    expect(await store.claimIntent(time, time + 1, 'y')).toBeNull();
    expect(await store.claimIntent(time + pauseAfter(1, claimed.id), time + 1, 'y')).not.toBeNull();
  });

  it('gives up after the last try, lists what is dead, and takes it up again when told', async () => {
    await moved('a', 1);
    let broken = true;
    const handlers = {
      ...listening(),
      notify: async () => {
        if (broken) throw new Error('no printer');
      },
    };
    const died: string[] = [];
    const on = { died: (_: string, id: string) => died.push(id) };
    const { relay, store } = aRelay(connection(), { handlers, on, maxTries: 4 });
    expect(await relay.drainAll()).toBe(4);
    const id = `${tenant}/a/1/0`;
    expect(died).toEqual([id]);
    expect(await store.dead(tenant)).toMatchObject([
      { id, tries: 4, state: 'dead', error: 'Error: no printer' },
    ]);
    expect(await store.dead('haNoi')).toEqual([]);
    expect(await store.revive('haNoi', id, 0)).toBe(false);

    broken = false;
    expect(await store.revive(tenant, id, 0)).toBe(true);
    await relay.drainAll();
    expect(await store.find(tenant, id)).toMatchObject({ state: 'done' });
    expect(await store.revive(tenant, id, 0)).toBe(false);
  });

  it('buries an intent that kills whoever carries it out', async () => {
    const found = await moved('a', 1);
    const handlers = listening();
    const { relay, store } = aRelay(connection(), { handlers, maxTries: 3 });
    await relay.drain(found);
    for (let n = 0; n < 3; n += 1) await store.claimIntent(Number.MAX_SAFE_INTEGER, 1, `dead${n}`);
    await relay.drainAll();
    expect(handlers.heard).toEqual([]);
    expect(await store.dead(tenant)).toHaveLength(1);
  });
});

describe('the pause before the next try', () => {
  it('doubles from a second to a quarter of an hour, less up to a quarter, the same each time', () => {
    for (let tries = 1; tries <= 20; tries += 1) {
      const whole = Math.min(1_000 * 2 ** (tries - 1), 900_000);
      const pause = pauseAfter(tries, 'canTho/a/1/0');
      expect(pause).toBeLessThanOrEqual(whole);
      expect(pause).toBeGreaterThanOrEqual(whole * 0.75);
      expect(pauseAfter(tries, 'canTho/a/1/0')).toBe(pause);
    }
    expect(pauseAfter(5, 'canTho/a/1/0')).not.toBe(pauseAfter(5, 'canTho/b/1/0'));
  });
});
