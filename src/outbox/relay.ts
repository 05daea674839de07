import { randomUUID } from 'node:crypto';
import type { Intent } from '../../workflows/vocabulary.js';
import type { Case, CaseRef, ContentStore, Entry } from '../engine/ports.js';
import { says, type Fault } from './fault.js';
import { pauseAfter } from './pause.js';
import type { Claimed, Filed, FiledIntent, NewIntent, OutboxStore } from './ports.js';
import { splitOrders, tellChunk, type Tell } from './tellRows.js';

/** What an intent's handler is told beside the intent: the id is the cause of whatever it does. */
export type Owing = Pick<Filed, 'id' | 'tenant' | 'case' | 'at' | 'tries' | 'slow'>;

type IntentOf<T extends Intent['type']> = Extract<Intent, { type: T }>;

/** How each intent is carried out. Called at least once per intent, so harmless when repeated. */
export type Handlers = {
  readonly [T in Exclude<Intent['type'], 'tellRows'>]: (intent: IntentOf<T>, owing: Owing) => Promise<void>;
};

/** What becomes of the relay's work, for logs and counters; nothing in them is personal. */
export interface RelayEvents {
  readonly filed?: (of: CaseRef, entries: number, intents: number) => void;
  readonly done?: (type: string, ms: number) => void;
  readonly failed?: (type: string, id: string, error: unknown, tries: number, fault: Fault) => void;
  readonly died?: (type: string, id: string, error: unknown) => void;
  /** Filing a case, or looking for work, failed: it is tried again. */
  readonly stuck?: (error: unknown, of?: CaseRef) => void;
}

export interface RelayOptions {
  readonly store: OutboxStore;
  readonly contents: ContentStore;
  readonly handlers: Handlers;
  /** How events reach other cases. */
  readonly tell: Tell;
  /** Feeds the read models of a case that moved; applies only a greater seq. */
  readonly project: (found: Case, entries: readonly Entry[]) => Promise<void>;
  /** What an error says about the next try; `failed` where it is not given. */
  readonly faultOf?: (error: unknown) => Fault;
  readonly on?: RelayEvents;
  /** How many intents one process carries out side by side; default 4. */
  readonly concurrency?: number;
  /** Milliseconds that a claim lasts; a running handler renews it. Default 30 s. */
  readonly leaseMs?: number;
  /** How often an intent is begun before it is dead; default 10. */
  readonly maxTries?: number;
  /** Milliseconds until an intent is tried again whose surroundings were away. Default 15 s. */
  readonly waitMs?: number;
  /** Milliseconds between looks when there is nothing to do: doubles up to the second. Default 50 to 2,000. */
  readonly idleMs?: readonly [number, number];
}

/** Files what cases owe, in order, and carries the intents out. Any number of relays run side by side. */
export interface Relay {
  /** Begins to look for work until `stop`. */
  start(): void;
  /** Waits for what runs, begins nothing new. */
  stop(): Promise<void>;
  /** There may be work now: looks at once. */
  nudge(): void;
  /** Files what one case owes, whoever has leased it. */
  drain(ref: CaseRef): Promise<void>;
  /**
   * Files and carries out everything, also what is waiting for another try, until all is done or dead; for tests,
   * the demonstration and the command line, while no other relay runs. @returns how many intents were begun.
   * @throws what keeps a case from being filed, and what the surroundings lack: that is not waited for.
   */
  drainAll(): Promise<number>;
}

