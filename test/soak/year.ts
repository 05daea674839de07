import { hash } from 'node:crypto';
import { pino } from 'pino';
import type { Day } from '../../workflows/vocabulary.js';
import { addCalendarDays } from '../../workflows/calendar.js';
import { loadConfig } from '../../src/config.js';
import { createPeople, type People } from '../../src/demo/client.js';
import { settableClock } from '../../src/demo/clock.js';
import { open, serve } from '../../src/main.js';
import { canTho } from '../../src/seed/demonstration.js';
import type { TestDatabase } from '../setup/database.js';
import { age } from '../builders/ageing.js';
import { blankPrinter, unread } from '../fakes/blankPrinter.js';

const dayMs = 86_400_000;

/** A city that is served over HTTP while its days go by as fast as they are played. */
export const aYear = async (database: TestDatabase, begins: Day) => {
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: database.uri,
    TOTRINH_DB: database.dbName,
    PORT: '0',
    PUPPETEER_EXECUTABLE_PATH: process.env.PUPPETEER_EXECUTABLE_PATH ?? '',
  });
  const clock = settableClock();
  clock.on(begins);
  let today = begins;
  /** What a sweep could not do, whichever day it was. */
  const failures: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void failures.push(line) });

  const begin = async (printing: 'printing' | 'blank') => {
    const fake = printing === 'blank' ? { printer: blankPrinter, readBack: unread } : {};
    const running = await open(config, { clock, log, ...fake });
    const listening = await serve(running, config);
    return { running, listening, address: `http://127.0.0.1:${listening.port}` };
  };
  let served = await begin('printing');
  let present: People = createPeople(served.address);
  /** The morning that is dawning: whoever works waits for it. */
  let dawn: Promise<void> = Promise.resolve();

  const end = async () => {
    await served.listening.close();
    await served.running.close();
  };

  const settle = async () => {
    await dawn;
    await served.running.workflow.relay.drainAll();
  };
  const sweep = () => served.running.workflow.sweep();

  /** The next morning that counts: everything stored is older, whoever works signs in anew, and the house is swept. */
  const rise = async (day: Day) => {
    const days = Math.round((Date.parse(day) - Date.parse(today)) / dayMs);
    if (days < 0) throw new Error(`The day ${day} is over, it is ${today}.`);
    await age(served.running.connection, days * dayMs);
    today = day;
    clock.on(day);
    present = createPeople(served.address);
    await sweep();
    await served.running.workflow.relay.drainAll();
  };
  const on = (day: Day): Promise<void> => (dawn = dawn.then(() => rise(day)));

  return {
    get running() {
      return served.running;
    },
    get address() {
      return served.address;
    },
    get today() {
      return today;
    },
    failures,
    /** Whoever is needed, signed in today. */
    people: {
      as: async (...who: Parameters<People['as']>) => {
        await dawn;
        return present.as(...who);
      },
      named: async (username: string) => {
        await dawn;
        return present.named(username);
      },
    } satisfies People,
    on,
    settle,
    sweep,
    /** Day after day, `step` days at a time, up to and with that day. */
    async until(day: Day, step: number) {
      for (let next = addCalendarDays(today, step); next < day; next = addCalendarDays(next, step))
        await on(next);
      await on(day);
    },
    /** Another process goes on with what is in the database. */
    async restart() {
      await end();
      served = await begin('blank');
      present = createPeople(served.address);
    },
    /** Every paper of the city by its id, with the hash of its bytes as they are read. */
    async papers(): Promise<Map<string, string>> {
      const { cases, papers } = served.running.stores;
      const found = new Map<string, string>();
      for await (const id of cases.ids(canTho.id))
        for (const paper of await papers.list(canTho.id, id))
          found.set(paper.id, hash('sha256', await papers.read(canTho.id, paper.id)));
      return found;
    },
    async close() {
      await end();
    },
  };
};
export type Year = Awaited<ReturnType<typeof aYear>>;
