import { pino } from 'pino';
import { loadConfig } from '../../src/config.js';
import { createActs } from '../../src/demo/acts.js';
import { createPeople, Refused } from '../../src/demo/client.js';
import type { Clock } from '../../src/engine/ports.js';
import { open, prepare, serve } from '../../src/main.js';
import { demonstrationPassword, seedDemonstration } from '../../src/seed/demonstration.js';
import { migrate } from '../../src/store/migrations/index.js';
import type { Day } from '../../workflows/vocabulary.js';
import type { TestDatabase } from '../setup/database.js';
import { sown } from '../builders/sown.js';
import { blankPrinter, unread } from '../fakes/blankPrinter.js';

/** The demonstration city, served over HTTP from a database of its own, on days that the test sets. */
export const aTown = async (database: TestDatabase) => {
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: database.uri,
    TOTRINH_DB: database.dbName,
    PORT: '0',
    SIGN_IN_TRIES_PER_ADDRESS: '1000',
  });
  let day: Day = '2025-09-25';
  const clock: Clock = { set: true, now: () => `${day}T02:00:00.000Z` };
  const running = await open(config, {
    clock,
    printer: blankPrinter,
    readBack: unread,
    log: pino({ level: 'silent' }),
  });
  await running.connection.dropDatabase();
  await migrate(running.connection);
  await sown(running.connection, () => seedDemonstration(running.stores, { now: clock.now() }));
  await prepare(running, config);
  const listening = await serve(running, config);
  const address = `http://127.0.0.1:${listening.port}`;
  const people = createPeople(address);

  return {
    ...running,
    address,
    people,
    ...createActs(people),
    on: (next: Day) => {
      day = next;
    },
    settle: () => running.workflow.relay.drainAll(),
    async close() {
      await listening.close();
      await running.connection.dropDatabase();
      await running.close();
    },
  };
};
export type Town = Awaited<ReturnType<typeof aTown>>;

/** The refusal that a request must come to. @throws when it is not refused */
export const refusal = async (asked: Promise<unknown>): Promise<Refused> => {
  try {
    await asked;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};

/** A program with somebody's session that sends whatever it likes, and takes every answer for an answer. */
export const aProgram = async (address: string, username: string, tenant = 'canTho') => {
  const begun = await fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password: demonstrationPassword, tenant }),
  });
  const { csrfToken } = (await begun.json()) as { csrfToken: string };
  const cookie = begun.headers
    .getSetCookie()
    .map((given) => given.split(';')[0])
    .join('; ');
  return async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${address}/api/v1${path}`, {
      method: method.toUpperCase(),
      headers: {
        Cookie: cookie,
        'X-CSRF-Token': csrfToken,
        'Idempotency-Key': `request-${(keys += 1)}-of-a-program`,
        'If-Match': '"0"',
        'Content-Type': 'application/json',
        'Accept-Encoding': 'identity',
        ...headers,
      },
      ...(body !== undefined && method !== 'get' && { body }),
    });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text };
  };
};
let keys = 0;
