import type { Connection } from 'mongoose';
import type { Clock } from '../engine/ports.js';
import { collectionOf, insertOnce } from './connection.js';

/** How often the clock is set by the database's, in milliseconds. */
const setEvery = 30_000;

/**
 * The database's clock, carried on between two looks by the process's own count of time, which nobody sets: all
 * processes of a city date by one clock, however far apart those of their machines are. Unreachable, the database is
 * asked again later and the count goes on.
 */
export async function databaseClock(connection: Connection): Promise<Clock & { stop(): void }> {
  const leases = collectionOf<{ _id: string; token: string; until: Date }>(connection, 'leases');
  // `$$NOW` is only told together with a document.
  await insertOnce(leases, { _id: 'clock', token: '', until: new Date(0) });
  let base = 0;
  const set = async () => {
    const asked = performance.now();
    const [told] = await leases
      .aggregate<{ now: Date }>([{ $match: { _id: 'clock' } }, { $project: { now: '$$NOW' } }])
      .toArray();
    // Told somewhere between asking and hearing.
    if (told) base = told.now.getTime() - (asked + performance.now()) / 2;
  };
  await set();
  const timer = setInterval(() => void set().catch(() => {}), setEvery).unref();
  return {
    set: false,
    now: () => new Date(base + performance.now()).toISOString(),
    stop: () => clearInterval(timer),
  };
}
