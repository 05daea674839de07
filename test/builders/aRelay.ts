import type { Connection } from 'mongoose';
import type { OutboxStore } from '../../src/outbox/ports.js';
import { createRelay, type Handlers, type RelayOptions } from '../../src/outbox/relay.js';
import { caseStore } from '../../src/store/cases.js';
import type { DatabaseTime } from '../../src/store/databaseClock.js';
import { contentStore } from '../../src/store/contents.js';
import { journalStore } from '../../src/store/journal.js';
import { outboxStore } from '../../src/store/outbox.js';

/** Handlers that do nothing but say what they were asked to do. */
export function listening(heard: string[] = []): Handlers & { heard: string[] } {
  const hear = (_: unknown, { id }: { id: string }) => {
    heard.push(id);
    return Promise.resolve();
  };
  return { heard, notify: hear, render: hear, register: hear, ledger: hear };
}

/** The stores of a database, and a relay over them. */
export function aRelay(
  connection: Connection,
  { now, ...options }: Partial<RelayOptions> & { now?: DatabaseTime } = {},
) {
  const journal = journalStore(connection);
  const contents = contentStore(connection);
  const store = options.store ?? outboxStore(connection, { journal, contents, ...(now && { now }) });
  const relay = createRelay({
    handlers: listening(),
    contents,
    tell: () => Promise.resolve({ done: true }),
    project: () => Promise.resolve(),
    idleMs: [1, 5],
    ...options,
    store,
  });
  return { relay, store, journal, contents, cases: caseStore(connection) };
}

/** A process that dies at its n-th use of the database: before it, or just after it, and does nothing from then on. */
export function dyingAt(store: OutboxStore, nth: number, when: 'before' | 'after'): OutboxStore {
  let used = 0;
  const dies =
    <A extends unknown[], R>(use: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      used += 1;
      if (used > nth || (used === nth && when === 'before')) throw new Error('died');
      const result = await use(...args);
      if (used === nth) {
        used += 1;
        throw new Error('died');
      }
      return result;
    };
  return Object.fromEntries(
    Object.entries(store).map(([name, use]) => [name, dies(use as () => Promise<unknown>)]),
  ) as unknown as OutboxStore;
}
