import { describe, expect, it, jest } from '@jest/globals';
import type { Case } from '../../src/engine/ports.js';
import { verifyChain } from '../../src/engine/journal.js';
import type { Fault } from '../../src/outbox/fault.js';
import type { Filed } from '../../src/outbox/ports.js';
import { pauseAfter } from '../../src/outbox/pause.js';
import { collectionOf } from '../../src/store/connection.js';
import { JournalForked } from '../../src/store/journal.js';
import { aCase, aNotice, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay, dyingAt, listening } from '../builders/aRelay.js';
import { until } from '../crossing/until.js';

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
    expect(await store.revive(tenant, `${tenant}/a/2/project`)).toBe(true);
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
    let time = 5_000_000_000_000;
    const { store, relay } = aRelay(connection(), { now: () => Promise.resolve(time) });
    const lease = (token: string) => ({ token, ms: 30_000 });
    expect(await store.claimOwing(lease('dead'))).not.toBeNull();
    expect(await store.claimOwing(lease('other'))).toBeNull();
    time += 30_000;
    expect((await store.claimOwing(lease('other')))?.id).toBe('a');

    await relay.drain(found);
    expect(await store.claimIntent(lease('dead'))).toMatchObject({ tries: 1 });
    expect(await store.claimIntent(lease('other'))).toBeNull();
    time += 30_000;
    expect(await store.claimIntent(lease('other'))).toMatchObject({ tries: 2 });
  });

  it.each([-3_600_000, 3_600_000])(
    'takes nothing from another node, and waits for nothing, when its own clock is %i ms off',
    async (off) => {
      const found = await moved('a', 1);
      const { store, relay } = aRelay(connection());
      await relay.drain(found);
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + off);
      try {
        const other = aRelay(connection());
        expect(await store.claimIntent({ token: 'mine', ms: 30_000 })).toMatchObject({ tries: 1 });
        expect(await other.store.claimIntent({ token: 'theirs', ms: 30_000 })).toBeNull();

        const next = await moved('b', 1);
        expect(await store.claimOwing({ token: 'mine', ms: 30_000 })).not.toBeNull();
        expect(await other.store.claimOwing({ token: 'theirs', ms: 30_000 })).toBeNull();
        await other.relay.drain(next);
        // Two looks at the database's time differ by the way of an answer.
        let claimed: Filed | null = null;
        await until(async () => (claimed = await store.claimIntent({ token: 'mine', ms: 30_000 })) !== null);
        expect(claimed).toMatchObject({ case: 'b' });
      } finally {
        clock.mockRestore();
      }
    },
  );

  it('believes only the holder of the lease about how an intent ended', async () => {
    const found = await moved('a', 1);
    const { relay, store } = aRelay(connection());
    await relay.drain(found);
    const first = (await store.claimIntent({ token: 'first', ms: 1, whenever: true }))!;
    const second = (await store.claimIntent({ token: 'second', ms: 1, whenever: true }))!;
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
    let time = 5_000_000_000_000;
    const { relay, store } = aRelay(connection(), { now: () => Promise.resolve(time) });
    await relay.drain(found);
    const claimed = (await store.claimIntent({ token: 'x', ms: 1 }))!;
    const pauseMs = pauseAfter(1, claimed.id);
    await store.retry(claimed, { pauseMs, error: 'no', fault: 'failed' });
    time += pauseMs - 1;
    expect(await store.claimIntent({ token: 'y', ms: 1 })).toBeNull();
    time += 1;
    expect(await store.claimIntent({ token: 'y', ms: 1 })).not.toBeNull();
  });

  /** A relay whose only intent fails with each of these faults in turn, then not at all. */
  async function failing(faults: Fault[], options: { maxTries?: number; waitMs?: number } = {}) {
    await moved('a', 1);
    const all = [...faults];
    const began: { tries: number; slow?: number }[] = [];
    const handlers = {
      ...listening(),
      notify: async (_: unknown, { tries, slow = 0 }: { tries: number; slow?: number }) => {
        began.push({ tries, slow });
        const fault = all.shift();
        if (fault) throw new Error(fault);
      },
    };
    const faultOf = (error: unknown) => (error as Error).message as Fault;
    const { relay, store } = aRelay(connection(), { handlers, faultOf, ...options });
    return { relay, store, began, end: () => store.find(tenant, `${tenant}/a/1/0`) };
  }

  it('uses up no try while the surroundings are away', async () => {
    const { relay, began, end } = await failing(['notNow', 'notNow', 'notNow'], { maxTries: 1 });
    // Whoever wants it all done at once is told, and may come again.
    for (let n = 0; n < 3; n += 1) await expect(relay.drainAll()).rejects.toThrow('notNow');
    expect(await end()).toMatchObject({ state: 'due', tries: 0, error: 'Error: notNow' });
    await relay.drainAll();
    expect(began.map(({ tries }) => tries)).toEqual([1, 1, 1, 1]);
    expect(await end()).toMatchObject({ state: 'done' });
  });

  it('comes back by itself to what the surroundings lacked', async () => {
    const { relay, end } = await failing(['notNow', 'notNow'], { maxTries: 1, waitMs: 1 });
    relay.start();
    await until(async () => (await end())?.state === 'done', 10);
    await relay.stop();
    expect(await end()).toMatchObject({ tries: 1 });
  });

  it('gives up at once what takes too long a second time, and tells the handler that it did', async () => {
    const { relay, began, end } = await failing(['tooSlow', 'failed', 'tooSlow']);
    await relay.drainAll();
    expect(began.map(({ slow }) => slow)).toEqual([0, 1, 1]);
    expect(await end()).toMatchObject({ state: 'dead', cause: 'Error: tooSlow' });
  });

  it('gives up at once what only a person can help', async () => {
    const { relay, began, end } = await failing(['hopeless']);
    await relay.drainAll();
    expect(began).toHaveLength(1);
    expect(await end()).toMatchObject({ state: 'dead' });
  });

  it('takes up together what died of one cause, and nothing else', async () => {
    const ids = ['a1', 'a2', 'a3', 'b1'];
    for (const id of ids) await moved(id, 1);
    let broken = true;
    const handlers = {
      ...listening(),
      notify: async (_: unknown, { case: of }: { case: string }) => {
        if (!broken) return;
        throw new Error(of === 'b1' ? 'no such agency' : `The content ${tenant}/${of}7f is missing.`);
      },
    };
    const { relay, store } = aRelay(connection(), { handlers, maxTries: 1 });
    await relay.drainAll();
    const [kind, other] = await store.deadKinds(tenant);
    expect(kind).toEqual({
      intent: 'notify',
      cause: 'Error: The content … is missing.',
      count: 3,
      since: expect.any(String),
    });
    expect(other).toMatchObject({ cause: 'Error: no such agency', count: 1 });
    expect(await store.deadKinds('haNoi')).toEqual([]);

    broken = false;
    expect(await store.reviveAlike('haNoi', kind!)).toBe(0);
    expect(await store.reviveAlike(tenant, { ...kind!, intent: 'render' })).toBe(0);
    expect(await store.reviveAlike(tenant, kind!)).toBe(3);
    expect(await relay.drainAll()).toBe(3);
    expect(await store.dead(tenant)).toMatchObject([{ case: 'b1' }]);
  });

  it('shows what a case owes and nobody can file, and files it when a person took it up again', async () => {
    const found = await moved('a', 2);
    const journal = collectionOf<{ _id: string; hash: string }>(connection(), 'journal');
    const forged = { _id: `${tenant}/a/1`, hash: 'f'.repeat(64) };
    await journal.insertOne(forged);
    const faultOf = (error: unknown) => (error instanceof JournalForked ? 'hopeless' : 'failed');
    const { relay, store } = aRelay(connection(), { faultOf });
    for (let n = 0; n < 2; n += 1) await expect(relay.drainAll()).rejects.toThrow(JournalForked);
    const [letter, ...others] = await store.dead(tenant);
    expect(letter).toMatchObject({ case: 'a', intent: { type: 'file' } });
    expect(letter?.error).toContain('JournalForked');
    expect(others).toEqual([]);

    // Taken up too early it is dead again; once the journal is mended it is filed.
    await store.revive(tenant, letter!.id);
    await expect(relay.drainAll()).rejects.toThrow(JournalForked);
    expect(await store.dead(tenant)).toHaveLength(1);
    await journal.deleteMany({ _id: forged._id });
    await store.revive(tenant, letter!.id);
    await relay.drainAll();
    expect(await store.dead(tenant)).toEqual([]);
    await expectAllFiled(found);
  });

  it('ends the letter about a case that was filed after all, and no other', async () => {
    const filed = await moved('a', 1);
    const other = await moved('b', 1);
    const { relay, store } = aRelay(connection());
    for (const stuck of [filed, other]) await store.strand(stuck, 'Error: a fault that passes');
    expect(await store.dead(tenant)).toMatchObject([{ case: 'a' }, { case: 'b' }]);
    expect(await store.settleFiled()).toBe(0);

    await relay.drain(filed);
    expect(await store.settleFiled()).toBe(1);
    expect(await store.dead(tenant)).toMatchObject([{ case: 'b' }]);
  });

  it('forgets what was done after its time, and nothing that is not done', async () => {
    await moved('a', 2);
    const handlers = {
      ...listening(),
      notify: async (_: unknown, { id }: { id: string }) => {
        if (id.includes('/2/')) throw new Error('no');
      },
    };
    let time = 5_000_000_000_000;
    const { relay, store } = aRelay(connection(), {
      handlers,
      maxTries: 1,
      now: () => Promise.resolve(time),
    });
    await relay.drainAll();
    expect(await store.clear(1_000)).toBe(0);
    time += 1_001;
    expect(await store.clear(1_000)).toBe(1);
    expect(await store.find(tenant, `${tenant}/a/1/0`)).toBeNull();
    expect(await store.dead(tenant)).toHaveLength(1);
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
    expect(await store.revive('haNoi', id)).toBe(false);

    broken = false;
    expect(await store.revive(tenant, id)).toBe(true);
    await relay.drainAll();
    expect(await store.find(tenant, id)).toMatchObject({ state: 'done' });
    expect(await store.revive(tenant, id)).toBe(false);
  });

  it('buries an intent that kills whoever carries it out', async () => {
    const found = await moved('a', 1);
    const handlers = listening();
    const { relay, store } = aRelay(connection(), { handlers, maxTries: 3 });
    await relay.drain(found);
    for (let n = 0; n < 3; n += 1) await store.claimIntent({ token: `dead${n}`, ms: 1, whenever: true });
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