export function createRelay(options: RelayOptions): Relay {
  const { store, contents, handlers, tell, project, on = {}, faultOf = () => 'failed' } = options;
  const { concurrency = 4, leaseMs = 30_000, maxTries = 10, waitMs = 15_000, idleMs = [50, 2_000] } = options;
  const lease = (whenever: boolean) => ({ token: randomUUID(), ms: leaseMs, whenever });

  /** Entries to the journal, intents to their collection, read models fed, and only then out of `owed`. */
  async function file(found: Case): Promise<void> {
    const { tenant, id, owed } = found;
    const entries = owed.flatMap((each) => ('entry' in each ? [each.entry] : []));
    const momentOf = new Map(entries.map((entry) => [String(entry.seq), entry.at]));
    const intents = owed.flatMap((each): NewIntent[] =>
      'intent' in each
        ? [
            {
              id: `${tenant}/${id}/${each.id}`,
              tenant,
              case: id,
              intent: each.intent,
              at: momentOf.get(each.id.split('/')[0]!) ?? found.since,
            },
          ]
        : [],
    );
    await store.file(entries, intents);
    try {
      if (entries.length > 0) await project(found, entries);
    } catch (error) {
      // A read model that cannot be fed must not keep the case from moving on.
      on.failed?.('project', `${tenant}/${id}/${found.seq}`, error, 0, 'failed');
      await store.insert([
        {
          id: `${tenant}/${id}/${found.seq}/project`,
          tenant,
          case: id,
          intent: { type: 'project', params: { seq: found.seq } },
          at: found.since,
        },
      ]);
    }
    await store.pull(
      found,
      owed.map((each) => each.id),
    );
    on.filed?.({ tenant, id }, entries.length, intents.length);
  }

  async function fileNext(whenever: boolean): Promise<boolean> {
    const found = await store.claimOwing(lease(whenever));
    if (!found) return false;
    try {
      await file(found);
    } catch (error) {
      // The lease runs out by itself, which is the pause before the next try; meanwhile somebody can see it.
      on.stuck?.(error, found);
      if (faultOf(error) !== 'notNow') await store.strand(found, says(error));
      if (whenever) throw error;
    }
    return true;
  }

  async function carryOut(claimed: Claimed): Promise<void> {
    const { id, tenant, case: owing, at, tries, slow } = claimed;
    const intent: FiledIntent = claimed.intent;
    switch (intent.type) {
      case 'tellRows':
        return store.insert(await splitOrders(contents, claimed, intent));
      case 'tellChunk':
        return tellChunk(
          { contents, tell, record: (result) => store.record(claimed, result) },
          claimed,
          intent,
        );
      case 'project': {
        const found = await store.load({ tenant, id: owing });
        return found ? project(found, []) : undefined;
      }
      case 'file': {
        const found = await store.load({ tenant, id: owing });
        return found && found.owed.length > 0 ? file(found) : undefined;
      }
      default:
        // The type of the handler follows from the type of the intent, which the compiler cannot pair here.
        return (handlers[intent.type] as (intent: Intent, owing: Owing) => Promise<void>)(intent, {
          id,
          tenant,
          case: owing,
          at,
          tries,
          ...(slow !== undefined && { slow }),
        });
    }
  }

  /** Of an intent that was not carried out: whether it is tried again, and when. */
  async function fail(claimed: Claimed, error: unknown): Promise<Fault> {
    const { id, tries, slow = 0, intent } = claimed;
    const fault = faultOf(error);
    const usedUp = fault === 'failed' && tries >= maxTries;
    if (fault === 'hopeless' || usedUp || (fault === 'tooSlow' && slow > 0)) {
      await store.bury(claimed, says(error));
      on.died?.(intent.type, id, error);
    } else {
      const pauseMs = fault === 'notNow' ? waitMs : pauseAfter(tries, id);
      await store.retry(claimed, { pauseMs, error: says(error), fault });
      on.failed?.(intent.type, id, error, tries, fault);
    }
    return fault;
  }

  async function carryOutNext(whenever: boolean): Promise<boolean> {
    const claimed = await store.claimIntent(lease(whenever));
    if (!claimed) return false;
    const { id, tries, intent, error: before } = claimed;
    if (tries > maxTries) {
      // Whoever began it did not live to say how it ended.
      await store.bury(claimed, before ?? 'The process that carried it out ended each time.');
      on.died?.(intent.type, id, before);
      return true;
    }
    const renew = setInterval(() => void store.extend(claimed, leaseMs).catch(() => {}), leaseMs / 3);
    const began = performance.now();
    try {
      await carryOut(claimed);
      await store.done(claimed);
      on.done?.(intent.type, performance.now() - began);
    } catch (error) {
      if ((await fail(claimed, error)) === 'notNow' && whenever) throw error;
    } finally {
      clearInterval(renew);
    }
    return true;
  }

  let stopping = false;
  const running = new Set<Promise<void>>();
  const sleepers = new Set<() => void>();

  /** Waits, unless somebody nudges first. */
  const idle = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      sleepers.add(wake);
    });

  async function work(look: (whenever: boolean) => Promise<boolean>): Promise<void> {
    let pause = idleMs[0];
    while (!stopping) {
      let found = false;
      try {
        found = await look(false);
      } catch (error) {
        on.stuck?.(error);
      }
      if (found) pause = idleMs[0];
      else if (!stopping) {
        await idle(pause);
        pause = Math.min(pause * 2, idleMs[1]);
      }
    }
  }

  const nudge = () => {
    for (const wake of [...sleepers]) wake();
  };

  return {
    start() {
      stopping = false;
      const looks = [
        // What was filed may be carried out at once.
        async (whenever: boolean) => {
          const filed = await fileNext(whenever);
          if (filed) nudge();
          return filed;
        },
        ...Array.from({ length: concurrency }, () => carryOutNext),
      ];
      for (const look of looks) {
        const loop = work(look).finally(() => running.delete(loop));
        running.add(loop);
      }
    },

    async stop() {
      stopping = true;
      nudge();
      await Promise.all(running);
    },

    nudge,

    async drain(ref) {
      const found = await store.load(ref);
      if (found && found.owed.length > 0) await file(found);
    },

    async drainAll() {
      let begun = 0;
      for (;;) {
        let found = false;
        while (await fileNext(true)) found = true;
        while (await carryOutNext(true)) {
          begun += 1;
          found = true;
        }
        if (!found) return begun;
      }
    },
  };
}
