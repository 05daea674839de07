import { setTimeout as pause } from 'node:timers/promises';
import { dayOf } from '../../workflows/calendar.js';
import type { Config } from '../config.js';
import { open, serve, type Running } from '../main.js';
import { seedDemonstration } from '../seed/demonstration.js';
import { migrate } from '../store/migrations/index.js';
import { createPeople } from './client.js';
import { settableClock } from './clock.js';
import type { Progress } from './progress.js';
import { playSeason, seasonRounds } from './season.js';
import { demonstrationWords } from './words.js';

/** How long a first start is held by a process that does not live to give it back, in milliseconds. */
const leaseMs = 30_000;

/** How often one that waits for another's first start looks whether it is done, in milliseconds. */
const lookEvery = 500;

/**
 * Fills an empty database with the demonstration city in mid-season; of several processes one does, and the others
 * wait until it is done. A database that an earlier first start left half filled is emptied first: nobody has been
 * served from it. @returns whether it was filled now
 */
export const firstStart = async (running: Running, config: Config, progress: Progress): Promise<boolean> => {
  for (let waits = false; ;) {
    const filled = await running.stores.leases.hold('firstStart', leaseMs, () =>
      fill(running, config, progress),
    );
    if (filled !== null) {
      if (waits) progress.end();
      return filled;
    }
    if (!waits) progress.stage('Chờ một tiến trình khác lập thành phố thử nghiệm');
    waits = true;
    await pause(lookEvery);
  }
};

/** Empties a database but for what says who is filling it. */
const empty = async ({ connection }: Running) => {
  for (const { collectionName } of (await connection.db?.collections()) ?? [])
    if (!kept.has(collectionName)) await connection.db?.dropCollection(collectionName);
};
const kept: ReadonlySet<string> = new Set(['leases', 'firstStarts']);

const fill = async (running: Running, config: Config, progress: Progress): Promise<boolean> => {
  const marks = running.connection.collection<{ _id: string; state: 'begun' | 'done' }>('firstStarts');
  const mark = await marks.findOne({ _id: 'season' });
  if (mark?.state === 'done' || (!mark && (await running.stores.tenants.list()).length > 0)) return false;
  if (mark) await empty(running);
  else await marks.insertOne({ _id: 'season', state: 'begun' });

  progress.stage('Lập thành phố thử nghiệm Cần Thơ: cơ quan, tài khoản, đợt lập dự toán');
  await migrate(running.connection);
  const now = running.clock.now();
  const today = dayOf(now);
  await seedDemonstration(running.stores, { now, rounds: Object.values(seasonRounds(today)) });

  const clock = settableClock();
  const played = await open(config, { clock, log: running.log });
  try {
    const listening = await serve(played, { ...config, port: 0 });
    const words = await demonstrationWords();
    try {
      await playSeason({
        people: createPeople(`http://127.0.0.1:${listening.port}`),
        today,
        on: (day) => {
          clock.on(day);
        },
        settle: async () => void (await played.workflow.relay.drainAll()),
        stage: (text) => {
          progress.stage(text);
        },
        tell: (act) => {
          progress.step(words.who(act), words.what(act));
        },
      });
    } finally {
      await listening.close();
    }
  } finally {
    await played.close();
  }
  progress.end();
  await marks.updateOne({ _id: 'season' }, { $set: { state: 'done' } });
  return true;
};
